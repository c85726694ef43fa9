// Redacts, classifies and writes each exchange of deadringer record.
import { sideOf } from '../check/issue.ts';
import { isCorrectlyRejected, outcomeOf } from '../check/report-terms.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { hasLinkTo } from '../exchange/links.ts';
import { type SecretNames, withPersonalData } from '../exchange/personal-data.ts';
import type { ServeEvent } from '../mock/serve-event.ts';
import type { ServedConfig } from '../mock/served-config.ts';
import { asSentUpstream, isMockResponse } from '../mock/session/journaled-event.ts';
import { type Operation, secretNames } from '../openapi/model.ts';
import type { RecordingWriter } from '../recording/writer.ts';
import { isMockError } from '../routing/match-target.ts';
import { matchForOperation } from '../routing/path-values.ts';
import { isNotCheckable, isViolation } from '../validate/exchange.ts';
import { type Placeholders, redactPreservingFindings } from '../validate/redact-exchange.ts';

export const RECORDED_CLASSES = ['passed', 'rejected', 'failed', 'not checkable', 'out of scope'] as const;
export type RecordedClass = (typeof RECORDED_CLASSES)[number];

export interface Recorder {
  /** @returns undefined if the request was not proxied */
  record(event: ServeEvent, config: ServedConfig): RecordResult | undefined;
  /** The number of proxied exchanges in each class. */
  readonly counts: Readonly<Record<RecordedClass, number>>;
  /** Exchanges that are not in the recording. */
  lost(): number;
}

export interface RecordResult {
  readonly class: RecordedClass;
  /** False: the exchange is not in the recording. */
  readonly written: boolean;
  /** Why the exchange was not written. */
  readonly reason?: string;
  /** The origin of the upstream, if this is the first response whose body has links to it. */
  readonly linkedOrigin?: string | undefined;
}

/** Why an exchange is not written. */
export const NOT_REDACTABLE = 'its secrets cannot be redacted without changing its findings';

/**
 * Redacts the exchanges of one recording: an equal secret gets the same placeholder in each.
 * @returns a function that returns undefined when no redacted exchange has the findings of the original: it must not be written
 */
export function createRecordingRedactor(): (
  operation: Operation | undefined,
  exchange: Exchange,
  config: ServedConfig,
) => Exchange | undefined {
  const learned: Placeholders = new Map();
  return (operation, exchange, config) => {
    const match = operation && matchForOperation(operation, exchange.request.path);
    return redactPreservingFindings(match, exchange, secretNamesOf(config), learned);
  };
}

/** @param keepSecrets true: secrets are written unredacted */
export function createRecorder(recording: RecordingWriter, keepSecrets: boolean): Recorder {
  const counts = { passed: 0, rejected: 0, failed: 0, 'not checkable': 0, 'out of scope': 0 };
  const redact = createRecordingRedactor();
  const linkedOrigins = new Set<string>();
  let refused = 0;

  const linkedOrigin = ({ response }: Exchange, origin: string): string | undefined => {
    if (linkedOrigins.has(origin) || !hasLinkTo(origin, response)) return undefined;
    linkedOrigins.add(origin);
    return origin;
  };

  return {
    counts,
    lost: () => recording.stats.lost + refused,
    record(event, config) {
      const { upstream } = event;
      if (upstream === undefined) return undefined;
      const kind = classify(event);
      counts[kind]++;
      const proxied = upstreamExchange(event, upstream);
      const exchange = keepSecrets ? proxied : redact(event.operation, proxied, config);
      if (exchange === undefined) {
        refused++;
        return {
          class: kind,
          written: false,
          reason: NOT_REDACTABLE,
        };
      }
      const written = recording.write(exchange, upstream.origin, upstream.failure);
      return { class: kind, written, linkedOrigin: linkedOrigin(event.exchange, upstream.origin) };
    },
  };
}

/** An error of the mock itself is no response of the upstream. */
function upstreamExchange(event: ServeEvent, upstream: NonNullable<ServeEvent['upstream']>): Exchange {
  const exchange = asSentUpstream(upstream, event.exchange);
  if (!isMockResponse(event)) return exchange;
  const { response: _, ...unanswered } = exchange;
  return unanswered;
}

const secretNamesByConfig = new WeakMap<ServedConfig, SecretNames>();

/** The secret names of all APIs: they apply to undocumented calls as well. */
function secretNamesOf(config: ServedConfig): SecretNames {
  let names = secretNamesByConfig.get(config);
  if (names === undefined) {
    const { apis } = config.contract;
    names = new Set(apis.flatMap(api => [...secretNames(api)]));
    if (apis[0]?.redactPersonal) names = withPersonalData(names);
    secretNamesByConfig.set(config, names);
  }
  return names;
}

/** The class that `check` will count the exchange in: see check/examine.ts. */
function classify(event: ServeEvent): RecordedClass {
  const { exchange, operation, findings } = event;
  if (isMockResponse(event) || exchange.response === undefined) return 'out of scope';
  // The upstream may be a mock that reports an error of its own.
  if (isMockError(exchange.response)) return 'out of scope';
  const violatedSides = new Set(findings.filter(isViolation).map(sideOf));
  const outcome = outcomeOf(violatedSides.has('request'), exchange.response.status);
  if (isCorrectlyRejected(outcome, violatedSides.has('response'))) return 'rejected';
  if (violatedSides.size > 0) return 'failed';
  if (operation === undefined) return findings.length > 0 ? 'not checkable' : 'out of scope';
  return findings.some(isNotCheckable) ? 'not checkable' : 'passed';
}
