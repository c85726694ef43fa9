// The violation of the security of an operation, as Prism reports it: made from the findings, with the challenges of all schemes.

import { header, type Request } from '../../exchange/exchange.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Operation, SecurityScheme } from '../../openapi/model.ts';
import type { PrismViolation } from './violation.ts';

/** Undefined: an alternative is met. A credential that does not have the form of its scheme counts as none. */
export function securityViolation(
  operation: Operation,
  request: Request,
  findings: readonly Finding[],
): PrismViolation | undefined {
  let note: Finding | undefined;
  for (const finding of findings) {
    const { code } = finding;
    const isRejected =
      code === 'credentials-missing' || (code === 'credentials-malformed' && !isBearer(request));
    if (isRejected) return unauthorized(operation);
    if (code === 'security-not-checkable') note ??= finding;
  }
  return note && { severity: 'Warning', message: note.message };
}

/** Tokens have any form: what RFC 6750 says about their characters is advice. */
function isBearer({ headers }: Request): boolean {
  return /^bearer\b/i.test(header(headers, 'authorization') ?? '');
}

function unauthorized({ security }: Operation): PrismViolation {
  const challenges = security.flatMap(alternative =>
    alternative.flatMap(({ scheme }) => challengeOf(scheme) ?? []),
  );
  return {
    severity: 'Error',
    message: 'Invalid security scheme used',
    code: 401,
    tags: [...new Set(challenges)],
  };
}

/** OAuth 2 and OpenID Connect use bearer tokens (RFC 6750 section 3). API keys have no challenge. */
function challengeOf(scheme: SecurityScheme): string | undefined {
  if (scheme.type !== 'http') return undefined;
  switch (scheme.scheme) {
    case 'bearer':
      return 'Bearer';
    case 'basic':
      return 'Basic realm="*"';
    case 'digest':
      return 'Digest realm="*", nonce="abc123"';
    default:
      return undefined;
  }
}
