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
import { type CachedResponse, getCachedResponse } from '../respond/response-cache.ts';
import type { SessionStore } from '../session/session-store.ts';
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
  readonly sessions: SessionStore;
  readonly session: string;
  /** Selects the success response of the document. */
  readonly selection: ResponseSelection;
  /** About the request. */
  readonly findings: readonly Finding[];
  /** Id of the exchange. */
  readonly exchange: string;
  /** Milliseconds since the Unix epoch: real time, and the time on the clock of the session. */
  readonly now: number;
  readonly at: number;
  /** What stands before the path in the URL that the client uses: "/~anna", or nothing. */
  readonly urlPrefix: string;
}

export interface StateAnswer {
  readonly response: Response | Problem;
  /** About the response. */
  readonly findings: readonly Finding[];
  readonly offContract: string | undefined;
  readonly effect: StateEffect;
}

type Maybe<Value> = Value | Promise<Value>;

/**
 * A promise only if a response of the document is not cached, or the request is refused.
 * @returns undefined if the operation is answered as documented: it belongs to no resource, or says nothing about its items
 */
export function respondFromState(stateCall: StateCall): Maybe<StateAnswer | undefined> {
  const { call, selection } = stateCall;
  const { operation } = call;
  const role = resourcesOf(operation.api).roleOf(operation);
  if (role === undefined) return undefined;
  const success = getCachedResponse(operation, selection);
  // Which of them is sent depends on the stored items, which may change until then.
  const others = otherSuccesses(operation).map(status =>
    getCachedResponse(operation, { ...selection, status }),
  );
  const all = [success, ...others];
  return all.some(each => each instanceof Promise)
    ? Promise.all(all).then(cached => respondWith(stateCall, role, cached))
    : respondWith(stateCall, role, all as readonly CachedResponse[]);
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
): Maybe<StateAnswer | undefined> {
  const { call, sessions, session, now } = stateCall;
  const bases = cached.map(each => toBaseResponse(call.operation, each));
  const [success] = bases;
  if (success === undefined) return undefined;
  const updating = sessions.update(session, now, ({ state, seed, scenarioRuns }) => {
    if (isUnknown(role, state)) return undefined;
    return answer({
      call,
      role,
      success,
      resources: resourcesOf(call.operation.api).resources,
      findings: stateCall.findings,
      baseFor: status => bases.find(base => base?.response.status === status),
      tableOf: resource => state.table(resource),
      exchange: stateCall.exchange,
      at: stateCall.at,
      random: lazyRandom(`${seed} ${role.resource.name} ${scenarioRuns}`),
      urlPrefix: stateCall.urlPrefix,
    });
  });
  return updating instanceof Promise
    ? updating.then(result => toAnswer(stateCall, result))
    : toAnswer(stateCall, updating);
}

function toAnswer(stateCall: StateCall, result: StateResult | undefined): Maybe<StateAnswer | undefined> {
  if (result === undefined) return undefined;
  return 'statuses' in result ? refuse(stateCall, result) : { ...result, offContract: undefined };
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
async function refuse({ call }: StateCall, { statuses, problem, effect }: Refused): Promise<StateAnswer> {
  const { operation } = call;
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
