// Finds request header fields that no operation of the API declares: misspelt ones, above all.

import type { Request } from '../exchange/exchange.ts';
import { isCommonRequestHeader } from '../exchange/header-names.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { perObject } from '../exchange/per-object.ts';
import type { Finding } from '../finding/finding.ts';
import { didYouMean } from '../finding/nearest-word.ts';
import type { ApiSpec, Operation } from '../openapi/model.ts';

/** The names as the document writes them, by name in lower case. */
/** Clients send application-wide fields to all operations, so those that any operation declares are known. */
export function checkUndocumentedHeaders(
  operation: Operation,
  { headers }: Request,
  findings: Finding[],
): void {
  const { api, node } = operation;
  const declared = declaredHeaders(api);
  for (const name in headers) {
    if (declared.has(name) || isCommonRequestHeader(name)) continue;
    // A callback or webhook is not among the operations of the API.
    if (headerNames(operation).some(each => each.toLowerCase() === name)) continue;
    const hint = didYouMean(name, [...declared.values()]);
    findings.push({
      code: 'request-header-undocumented',
      message: `header "${name}" is not declared by ${api.name}${hint}`,
      at: `/request/headers${jsonPointer(name)}`,
      location: api.documents.locate(node),
    });
  }
}

const declaredHeaders = perObject((api: ApiSpec): ReadonlyMap<string, string> => {
  const names = api.operations.flatMap(headerNames);
  return new Map(names.map(name => [name.toLowerCase(), name]));
});

function headerNames({ parameters, security }: Operation): string[] {
  return [
    ...parameters.filter(each => each.in === 'header').map(({ name }) => name),
    ...security
      .flat()
      .flatMap(({ scheme }) => (scheme.type === 'apiKey' && scheme.in === 'header' ? [scheme.name] : [])),
  ];
}
