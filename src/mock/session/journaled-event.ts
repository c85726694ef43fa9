// One served exchange in a journal: without its operation, redacted when it is read, and as it was sent.

import { EMPTY_BODY, type Exchange, isRecorded } from '../../exchange/exchange.ts';
import type { SecretNames } from '../../exchange/personal-data.ts';
import { redact, redactWith } from '../../exchange/redact.ts';
import type { Finding } from '../../finding/finding.ts';
import { type Operation, redactedNames } from '../../openapi/model.ts';
import { EXCHANGE_ID_HEADER } from '../../routing/match-target.ts';
import type { BodySource } from '../respond/body-source.ts';
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
}

export function toJournaledEvent(event: ServeEvent): JournaledEvent {
  return { ...event, operation: event.operation && toServedOperation(event.operation) };
}

/** `sequence` counts the entries of the session from 1. */
export interface JournalEntry extends JournaledEvent {
  readonly sequence: number;
  /** Undefined: the body is neither of a document nor of a scenario. */
  readonly bodySource: BodySource | undefined;
}

/** The names of what is redacted in an event. */
export function redactedNamesOf({ operation, redactPersonal }: JournaledEvent): SecretNames {
  return operation?.redactedNames ?? redactedNames(undefined, redactPersonal);
}

/** Copies of the messages: decoded bodies are memoised with the message, and the journal must not keep them alive. */
export function copyMessages({ request, response, ...others }: Exchange): Exchange {
  return { ...others, request: { ...request }, ...(response !== undefined && { response: { ...response } }) };
}

/** Redaction costs more than serving a request, so it happens when the journal is read. */
export function redactEvent(event: JournaledEvent): JournaledEvent {
  const names = redactedNamesOf(event);
  const { exchange, scrub } = redactWith(copyMessages(event.exchange), names);
  const scrubMessage = (finding: Finding): Finding => ({ ...finding, message: scrub(finding.message) });
  const { upstream, refusedFor, tolerated } = event;
  return {
    ...event,
    exchange,
    findings: event.findings.map(scrubMessage),
    ...(refusedFor !== undefined && { refusedFor: scrubMessage(refusedFor) }),
    ...(tolerated !== undefined && {
      tolerated: { ...tolerated, finding: scrubMessage(tolerated.finding) },
    }),
    ...(upstream !== undefined && {
      upstream: { ...upstream, path: redact(asSentUpstream(upstream, event.exchange), names).request.path },
    }),
  };
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
