// A request to an operation of a resource, as the functions see it that change and read the stored items.

import type { Finding } from '../../finding/finding.ts';
import type { Call } from '../../scenario/call.ts';
import type { Problem } from '../problem.ts';
import type { BaseResponse, ValidatedResponse } from './base-response.ts';
import type { OperationRole, Resource } from './resource.ts';
import type { StateEffect, StateToken } from './state-effect.ts';
import type { Table } from './table.ts';

export interface StateRequest {
  readonly call: Call;
  readonly role: OperationRole;
  /** About the request. */
  readonly findings: readonly Finding[];
  /** The response of the document for a status of the operation; undefined: it is not declared, or cannot be made. */
  readonly baseFor: (status: number) => BaseResponse | undefined;
  /** The success response of the document. */
  readonly success: BaseResponse;
  readonly tableOf: (resource: Resource) => Table;
  readonly resources: readonly Resource[];
  /** Id of the exchange. */
  readonly exchange: string;
  /** Milliseconds since the Unix epoch, on the clock of the session. */
  readonly at: number;
  readonly random: () => number;
  /** What stands before the path in the URL that the client uses: "/~anna", or nothing. */
  readonly urlPrefix: string;
}

/** The response is made from stored items. */
export interface Shown extends ValidatedResponse {
  readonly effect: StateEffect;
}

/** The request is refused as the document declares, else with the problem. */
export interface Refused {
  /** The first that is declared is sent. */
  readonly statuses: readonly number[];
  /** Undefined: one of them is declared. */
  readonly problem: Problem | undefined;
  readonly effect: StateEffect;
}

export type StateResult = Shown | Refused;

export function effectOf(
  { role }: StateRequest,
  token: StateToken,
  id?: string,
  more: Partial<StateEffect> = {},
): StateEffect {
  return { token, resource: role.resource.name, id, leftOff: NONE, ignored: NONE, ...more };
}

const NONE: readonly string[] = [];

/** The values of the parameters of the parents in the path. */
export function parentsOf({ call, role }: StateRequest): readonly string[] {
  return role.parents.length === 0 ? NONE : role.parents.map(name => call.path[name] ?? '');
}
