// Records a callback or webhook that was sent: the exchange with its findings, in the journal, the log and the events.

import { EMPTY_BODY, type Exchange, type Request, type Response } from '../../exchange/exchange.ts';
import type { Operation } from '../../openapi/model.ts';
import type { Match } from '../../routing/trie.ts';
import type { AppliedRule } from '../../scenario/compile.ts';
import { IMMEDIATE_DELIVERY } from '../../scenario/delivery.ts';
import { UnusableSchema } from '../../schema/schemas.ts';
import { validateExchange } from '../../validate/exchange.ts';
import type { SentRequest, ServeEvent } from '../serve-event.ts';
import type { ServerState } from '../server-state.ts';

/** A callback or webhook before it is sent. */
export interface SentSubject extends Pick<ServeEvent, 'session' | 'sessionSource' | 'redactPersonal'> {
  readonly operation: Operation;
  readonly sent: SentRequest;
  readonly rules: readonly AppliedRule[];
}

export interface SentOutcome extends Pick<Exchange, 'id' | 'startedAt' | 'duration'> {
  /** Undefined: the request could not be created. */
  readonly request: Request | undefined;
  /** What is validated of the request; undefined: nothing. */
  readonly declared?: Request | undefined;
  readonly match?: Match | undefined;
  readonly response?: Response | undefined;
  readonly failure?: string | undefined;
}

export function recordSent(state: ServerState, subject: SentSubject, outcome: SentOutcome): ServeEvent {
  const { operation, sent, session, sessionSource, rules, redactPersonal } = subject;
  const { id, startedAt, duration, response, match, declared, failure } = outcome;
  const request = outcome.request ?? unsentRequest(operation, sent);
  const exchange = { id, startedAt, duration, request, ...(response !== undefined && { response }) };
  const event: ServeEvent = {
    // Copies: decoded values are cached by message, and the journal must not keep them alive.
    exchange: {
      ...exchange,
      request: { ...request },
      ...(response !== undefined && { response: { ...response } }),
    },
    operation,
    session,
    sessionSource,
    findings:
      match === undefined || declared === undefined
        ? []
        : findingsOf(match, { ...exchange, request: declared }),
    refusedFor: undefined,
    problem: response === undefined ? 'callback-failed' : undefined,
    rules,
    switches: [],
    offContract: undefined,
    delivery: IMMEDIATE_DELIVERY,
    redactPersonal,
    sent: { ...sent, ...(failure !== undefined && { failure }) },
  };
  state.sessions.record(session, event);
  state.publish(event);
  return event;
}

function findingsOf(match: Match, exchange: Pick<Exchange, 'request' | 'response'>): ServeEvent['findings'] {
  try {
    return validateExchange(match, exchange).findings;
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error;
    return [error.finding];
  }
}

/** What the journal shows of a request that was not created. */
function unsentRequest({ method }: Operation, { origin }: SentRequest): Request {
  const headers = origin === undefined ? {} : { host: [new URL(origin).host] };
  return { method, path: '/', query: '', headers, body: EMPTY_BODY };
}
