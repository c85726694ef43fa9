// One served exchange in a journal: without its operation, redacted when it is read, and as it was sent.

import { decodePercent, EMPTY_BODY, type Exchange, isRecorded } from '../../exchange/exchange.ts';
import { MIN_SECRET_LENGTH } from '../../exchange/find-secrets.ts';
import type { SecretNames } from '../../exchange/personal-data.ts';
import { redactTarget, redactWith } from '../../exchange/redact.ts';
import { secretTest } from '../../exchange/secrets.ts';
import type { Finding } from '../../finding/finding.ts';
import { type Operation, redactedNames } from '../../openapi/model.ts';
import { EXCHANGE_ID_HEADER } from '../../routing/match-target.ts';
import { pathValuesOf } from '../../routing/path-values.ts';
import { type BodySource, bodySourceOf } from '../respond/body-source.ts';
import type { ServeEvent, UpstreamAttempt } from '../serve-event.ts';
import { operationTarget } from '../target.ts';

/** What the journal keeps of an operation: the operation itself would keep its document in memory after a reload. */
interface ServedOperation {
  /** "petstore.getPet" */
  readonly target: string;
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly segments: Operation['segments'];
  readonly api: { readonly name: string };
  /** See redactedNames of the model. */
  readonly redactedNames: SecretNames;
}

const SERVED_OPERATIONS = new WeakMap<Operation, ServedOperation>();

function toServedOperation(operation: Operation): ServedOperation {
  let served = SERVED_OPERATIONS.get(operation);
  if (served === undefined) {
    const { id, method, path, segments, api } = operation;
    served = {
      target: operationTarget(operation),
      id,
      method,
      path,
      segments,
      api: { name: api.name },
      redactedNames: redactedNames(api),
    };
    SERVED_OPERATIONS.set(operation, served);
  }
  return served;
}

/** A served exchange in a journal. */
export interface JournaledEvent extends Omit<ServeEvent, 'operation'> {
  readonly operation: ServedOperation | undefined;
  /** True: it is redacted already. Redaction is not repeated: it could take a placeholder for a secret. */
  readonly isRedacted?: true;
}

export function toJournaledEvent(event: ServeEvent): JournaledEvent {
  return { ...event, operation: event.operation && toServedOperation(event.operation) };
}

export interface RedactedEvent extends JournaledEvent {
  readonly isRedacted: true;
  /** Undefined: the body is neither of a document nor of a scenario. */
  readonly bodySource: BodySource | undefined;
}

/** `sequence` counts the entries of the session from 1. */
export interface JournalEntry extends RedactedEvent {
  readonly sequence: number;
}

/** The names of what is redacted in an event. */
function redactedNamesOf({ operation, redactPersonal }: JournaledEvent): SecretNames {
  return operation?.redactedNames ?? redactedNames(undefined, redactPersonal);
}

/** Copies of the messages: decoded bodies are memoised with the message, and the journal must not keep them alive. */
function copyMessages({ request, response, ...others }: Exchange): Exchange {
  return { ...others, request: { ...request }, ...(response !== undefined && { response: { ...response } }) };
}

/** The values of path parameters with secret names, such as "/devices/{token}". */
export function pathSecretsOf(
  operation: Pick<Operation, 'segments'> | undefined,
  path: string,
  names: SecretNames,
): ReadonlySet<string> {
  const values = (operation && pathValuesOf(operation, path)) ?? [];
  if (values.length === 0) return NO_SECRETS;
  const isSecret = secretTest(names);
  const sent = values.flatMap(({ from, to, name }) => (isSecret(name) ? [path.slice(from, to)] : []));
  return new Set(sent.flatMap(value => [value, decodePercent(value)]).filter(isLongEnough));
}

const NO_SECRETS: ReadonlySet<string> = new Set();

function isLongEnough({ length }: string): boolean {
  return length >= MIN_SECRET_LENGTH;
}

/** The path and the query of the request, redacted. Costs less than redactEvent. */
export function redactedTarget(event: JournaledEvent): Pick<Exchange['request'], 'path' | 'query'> {
  const { path, query } = event.exchange.request;
  if (event.isRedacted) return { path, query };
  const names = redactedNamesOf(event);
  const secrets = pathSecretsOf(event.operation, path, names);
  return redactTarget(copyMessages(event.exchange), names, { secrets });
}

/** Redaction costs more than serving a request, so it happens when the journal is read, or behind the response. */
export function redactEvent(event: JournaledEvent): RedactedEvent {
  if (isRedactedEvent(event)) return event;
  const names = redactedNamesOf(event);
  const context = { secrets: pathSecretsOf(event.operation, event.exchange.request.path, names) };
  const { exchange, scrub, redactText } = redactWith(copyMessages(event.exchange), names, context);
  const redactFinding = (finding: Finding): Finding => ({
    ...finding,
    message: scrub(finding.message),
    at: scrub(finding.at),
  });
  const { upstream, refusedFor, tolerated, stateEffect, preferences } = event;
  const { response } = event.exchange;
  const bodySource = response && bodySourceOf(response);
  return {
    ...event,
    isRedacted: true,
    exchange,
    bodySource: bodySource && redactBodySource(bodySource, scrub),
    findings: event.findings.map(redactFinding),
    ...(refusedFor !== undefined && { refusedFor: redactFinding(refusedFor) }),
    ...(tolerated !== undefined && {
      tolerated: { ...tolerated, finding: redactFinding(tolerated.finding) },
    }),
    ...(preferences !== undefined && { preferences: redactPreferences(preferences, scrub) }),
    ...(stateEffect !== undefined && {
      stateEffect: {
        ...stateEffect,
        id: stateEffect.id === undefined ? undefined : redactText(stateEffect.id, undefined),
        leftOff: stateEffect.leftOff.map(scrub),
        ignored: stateEffect.ignored.map(scrub),
      },
    }),
    ...(upstream !== undefined && {
      upstream: {
        ...upstream,
        path: redactTarget(asSentUpstream(upstream, event.exchange), names, context).path,
      },
    }),
  };
}

function isRedactedEvent(event: JournaledEvent): event is RedactedEvent {
  return event.isRedacted === true;
}

/** The names of members are those that the client sent. */
function redactBodySource(source: BodySource, scrub: (text: string) => string): BodySource {
  if (source.kind !== 'state' && source.kind !== 'patched' && source.kind !== 'request-values') return source;
  const base = source.base && redactBodySource(source.base, scrub);
  if (source.kind !== 'request-values' || base === undefined) return { ...source, base } as BodySource;
  const { place, members, leftOff } = source;
  return {
    ...source,
    base,
    members: members.map(scrub),
    place: place.map(scrub),
    leftOff: leftOff.map(scrub),
  };
}

/** What a client asks of the mock may be any text. */
function redactPreferences(
  preferences: NonNullable<JournaledEvent['preferences']>,
  scrub: (text: string) => string,
): NonNullable<JournaledEvent['preferences']> {
  if ('message' in preferences) return preferences;
  const { example, seed } = preferences;
  return { ...preferences, example: example && scrub(example), seed: seed && scrub(seed) };
}

/** An exchange as a recording of the journal contains it. */
export interface RecordableExchange {
  readonly exchange: Exchange;
  /** "https://api.example.com"; undefined: the response is from the mock. */
  readonly origin: string | undefined;
}

export function toRecordable(event: JournaledEvent): RecordableExchange {
  const { upstream, sent } = event;
  if (sent !== undefined) return { exchange: event.exchange, origin: sent.origin };
  const exchange = withExchangeId(event);
  if (upstream === undefined || isMockResponse(event)) return { exchange, origin: undefined };
  return { exchange: asSentUpstream(upstream, exchange), origin: upstream.origin };
}

/** The exchange as sent: with the field that shows, whatever the host, that it is from the mock; to HEAD without a body. */
export function withExchangeId(event: JournaledEvent): Exchange {
  const { exchange } = event;
  const { id, request, response } = exchange;
  if (response === undefined || !isMockResponse(event)) return exchange;
  const headers = { ...response.headers, [EXCHANGE_ID_HEADER]: [id] };
  const body = request.method === 'HEAD' ? EMPTY_BODY : response.body;
  return { ...exchange, response: { ...response, headers, body } };
}

/** Whether the mock responded, either without an upstream or because the upstream failed. */
export function isMockResponse({
  exchange,
  problem,
  upstream,
  sent,
}: Omit<ServeEvent, 'operation'>): boolean {
  if (sent !== undefined) return false;
  if (problem !== undefined || upstream === undefined) return true;
  // The body of an incomplete upstream response is not recorded, so a recorded body is from the mock.
  return (
    upstream.failure !== undefined && exchange.response !== undefined && isRecorded(exchange.response.body)
  );
}

/** The exchange with the path and host that were sent to the upstream. */
export function asSentUpstream({ origin, path }: UpstreamAttempt, exchange: Exchange): Exchange {
  const { request } = exchange;
  const headers = { ...request.headers, host: [origin.replace(/^.*:\/\//, '')] };
  return { ...exchange, request: { ...request, path, headers } };
}
