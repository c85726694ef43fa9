// Refusals of requests about stored items: unknown, in conflict, changed meanwhile, or patched in vain.

import { EMPTY_BODY } from '../../exchange/exchange.ts';
import { perObject } from '../../exchange/per-object.ts';
import { type Operation, responseFor } from '../../openapi/model.ts';
import { entityTag } from './entity-tags.ts';
import { resourcesOf } from './infer-resources.ts';
import type { Resource } from './resource.ts';
import { effectOf, type Refused, type Shown, type StateRequest } from './state-request.ts';
import type { StoredItem } from './table.ts';
import type { StateFull } from './tables.ts';

/** The first status for which an operation declares an error response. */
export function declaredError(operation: Operation, statuses: readonly number[]): number | undefined {
  return statuses.find(status => {
    const declared = responseFor(operation, status);
    // Some documents declare nothing but "default", for the success.
    return declared !== undefined && declared !== operation.successResponse;
  });
}

export function missing(request: StateRequest, resource: Resource, id: string): Refused {
  return {
    statuses: [404],
    problem: {
      code: 'no-such-item',
      detail: `"${resource.name}" has no item ${JSON.stringify(id)} in this session`,
      hint: `declare a 404 response for ${request.call.operation.id}; the mock then sends it instead of this problem`,
    },
    effect: effectOf(request, 'missing', id),
  };
}

/**
 * A nested request below an item that does not exist. It is allowed if the session has no items of the parent, or if no
 * request can create them: then nothing is known of the parents.
 */
export function missingParent(request: StateRequest, values: readonly string[]): Refused | undefined {
  const { role, tableOf } = request;
  const parent = nearestParent(role.resource);
  if (parent === undefined) return undefined;
  const count = parent.parents.length;
  const id = values[count];
  const table = tableOf(parent);
  if (id === undefined || table.size === 0 || table.get(values.slice(0, count), id) !== undefined)
    return undefined;
  return missing(request, parent, id);
}

/** The innermost resource around another one whose items requests create. */
const nearestParent = perObject(({ api, collection }: Resource): Resource | undefined => {
  const around = resourcesOf(api).resources.filter(
    ({ item, operations }) =>
      item !== undefined && collection.startsWith(`${item}/`) && operations.create !== undefined,
  );
  return around.sort((left, right) => right.collection.length - left.collection.length)[0];
});

/** Only where 409 is declared. */
export function conflict(request: StateRequest, id: string | undefined): Refused {
  return { statuses: [409], problem: undefined, effect: effectOf(request, 'conflict', id) };
}

/** RFC 9110 section 15.4.5. */
export function notModified(request: StateRequest, stored: StoredItem): Shown {
  const headers = { etag: [entityTag(stored)] };
  return {
    response: { status: 304, headers, body: EMPTY_BODY },
    findings: [],
    effect: effectOf(request, 'unchanged', stored.id, { writtenBy: stored.exchange }),
  };
}

export function preconditionFailed(request: StateRequest, id: string | undefined): Refused {
  return {
    statuses: [412],
    problem: {
      code: 'precondition-failed',
      detail: `the item ${JSON.stringify(id ?? '')} of "${request.role.resource.name}" does not meet the condition of the request`,
      hint: 'read the item again, and send its ETag in If-Match',
    },
    effect: effectOf(request, 'precondition-failed', id),
  };
}

/** @param reason a clause */
export function patchFailed(request: StateRequest, id: string, reason: string): Refused {
  return {
    statuses: [409, 422, 400],
    problem: { code: 'patch-failed', detail: `the patch cannot be applied: ${reason}` },
    effect: effectOf(request, 'patch-failed', id),
  };
}

export function full(request: StateRequest, { message, hint }: StateFull): Refused {
  return {
    statuses: [507],
    problem: { code: 'state-full', detail: message, hint },
    effect: effectOf(request, 'full'),
  };
}

/** Only where one of them is declared. */
export const BAD_CURSOR_STATUSES = [400, 422];

export function badCursor(request: StateRequest): Refused {
  return { statuses: BAD_CURSOR_STATUSES, problem: undefined, effect: effectOf(request, 'bad-cursor') };
}
