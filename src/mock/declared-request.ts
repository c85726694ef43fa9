// A request that the document may answer, and the answer: what the selection of the response needs to know of it.

import type { Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Refusal } from '../openapi/refusals.ts';
import type { Call } from '../scenario/call.ts';
import type { Preferences } from './preferences.ts';
import type { PrismViolation } from './prism/violation.ts';
import type { Problem } from './problem.ts';
import type { RequestContext } from './request-context.ts';
import type { ServerState } from './server-state.ts';
import type { StateEffect } from './state/state-effect.ts';

export interface DeclaredRequest {
  readonly state: ServerState;
  readonly context: RequestContext;
  readonly preferences: Preferences;
  /** Id of the session. */
  readonly session: string;
  /** Id of the exchange. */
  readonly exchange: string;
  readonly call: Call;
  /** About the request. */
  readonly findings: readonly Finding[];
  /** Undefined: the request is valid, or answered all the same. */
  readonly refusal: Refusal | undefined;
  /** As Prism reports them; undefined: the server does not use the dialect of Prism. */
  readonly violations: readonly PrismViolation[] | undefined;
  /** True: the request gets an error. With the dialect of Prism also without a refusal. */
  readonly isRefused: boolean;
  /** True: the request has findings that would reject it. */
  readonly isTolerated: boolean;
}

export interface DeclaredAnswer {
  /** About the response. */
  readonly findings: readonly Finding[];
  readonly response: Response | Problem;
  readonly refusedFor?: Finding;
  readonly offContract?: string | undefined;
  readonly stateEffect?: StateEffect;
}
