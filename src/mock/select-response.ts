// Which declared response a request gets: the one that the client prefers, the success response, or a refusal.

import type { Operation } from '../openapi/model.ts';
import type { Refusal } from '../openapi/refusals.ts';
import type { Call } from '../scenario/call.ts';
import { bodySeed } from './apply-scenarios.ts';
import type { DeclaredRequest } from './declared-request.ts';
import type { Preferences } from './preferences.ts';
import { type PrismSelection, selectForInvalid, selectForValid } from './prism/negotiate.ts';
import type { ResponseSelection } from './respond/create-response.ts';
import { declaredRefusal } from './respond/refuse.ts';
import type { PrismSettings, ServerState } from './server-state.ts';

/** The response to a valid request: as the client prefers, else the success response. */
export function successSelection(
  state: ServerState,
  preferences: Preferences,
  call: Call,
  seed: string,
  accept = call.header('accept'),
): ResponseSelection {
  const dynamic =
    preferences.dynamic ??
    (preferences.seed !== undefined || (state.dynamic && preferences.example === undefined));
  return {
    status: preferences.code,
    example: preferences.example,
    accept,
    seed: dynamic ? bodySeed(seed, call) : undefined,
  };
}

/** The success response to a request that is answered, whatever is wrong with it. @param seed of the session, or of the request */
export function answeredSelection(
  { state, preferences, call, findings, isTolerated }: DeclaredRequest,
  seed: string,
): ResponseSelection {
  const isAcceptable = !isTolerated || findings.every(({ code }) => code !== 'accept-unsatisfiable');
  return successSelection(state, preferences, call, seed, isAcceptable ? undefined : '*/*');
}

/** The response that Prism selects. @param seed of the session, or of the request */
export function selectAsPrism(
  { state, preferences, call, violations = [], isRefused, exchange }: DeclaredRequest,
  settings: PrismSettings,
  seed: string,
): PrismSelection {
  const { operation } = call;
  const isDynamic = preferences.dynamic ?? state.dynamic;
  const isOnce = isDynamic && settings.isVaried && seed === state.seed;
  const wanted = {
    preferences,
    accept: call.header('accept'),
    seed: isDynamic ? bodySeed(isOnce ? exchange : seed, call) : undefined,
    isOnce,
    ignoreExamples: settings.ignoreExamples,
    fillProperties: settings.fillProperties,
  };
  const selected = isRefused
    ? selectForInvalid(operation, violations, wanted)
    : selectForValid(operation, wanted);
  const isTolerant = (preferences.validate ?? state.validateRequest) !== 'on';
  return isTolerant && 'problem' in selected && selected.problem.code === 'not-acceptable'
    ? selectForValid(operation, { ...wanted, accept: '*/*' })
    : selected;
}

/** The declared error response. It ignores Accept, which RFC 9110 section 15.5.7 permits. */
export function refusalSelection(operation: Operation, refusal: Refusal): ResponseSelection | undefined {
  const declared = declaredRefusal(operation, refusal);
  if (declared === undefined) return undefined;
  return { status: declared.status, example: declared.example, accept: undefined, seed: undefined };
}
