// Is one of the declared ways to authenticate used? Presence and form are judged; no credential is ever wrong.
import { Buffer } from 'node:buffer';
import { header, type Pair, type Request } from '../../exchange/exchange.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Operation, Requirement } from '../contract.ts';

export interface Credentials {
  readonly request: Request;
  readonly query: readonly Pair[];
  readonly cookies: readonly Pair[];
}

export function checkSecurity(operation: Operation, sent: Credentials): Finding[] {
  // No requirement, or an empty one among the alternatives: anybody may call.
  if (operation.security.length === 0 || operation.security.some(alternative => alternative.length === 0))
    return [];
  let best: { missing: Finding[]; notes: Finding[] } | undefined;
  for (const alternative of operation.security) {
    const missing: Finding[] = [];
    const notes: Finding[] = [];
    for (const requirement of alternative) judge(operation, requirement, sent, missing, notes);
    if (missing.length === 0) return notes;
    if (best === undefined || missing.length < best.missing.length) best = { missing, notes };
  }
  return best === undefined ? [] : [...best.missing, ...best.notes];
}

function judge(
  operation: Operation,
  requirement: Requirement,
  sent: Credentials,
  missing: Finding[],
  notes: Finding[],
): void {
  const { scheme, name } = requirement;
  const clause = operation.api.sources.clause(requirement.part);
  if (scheme.type === 'other') {
    const message = `security scheme "${name}" (${scheme.named}) cannot be judged from a request`;
    notes.push({ code: 'security-not-checkable', message, at: '/request', clause });
    return;
  }
  if (scheme.type === 'apiKey') {
    const value = apiKey(scheme, sent);
    const at = `/request/${scheme.in === 'header' ? 'headers' : scheme.in}/${scheme.in === 'header' ? scheme.name.toLowerCase() : scheme.name}`;
    if (value) return;
    missing.push({
      code: 'credentials-missing',
      message: `${scheme.in} "${scheme.name}" must carry an API key (${name})`,
      at,
      clause,
    });
    return;
  }
  const at = '/request/headers/authorization';
  const [, used, credential] =
    /^(\S+)(?:[ \t]+(.*\S))?[ \t]*$/.exec(header(sent.request.headers, 'authorization') ?? '') ?? [];
  if (used?.toLowerCase() !== scheme.scheme || credential === undefined) {
    const said =
      used === undefined
        ? 'there is none'
        : credential === undefined
          ? 'nothing follows the scheme'
          : 'it uses another scheme';
    const message = `Authorization must be "${capitalize(scheme.scheme)} ..." (${name}); ${said}`;
    missing.push({ code: 'credentials-missing', message, at, clause });
    return;
  }
  const wrong = malformed(scheme.scheme, used, credential);
  if (wrong !== undefined) notes.push({ code: 'credentials-malformed', message: wrong, at, clause });
}

function apiKey(
  scheme: { in: 'header' | 'query' | 'cookie'; name: string },
  { request, query, cookies }: Credentials,
): string | undefined {
  if (scheme.in === 'header') return header(request.headers, scheme.name.toLowerCase())?.trim();
  return (scheme.in === 'query' ? query : cookies).find(({ name }) => name === scheme.name)?.value;
}

/** A form that real servers would refuse. Documentation placeholders look like this too, so it is advice. */
function malformed(scheme: string, used: string, credential: string): string | undefined {
  if (scheme === 'basic') {
    const decoded = Buffer.from(credential, 'base64').toString('utf8');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(credential) || !decoded.includes(':')) {
      return 'the Basic credential is not the base64 of "user:password" (RFC 7617)';
    }
  }
  if (scheme === 'bearer') {
    if (used !== 'Bearer') return `the scheme is written "${used}"; some servers only know "Bearer"`;
    if (!/^[A-Za-z0-9._~+/-]+=*$/.test(credential))
      return 'the Bearer token has characters that RFC 6750 does not allow';
  }
  if (
    scheme === 'digest' &&
    !/(?=.*username=)(?=.*realm=)(?=.*nonce=)(?=.*uri=)(?=.*response=)/.test(credential)
  ) {
    return 'the Digest credential lacks username, realm, nonce, uri or response (RFC 7616)';
  }
  return undefined;
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
