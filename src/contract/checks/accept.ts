// Does the Accept header let through what the operation answers with when all goes well?
import { header, type Request } from '../../exchange/exchange.ts';
import { acceptable } from '../../exchange/media-type.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Operation } from '../contract.ts';

/** Accept headers that were found fitting; clients choose them, so not more than a hundred are kept for an operation. */
const FITTING = new WeakMap<Operation, Set<string>>();

export function checkAccept(operation: Operation, request: Request, findings: Finding[]): void {
  const accept = header(request.headers, 'accept');
  if (accept === undefined || accept === '*/*') return;
  const fitting = FITTING.get(operation) ?? new Set();
  if (fitting.has(accept)) return;
  const success = operation.success;
  const offered = success?.contents.map(({ mediaType }) => mediaType) ?? [];
  if (success === undefined || offered.length === 0 || acceptable(accept, offered).length > 0) {
    if (fitting.size < 100) FITTING.set(operation, fitting.add(accept));
    return;
  }
  findings.push({
    code: 'accept-unsatisfiable',
    message: `Accept excludes ${offered.join(' and ')}, all that ${operation.id} answers with`,
    at: '/request/headers/accept',
    clause: operation.api.sources.clause(success.part),
  });
}
