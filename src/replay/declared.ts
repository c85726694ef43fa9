// Where a document speaks of a part of an answer: the line that a difference is shown at.
import { type Content, type Operation, type ResponseSpec, responseFor } from '../contract/contract.ts';
import { child, isObject, type Part, type Sources } from '../contract/sources.ts';
import type { Response } from '../exchange/exchange.ts';
import { closestMediaType, mediaTypeOf } from '../exchange/media-type.ts';
import type { Clause } from '../finding/finding.ts';

/** Of a response as such: its declaration, else the operation's. */
export function clauseOfResponse(operation: Operation, { status }: Response): Clause {
  return operation.api.sources.clause(responseFor(operation, status)?.part ?? operation.part);
}

export function clauseOfHeader(operation: Operation, response: Response, name: string): Clause {
  const declared = responseFor(operation, response.status)?.headers.find(
    each => each.name.toLowerCase() === name,
  );
  return declared === undefined
    ? clauseOfResponse(operation, response)
    : operation.api.sources.clause(declared.part);
}

/** @param steps of a place in the body; the deepest part of the schema on the way there counts */
export function clauseOfBody(operation: Operation, response: Response, steps: readonly string[]): Clause {
  const { sources } = operation.api;
  const declared = responseFor(operation, response.status);
  const content = declared && contentOf(declared, response);
  if (content?.schema === undefined) return clauseOfResponse(operation, response);
  let at = content.schema;
  for (const step of steps) {
    const next = below(sources, at, step, 0);
    if (next === undefined) break;
    at = next;
  }
  return sources.clause(at);
}

function contentOf({ contents }: ResponseSpec, { headers }: Response): Content | undefined {
  const mediaType = mediaTypeOf(headers);
  return mediaType && closestMediaType(contents, mediaType);
}

/** Schemas that refer to each other are followed so far. */
const DEEP = 20;

function below(sources: Sources, schema: Part, step: string, depth: number): Part | undefined {
  const settled = sources.settle(schema);
  if (!isObject(settled.value) || depth > DEEP) return undefined;
  const properties = child(settled, 'properties');
  const named = properties && child(properties, step);
  if (named !== undefined) return named;
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    const branches = child(settled, keyword);
    const list = Array.isArray(branches?.value) ? branches.value : [];
    for (const index of list.keys()) {
      const branch = branches && child(branches, index);
      const found = branch && below(sources, branch, step, depth + 1);
      if (found !== undefined) return found;
    }
  }
  if (/^(?:\d+|\*)$/.test(step) && 'items' in settled.value) return child(settled, 'items');
  return isObject(settled.value.additionalProperties) ? child(settled, 'additionalProperties') : undefined;
}
