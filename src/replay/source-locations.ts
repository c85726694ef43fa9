// The source location that declares a part of a response; differences are reported there.

import { childNode, type DocumentNode, type DocumentSet } from '../document/documents.ts';
import type { Response } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import { closestMediaType, mediaTypeOf } from '../exchange/media-type.ts';
import type { SourceLocation } from '../finding/finding.ts';
import { type Content, type Operation, type ResponseSpec, responseFor } from '../openapi/model.ts';

/** The declaration of the response, or of the operation if the status is undocumented. */
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

/**
 * The deepest schema that declares a position in the body.
 * @param steps path in the body
 */
export function bodyLocation(
  operation: Operation,
  response: Response,
  steps: readonly string[],
): SourceLocation {
  const { documents } = operation.api;
  const declared = responseFor(operation, response.status);
  const content = declared && declaredContent(declared, response);
  if (content?.schema === undefined) return responseLocation(operation, response);
  let at = content.schema;
  for (const step of steps) {
    const next = schemaBelow(documents, at, step, 0);
    if (next === undefined) break;
    at = next;
  }
  return documents.locate(at);
}

function declaredContent({ contents }: ResponseSpec, { headers }: Response): Content | undefined {
  const mediaType = mediaTypeOf(headers);
  return mediaType && closestMediaType(contents, mediaType);
}

/** Limit for schemas that refer to each other. */
const MAX_DEPTH = 20;

function schemaBelow(
  documents: DocumentSet,
  schema: DocumentNode,
  step: string,
  depth: number,
): DocumentNode | undefined {
  const target = documents.dereference(schema);
  if (!isObject(target.value) || depth > MAX_DEPTH) return undefined;
  const properties = childNode(target, 'properties');
  const declared = properties && childNode(properties, step);
  if (declared !== undefined) return declared;
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    const branches = childNode(target, keyword);
    const list = Array.isArray(branches?.value) ? branches.value : [];
    for (const index of list.keys()) {
      const branch = branches && childNode(branches, index);
      const property = branch && schemaBelow(documents, branch, step, depth + 1);
      if (property !== undefined) return property;
    }
  }
  if (/^(?:\d+|\*)$/.test(step) && 'items' in target.value) return childNode(target, 'items');
  return isObject(target.value.additionalProperties) ? childNode(target, 'additionalProperties') : undefined;
}
