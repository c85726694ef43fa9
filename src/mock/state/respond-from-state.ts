// Responds to a request from the items that a session stores: the response of the document, with those items in it.

import type { Response } from '../../exchange/exchange.ts';
import { perObject } from '../../exchange/per-object.ts';
import { lazyRandom } from '../../exchange/seeded-random.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Operation } from '../../openapi/model.ts';
import type { Call } from '../../scenario/call.ts';
import type { Problem } from '../problem.ts';
import type { ResponseSelection } from '../respond/create-response.ts';
import { offContractReason } from '../respond/forced-response.ts';
import { type CachedResponse, findCachedResponse, getCachedResponse } from '../respond/response-cache.ts';
import type { Maybe } from '../session/session-journal.ts';
import type { Session, SessionStore } from '../session/session-store.ts';
import { answerItem } from './answer-item.ts';
import { answerList } from './answer-list.ts';
import { toBaseResponse } from './base-response.ts';
import { resourcesOf } from './infer-resources.ts';
import { declaredError, full } from './refuse-item.ts';
import type { OperationRole } from './resource.ts';
import { exampleSeeds } from './seeds-from-examples.ts';
import type { StateEffect } from './state-effect.ts';
import type { Refused, StateRequest, StateResult } from './state-request.ts';
import { type SessionState, StateFull } from './tables.ts';

export interface StateCall {
  readonly call: Call;
  /** Selects the success response of the document. */
  readonly selection: ResponseSelection;
  /** About the request. */
  readonly findings: readonly Finding[];
  /** Id of the exchange. */
  readonly exchange: string;
  /** Milliseconds since the Unix epoch, on the clock of the session. */
  readonly at: number;
  /** What stands before the path in the URL that the client uses: "/~anna", or nothing. */
  readonly urlPrefix: string;
}

/** What the stored items gave for a request. */
export interface StateOutcome {
  /** Undefined: the operation is answered as documented. It belongs to no resource, or says nothing about its items. */
  readonly result: StateResult | undefined;
}

export interface StateAnswer {
  readonly response: Response | Problem;
  /** About the response. */
  readonly findings: readonly Finding[];
  readonly offContract: string | undefined;
  readonly effect: StateEffect;
}

/**
 * Asks the stored items of a session, inside of an update of it. It waits for nothing, and changes nothing but the session.
 * @returns undefined if a response of the document is not cached: see updateState
 */
export function askState(stateCall: StateCall, session: Session): StateOutcome | undefined {
  const { call, selection } = stateCall;
  const role = resourcesOf(call.operation.api).roleOf(call.operation);
  if (role === undefined) return DOCUMENTED;
  const cached = selectionsOf(call.operation, selection).map(each =>
    findCachedResponse(call.operation, each),
  );
  if (!cached.every(each => each !== undefined)) return undefined;
  return { result: respondWith(stateCall, role, cached, session) };
}

const DOCUMENTED: StateOutcome = { result: undefined };

/** Asks the stored items by an update of its own, when the responses of the document are there. */
export async function updateState(
  stateCall: StateCall,
  sessions: SessionStore,
  sessionId: string,
  now: number,
): Promise<StateOutcome> {
  const { call, selection } = stateCall;
  const role = resourcesOf(call.operation.api).roleOf(call.operation);
  if (role === undefined) return DOCUMENTED;
  const cached = await Promise.all(
    selectionsOf(call.operation, selection).map(each => getCachedResponse(call.operation, each)),
  );
  const result = await sessions.update(sessionId, now, session =>
    respondWith(stateCall, role, cached, session),
  );
  return { result };
}

/** Which of them is sent depends on the stored items. */
function selectionsOf(operation: Operation, success: ResponseSelection): readonly ResponseSelection[] {
  return [success, ...otherSuccesses(operation).map(status => ({ ...success, status }))];
}

/** Statuses beside the success response that tell whether an item was created. */
const otherSuccesses = perObject((operation: Operation): readonly number[] => {
  const { api, responses, successResponse } = operation;
  const role = resourcesOf(api).roleOf(operation)?.role;
  if (role !== 'create' && role !== 'replace') return [];
  return responses.flatMap(response =>
    response !== successResponse && /^2\d\d$/.test(response.status) ? Number(response.status) : [],
  );
});

function respondWith(
  stateCall: StateCall,
  role: OperationRole,
  cached: readonly CachedResponse[],
  { state, seed, scenarioRuns }: Session,
): StateResult | undefined {
  const { call, findings, exchange, at, urlPrefix } = stateCall;
  const bases = cached.map(each => toBaseResponse(call.operation, each));
  const [success] = bases;
  if (success === undefined || isUnknown(role, state)) return undefined;
  return answer({
    call,
    role,
    success,
    resources: resourcesOf(call.operation.api).resources,
    findings,
    baseFor: status => bases.find(base => base?.response.status === status),
    tableOf: resource => state.table(resource),
    exchange,
    at,
    random: lazyRandom(`${seed} ${role.resource.name} ${scenarioRuns}`),
    urlPrefix,
  });
}

/**
 * A promise only if the request is refused.
 * @returns undefined if the operation is answered as documented
 */
export function toStateAnswer(
  { result }: StateOutcome,
  operation: Operation,
): Maybe<StateAnswer | undefined> {
  if (result === undefined) return undefined;
  return 'statuses' in result ? refuse(operation, result) : { ...result, offContract: undefined };
}

/** No response shows an item, or nothing creates items and none is known: the document answers. */
function isUnknown({ resource }: OperationRole, state: SessionState): boolean {
  const { create, replace } = resource.operations;
  if (resource.itemSchema === undefined) return true;
  return (
    create === undefined &&
    replace === undefined &&
    state.table(resource).size === 0 &&
    exampleSeeds(resource).length === 0
  );
}

function answer(request: StateRequest): StateResult | undefined {
  try {
    return request.role.role === 'list' ? answerList(request) : answerItem(request);
  } catch (error) {
    if (error instanceof StateFull) return full(request, error);
    throw error;
  }
}

/** The declared response, whatever Accept says (RFC 9110 section 15.5.7), else the problem. */
async function refuse(operation: Operation, { statuses, problem, effect }: Refused): Promise<StateAnswer> {
  const declared = declaredError(operation, statuses);
  if (declared !== undefined) {
    const selection = { status: declared, example: undefined, accept: undefined, seed: undefined };
    const { result, findings }: CachedResponse = await getCachedResponse(operation, selection);
    const response = 'problem' in result ? result.problem : result.response;
    return { response, findings, offContract: undefined, effect };
  }
  const [status = 404] = statuses;
  const response: Problem = problem ?? {
    code: 'no-such-item',
    detail: `${operation.id} refuses the request`,
  };
  return { response, findings: [], offContract: offContractReason(operation, status), effect };
}
