// Does the Accept header let through what the operation answers with when all goes well?
import { header, type Request } from '../../exchange/exchange.ts';
import { acceptable } from '../../exchange/media-type.ts';
import type { Finding } from '../../finding/finding.ts';
import { type Operation, successResponse } from '../contract.ts';

export function checkAccept(operation: Operation, request: Request, findings: Finding[]): void {
  const accept = header(request.headers, 'accept');
  if (accept === undefined || accept === '*/*') return;
  const success = successResponse(operation);
  const offered = success?.contents.map(({ mediaType }) => mediaType) ?? [];
  if (success === undefined || offered.length === 0 || acceptable(accept, offered).length > 0) return;
  findings.push({
    code: 'accept-unsatisfiable',
    message: `Accept excludes ${offered.join(' and ')}, all that ${operation.id} answers with`,
    at: '/request/headers/accept',
    clause: operation.api.sources.clause(success.part),
  });
}
