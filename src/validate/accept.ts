// Checks that the Accept header allows a media type of the operation's success response.

import { type Cache, createCache } from '../exchange/bounded-cache.ts';
import { header, type Request } from '../exchange/exchange.ts';
import { acceptableTypes } from '../exchange/media-type.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';

/** Accept headers that allow a declared media type, by operation. */
const SATISFIABLE = new WeakMap<Operation, Cache<string, true>>();

/** Adds a finding if the Accept header excludes every media type of the operation's success response. */
export function checkAccept(operation: Operation, request: Request, findings: Finding[]): void {
  const accept = header(request.headers, 'accept');
  if (accept === undefined || accept === '*/*') return;
  const satisfiable = SATISFIABLE.get(operation) ?? createCache(100);
  if (satisfiable.get(accept)) return;
  const response = operation.successResponse;
  const mediaTypes = response?.contents.map(({ mediaType }) => mediaType) ?? [];
  if (response === undefined || mediaTypes.length === 0 || acceptableTypes(accept, mediaTypes).length > 0) {
    satisfiable.set(accept, true);
    SATISFIABLE.set(operation, satisfiable);
    return;
  }
  findings.push({
    code: 'accept-unsatisfiable',
    message: `Accept excludes every media type that ${operation.id} returns: ${mediaTypes.join(', ')}`,
    at: '/request/headers/accept',
    location: operation.api.documents.locate(response.node),
  });
}
