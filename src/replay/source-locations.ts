// The source location that declares a part of a response; differences are reported there.

import { childNode, type DocumentNode, type DocumentSet } from '../document/documents.ts';
import type { Response } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import { closestMediaType, mediaTypeOf } from '../exchange/media-type.ts';
import type { SourceLocation } from '../finding/finding.ts';
import { type Content, type Operation, type ResponseSpec, responseFor } from '../openapi/model.ts';

/** Of a response as such: its declaration, else the operation's. */
export function responseLocation(operation: Operation, { status }: Response): SourceLocation {
  return operation.api.documents.locate(responseFor(operation, status)?.node ?? operation.node);
}

export function headerLocation(operation: Operation, response: Response, name: string): SourceLocation {
  const declared = responseFor(operation, response.status)?.headers.find(
    each => each.name.toLowerCase() === name,
  );
  return declared === undefined
    ? responseLocation(operation, response)
    : operation.api.documents.locate(declared.node);
}

/** @param steps of a place in the body; the deepest part of the schema on the way there counts */
export function bodyLocation(
  operation: Operation,
  response: Response,
  steps: readonly string[],
): SourceLocation {
  const { documents: sources } = operation.api;
  const declared = responseFor(operation, response.status);
  const content = declared && declaredContent(declared, response);
  if (content?.schema === undefined) return responseLocation(operation, response);
  let at = content.schema;
  for (const step of steps) {
    const next = schemaBelow(sources, at, step, 0);
    if (next === undefined) break;
    at = next;
  }
  return sources.locate(at);
}

function declaredContent({ contents }: ResponseSpec, { headers }: Response): Content | undefined {
  const mediaType = mediaTypeOf(headers);
  return mediaType && closestMediaType(contents, mediaType);
}

/** Schemas that refer to each other are followed so far. */
const MAX_DEPTH = 20;

function schemaBelow(
  sources: DocumentSet,
  schema: DocumentNode,
  step: string,
  depth: number,
): DocumentNode | undefined {
  const settled = sources.dereference(schema);
  if (!isObject(settled.value) || depth > MAX_DEPTH) return undefined;
  const properties = childNode(settled, 'properties');
  const named = properties && childNode(properties, step);
  if (named !== undefined) return named;
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    const branches = childNode(settled, keyword);
    const list = Array.isArray(branches?.value) ? branches.value : [];
    for (const index of list.keys()) {
      const branch = branches && childNode(branches, index);
      const property = branch && schemaBelow(sources, branch, step, depth + 1);
      if (property !== undefined) return property;
    }
  }
  if (/^(?:\d+|\*)$/.test(step) && 'items' in settled.value) return childNode(settled, 'items');
  return isObject(settled.value.additionalProperties)
    ? childNode(settled, 'additionalProperties')
    : undefined;
}
