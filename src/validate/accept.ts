// Does the Accept header let through what the operation answers with when all goes well?
import { header, type Request } from '../exchange/exchange.ts';
import { acceptableTypes } from '../exchange/media-type.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';

/** Accept headers that were found fitting; clients choose them, so not more than a hundred are kept for an operation. */
const SATISFIABLE = new WeakMap<Operation, Set<string>>();

export function checkAccept(operation: Operation, request: Request, findings: Finding[]): void {
  const accept = header(request.headers, 'accept');
  if (accept === undefined || accept === '*/*') return;
  const satisfiable = SATISFIABLE.get(operation) ?? new Set();
  if (satisfiable.has(accept)) return;
  const response = operation.successResponse;
  const mediaTypes = response?.contents.map(({ mediaType }) => mediaType) ?? [];
  if (response === undefined || mediaTypes.length === 0 || acceptableTypes(accept, mediaTypes).length > 0) {
    if (satisfiable.size < 100) SATISFIABLE.set(operation, satisfiable.add(accept));
    return;
  }
  findings.push({
    code: 'accept-unsatisfiable',
    message: `Accept excludes every media type that ${operation.id} returns: ${mediaTypes.join(', ')}`,
    at: '/request/headers/accept',
    location: operation.api.documents.locate(response.node),
  });
}
