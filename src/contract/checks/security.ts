// Is one of the declared ways to authenticate used? Presence and form are judged; no credential is ever wrong.
import { Buffer } from 'node:buffer';
import { header, type Pair, type Request } from '../../exchange/exchange.ts';
import type { FindingCode } from '../../finding/catalogue.ts';
import type { Finding } from '../../finding/finding.ts';
import { pointer } from '../../finding/pointer.ts';
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
  let met: Finding[] | undefined;
  for (const alternative of operation.security) {
    const missing: Finding[] = [];
    const notes: Finding[] = [];
    for (const requirement of alternative) judge(operation, requirement, sent, missing, notes);
    if (missing.length === 0) {
      // An alternative met without doubt counts before one that cannot be judged.
      if (met === undefined || notes.length < met.length) met = notes;
    }
    if (best === undefined || missing.length < best.missing.length) best = { missing, notes };
  }
  if (met !== undefined) return met;
  return best === undefined ? [] : [...best.missing, ...best.notes];
}

function judge(
  { api }: Operation,
  { scheme, name, part }: Requirement,
  sent: Credentials,
  missing: Finding[],
  notes: Finding[],
): void {
  // Places are looked up only for what is reported: most requests have nothing to report.
  const finding = (code: FindingCode, message: string, at: string): Finding => ({
    code,
    message,
    at,
    clause: api.sources.clause(part),
  });
  if (scheme.type === 'other') {
    const message = `security scheme "${name}" (${scheme.named}) cannot be judged from a request`;
    notes.push(finding('security-not-checkable', message, '/request'));
    return;
  }
  // Tools that record leave credentials out: whether there were any cannot be told.
  const withheld = (field: string): boolean => {
    if (!sent.request.withheld?.includes(field)) return false;
    const message = `security scheme "${name}" cannot be judged: the recording leaves "${field}" out`;
    notes.push(finding('security-not-checkable', message, `/request${pointer('headers', field)}`));
    return true;
  };
  if (scheme.type === 'apiKey') {
    if (apiKey(scheme, sent)) return;
    if (scheme.in === 'cookie' && withheld('cookie')) return;
    if (scheme.in === 'header' && withheld(scheme.name.toLowerCase())) return;
    const place =
      scheme.in === 'header'
        ? pointer('headers', scheme.name.toLowerCase())
        : pointer(PLACES[scheme.in], scheme.name);
    const message = `${scheme.in} "${scheme.name}" must carry an API key (${name})`;
    missing.push(finding('credentials-missing', message, `/request${place}`));
    return;
  }
  const at = '/request/headers/authorization';
  const field = header(sent.request.headers, 'authorization') ?? '';
  if (field === '' && withheld('authorization')) return;
  const [, used, credential] = /^(\S+)(?:[ \t]+(.*\S))?[ \t]*$/.exec(field) ?? [];
  if (used?.toLowerCase() !== scheme.scheme || credential === undefined) {
    const said =
      used === undefined
        ? 'there is none'
        : credential === undefined
          ? 'nothing follows the scheme'
          : 'it uses another scheme';
    const message = `Authorization must be "${capitalize(scheme.scheme)} ..." (${name}); ${said}`;
    missing.push(finding('credentials-missing', message, at));
    return;
  }
  const wrong = malformed(scheme.scheme, used, credential);
  if (wrong !== undefined) notes.push(finding('credentials-malformed', wrong, at));
}

/** A number is searched for without being made bytes first. */
const COLON = 0x3a;
const PLACES = { query: 'query', cookie: 'cookies' } as const;

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
    const decoded = Buffer.from(credential, 'base64');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(credential) || !decoded.includes(COLON)) {
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
    !/^(?=.*username=)(?=.*realm=)(?=.*nonce=)(?=.*uri=)(?=.*response=)/.test(credential)
  ) {
    return 'the Digest credential lacks username, realm, nonce, uri or response (RFC 7616)';
  }
  return undefined;
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
