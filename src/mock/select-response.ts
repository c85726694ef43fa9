// Which declared response a request gets: the one that the client prefers, the success response, or a refusal.

import type { Operation } from '../openapi/model.ts';
import type { Refusal } from '../openapi/refusals.ts';
import type { Call } from '../scenario/call.ts';
import { bodySeed } from './apply-scenarios.ts';
import type { Preferences } from './preferences.ts';
import type { ResponseSelection } from './respond/create-response.ts';
import { declaredRefusal } from './respond/refuse.ts';
import type { ServerState } from './server-state.ts';

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

/** The declared error response. It ignores Accept, which RFC 9110 section 15.5.7 permits. */
export function refusalSelection(operation: Operation, refusal: Refusal): ResponseSelection | undefined {
  const declared = declaredRefusal(operation, refusal);
  if (declared === undefined) return undefined;
  return { status: declared.status, example: declared.example, accept: undefined, seed: undefined };
}
