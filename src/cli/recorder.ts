// Redacts, classifies and writes each exchange of deadringer record.

import type { Exchange } from '../exchange/exchange.ts';
import type { ServeEvent } from '../mock/serve-event.ts';
import type { ServedConfig } from '../mock/served-config.ts';
import { asSentUpstream, isMockResponse } from '../mock/session/journal.ts';
import { secretNames } from '../openapi/model.ts';
import type { RecordingWriter } from '../recording/writer.ts';
import { isMockError } from '../routing/match-target.ts';
import { matchForOperation } from '../routing/path-values.ts';
import { isNotCheckable, isViolation } from '../validate/exchange.ts';
import { type Placeholders, redactPreservingFindings } from '../validate/redact-exchange.ts';

export const RECORDED_CLASSES = ['kept', 'broken', 'not checkable', 'out of scope'] as const;
export type RecordedClass = (typeof RECORDED_CLASSES)[number];

export interface Recorder {
  /** @returns undefined when it was not for a real service */
  record(served: ServeEvent, world: ServedConfig): RecordResult | undefined;
  /** How many of each class were asked of real services. */
  readonly counts: Readonly<Record<RecordedClass, number>>;
  /** Exchanges that are not in the recording. */
  lost(): number;
}

export interface RecordResult {
  readonly class: RecordedClass;
  /** False: it is not in the recording. */
  readonly written: boolean;
  /** Why it was not even tried. */
  readonly reason?: string;
}

/** @param keepSecrets true: everything is written as it was */
export function createRecorder(recording: RecordingWriter, keepSecrets: boolean): Recorder {
  const counts = { kept: 0, broken: 0, 'not checkable': 0, 'out of scope': 0 };
  const learned: Placeholders = new Map();
  let refused = 0;

  const redacted = (
    { operation, upstream }: ServeEvent,
    exchange: Exchange,
    config: ServedConfig,
  ): Exchange | undefined => {
    if (keepSecrets) return exchange;
    const match = operation && upstream && matchForOperation(operation, upstream.path);
    return redactPreservingFindings(match, exchange, secretNamesOf(config), learned);
  };

  return {
    counts,
    lost: () => recording.stats.lost + refused,
    record(event, config) {
      const { upstream } = event;
      if (upstream === undefined) return undefined;
      const kind = classify(event);
      counts[kind]++;
      const exchange = redacted(event, upstreamExchange(event, upstream), config);
      if (exchange === undefined) {
        refused++;
        return {
          class: kind,
          written: false,
          reason: 'its secrets cannot be redacted without changing its findings',
        };
      }
      const written = recording.write(exchange, upstream.origin, upstream.failure);
      return { class: kind, written };
    },
  };
}

/** What the mock said in its own name is no answer of the service. */
function upstreamExchange(event: ServeEvent, upstream: NonNullable<ServeEvent['upstream']>): Exchange {
  const exchange = asSentUpstream(upstream, event.exchange);
  if (!isMockResponse(event)) return exchange;
  const { response: _, ...unanswered } = exchange;
  return unanswered;
}

const secretNamesByConfig = new WeakMap<ServedConfig, ReadonlySet<string>>();

/** A key of one API is secret in a call that no document knows, too. */
function secretNamesOf(config: ServedConfig): ReadonlySet<string> {
  let names = secretNamesByConfig.get(config);
  if (names === undefined) {
    names = new Set(config.contract.apis.flatMap(api => [...secretNames(api)]));
    secretNamesByConfig.set(config, names);
  }
  return names;
}

/** As `check` will count it: see check/examine.ts. */
function classify(event: ServeEvent): RecordedClass {
  const { exchange, operation, findings } = event;
  if (isMockResponse(event) || exchange.response === undefined) return 'out of scope';
  // The service may be a mock itself, and not know.
  if (isMockError(exchange.response)) return 'out of scope';
  if (findings.some(isViolation)) return 'broken';
  if (operation === undefined) return findings.length > 0 ? 'not checkable' : 'out of scope';
  return findings.some(isNotCheckable) ? 'not checkable' : 'kept';
}
