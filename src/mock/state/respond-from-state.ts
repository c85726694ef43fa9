// Responds to a request from the items that a session stores: the response of the document, with those items in it.

import type { Response } from '../../exchange/exchange.ts';
import { fnv1a } from '../../exchange/fnv1a.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Call } from '../../scenario/call.ts';
import { seededRandom } from '../../scenario/delivery.ts';
import type { Problem } from '../problem.ts';
import type { ResponseSelection } from '../respond/create-response.ts';
import { offContractReason } from '../respond/forced-response.ts';
import { type CachedResponse, getCachedResponse } from '../respond/response-cache.ts';
import type { SessionStore } from '../session/session.ts';
import { answerItem } from './answer-item.ts';
import { answerList } from './answer-list.ts';
import { type BaseResponse, toBaseResponse } from './base-response.ts';
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

/** @returns undefined if the operation is answered as documented: it belongs to no resource, or says nothing about its items */
export async function respondFromState(stateCall: StateCall): Promise<StateAnswer | undefined> {
  const { call, selection, sessions } = stateCall;
  const { operation } = call;
  const { resources, roleOf } = resourcesOf(operation.api);
  const role = roleOf(operation);
  if (role === undefined) return undefined;
  const find = async (status: number | undefined): Promise<BaseResponse | undefined> => {
    const cached = getCachedResponse(operation, { ...selection, status });
    return toBaseResponse(operation, cached instanceof Promise ? await cached : cached);
  };
  const success = await find(undefined);
  if (success === undefined) return undefined;
  const bases = new Map([[success.response.status, success]]);
  // Which of them is sent depends on the stored items, which may change until then.
  if (role.role === 'create' || role.role === 'replace')
    for (const { status } of operation.responses) {
      const base =
        /^2\d\d$/.test(status) && !bases.has(Number(status)) ? await find(Number(status)) : undefined;
      if (base !== undefined) bases.set(Number(status), base);
    }
  const updating = sessions.update(stateCall.session, stateCall.now, ({ state, seed, scenarioRuns }) => {
    if (isUnknown(role, state)) return undefined;
    let random: (() => number) | undefined;
    const request: StateRequest = {
      call,
      role,
      resources,
      success,
      findings: stateCall.findings,
      baseFor: status => bases.get(status),
      tableOf: resource => state.table(resource),
      exchange: stateCall.exchange,
      at: stateCall.at,
      random: () => {
        random ??= seededRandom(fnv1a(`${seed} ${role.resource.name} ${scenarioRuns}`));
        return random();
      },
      urlPrefix: stateCall.urlPrefix,
    };
    return answer(request);
  });
  const result = updating instanceof Promise ? await updating : updating;
  if (result === undefined) return undefined;
  return 'statuses' in result ? refuse(stateCall, result) : { ...result, offContract: undefined };
}

/** Nothing creates items of the resource, and no item is known: the document answers. */
function isUnknown({ resource }: OperationRole, state: SessionState): boolean {
  const { create, replace } = resource.operations;
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
