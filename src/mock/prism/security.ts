// Checks credentials by the rules of Prism, which are those that its clients meet: the form of a credential counts.

import { Buffer } from 'node:buffer';
import { header, parsePairs, type Request } from '../../exchange/exchange.ts';
import { isObject } from '../../exchange/json.ts';
import { jsonPointer, valueAt } from '../../exchange/json-pointer.ts';
import type { Operation, SecurityRequirement } from '../../openapi/model.ts';
import type { PrismViolation } from './violation.ts';

/** The violation of the security of an operation; undefined: an alternative is met. */
export function securityViolation(operation: Operation, request: Request): PrismViolation | undefined {
  const failures: PrismViolation[] = [];
  for (const alternative of operation.security) {
    const failed =
      alternative.length === 0
        ? header(request.headers, 'authorization') === undefined
          ? []
          : [unauthorized('None')]
        : alternative.flatMap(requirement => checkRequirement(operation, requirement, request) ?? []);
    if (failed.length === 0) return undefined;
    failures.push(...failed);
  }
  const [first] = failures;
  return first && { ...first, tags: failures.flatMap(({ tags = [] }) => tags) };
}

function unauthorized(challenge: string | undefined): PrismViolation {
  return {
    severity: 'Error',
    message: 'Invalid security scheme used',
    code: 401,
    tags: challenge === undefined ? [] : [challenge],
  };
}

function checkRequirement(
  operation: Operation,
  { scheme, name }: SecurityRequirement,
  request: Request,
): PrismViolation | undefined {
  if (scheme.type === 'other')
    return {
      severity: 'Warning',
      message: `We currently do not support this type of security scheme: ${scheme.declaredType}`,
    };
  if (scheme.type === 'apiKey') return hasApiKey(scheme, request) ? undefined : unauthorized(undefined);
  const authorization = header(request.headers, 'authorization') ?? '';
  const [word = '', ...rest] = authorization.split(' ');
  switch (scheme.scheme) {
    case 'bearer':
      return /^Bearer\s.+$/.test(authorization)
        ? undefined
        : unauthorized(BEARER_CHALLENGES[declaredType(operation, name)] ?? 'Bearer');
    case 'basic':
      if (word.toLowerCase() !== 'basic') return unauthorized('Basic realm="*"');
      return isBasicCredential(rest[0] ?? '') ? undefined : unauthorized(undefined);
    case 'digest':
      if (word.toLowerCase() !== 'digest') return unauthorized('Digest realm="*", nonce="abc123"');
      return isDigestCredential(rest) ? undefined : unauthorized(undefined);
    default:
      return {
        severity: 'Warning',
        message: `We currently do not support this type of security scheme: http/${scheme.scheme}`,
      };
  }
}

const BEARER_CHALLENGES: Readonly<Record<string, string>> = { oauth2: 'OAuth2', openIdConnect: 'OpenID' };

/** OAuth 2 and OpenID Connect are read as bearer tokens, and have challenges of their own. */
function declaredType({ api }: Operation, name: string): string {
  const scheme = valueAt(api.root.value, jsonPointer('components', 'securitySchemes', name));
  return isObject(scheme) && typeof scheme.type === 'string' ? scheme.type : '';
}

function hasApiKey(
  scheme: { readonly in: 'header' | 'query' | 'cookie'; readonly name: string },
  { headers, query }: Request,
): boolean {
  if (scheme.in === 'header') return (header(headers, scheme.name.toLowerCase()) ?? '') !== '';
  if (scheme.in === 'query')
    return parsePairs(query).some(({ name, value }) => name === scheme.name && value !== '');
  // Prism looks for the text in the whole field: a cookie whose name ends with this one counts as well.
  const cookies = header(headers, 'cookie') ?? '';
  const at = cookies.indexOf(`${scheme.name}=`);
  return at >= 0 && at + scheme.name.length + 1 < cookies.length;
}

function isBasicCredential(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64').toString().split(':').length === 2;
}

function isDigestCredential(pieces: readonly string[]): boolean {
  const text = pieces.join('');
  return (
    ['username=', 'realm=', 'nonce=', 'uri=', 'response='].every(name => text.includes(name)) &&
    pieces.every(piece => /["'][a-z0-9]*["']/.test(piece))
  );
}
