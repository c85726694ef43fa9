// Checks that a request has the credentials of a declared security requirement. Their values are never rejected.

import { Buffer } from 'node:buffer';
import { header, isWithheld, type Pair, type Request } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isCredentialMark } from '../exchange/redaction-marks.ts';
import { isUnknownField } from '../exchange/unknown-fields.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation, SecurityRequirement } from '../openapi/model.ts';

export interface Credentials {
  readonly request: Request;
  readonly query: readonly Pair[];
  readonly cookies: readonly Pair[];
}

/** @returns no findings if one alternative is satisfied, else the findings of the alternative with the fewest missing credentials */
export function checkSecurity(operation: Operation, sent: Credentials): Finding[] {
  // Without a requirement, or with an empty alternative, no credentials are required.
  if (operation.security.length === 0 || operation.security.some(alternative => alternative.length === 0))
    return [];
  let closest: { missing: Finding[]; notes: Finding[] } | undefined;
  let satisfied: Finding[] | undefined;
  for (const alternative of operation.security) {
    const missing: Finding[] = [];
    const notes: Finding[] = [];
    for (const requirement of alternative) checkRequirement(operation, requirement, sent, missing, notes);
    if (missing.length === 0) {
      // Prefer a satisfied alternative that can be checked to one that cannot.
      if (satisfied === undefined || notes.length < satisfied.length) satisfied = notes;
    }
    if (closest === undefined || missing.length < closest.missing.length) closest = { missing, notes };
  }
  if (satisfied !== undefined) return satisfied;
  return closest === undefined ? [] : [...closest.missing, ...closest.notes];
}

function checkRequirement(
  { api }: Operation,
  { scheme, name, node }: SecurityRequirement,
  sent: Credentials,
  missing: Finding[],
  notes: Finding[],
): void {
  // Locate the node only for a finding: most requests have none.
  const finding = (code: FindingCode, message: string, at: string): Finding => ({
    code,
    message,
    at,
    location: api.documents.locate(node),
  });
  if (scheme.type === 'other') {
    const message = `security scheme "${name}" (${scheme.declaredType}) cannot be checked from a request`;
    notes.push(finding('security-not-checkable', message, '/request'));
    return;
  }
  // Recorders omit credentials: whether the request had any is unknown.
  const reportUnknown = (at: string): void => {
    const field = at.slice(at.lastIndexOf('/') + 1);
    const message = `security scheme "${name}" cannot be checked: the recording omits "${field}"`;
    notes.push(finding('security-not-checkable', message, `/request${at}`));
  };
  if (scheme.type === 'apiKey') {
    if (findApiKey(scheme, sent)) return;
    const field = scheme.in === 'header' ? scheme.name.toLowerCase() : 'cookie';
    const pointer =
      scheme.in === 'header'
        ? jsonPointer('headers', field)
        : jsonPointer(POINTER_SEGMENTS[scheme.in], scheme.name);
    const isUnknown =
      scheme.in === 'query' ? isWithheld(sent.request, pointer) : isUnknownField(sent.request, field);
    if (isUnknown) {
      reportUnknown(scheme.in === 'cookie' ? '/headers/cookie' : pointer);
      return;
    }
    const message = `${scheme.in} "${scheme.name}" must carry an API key (${name})`;
    missing.push(finding('credentials-missing', message, `/request${pointer}`));
    return;
  }
  const at = '/request/headers/authorization';
  const authorization = header(sent.request.headers, 'authorization') ?? '';
  const [, usedScheme, credential] = /^(\S+)(?:[ \t]+(\S.*))?$/.exec(authorization.trimEnd()) ?? [];
  if (usedScheme?.toLowerCase() !== scheme.scheme || credential === undefined) {
    if (isUnknownField(sent.request, 'authorization')) {
      reportUnknown('/headers/authorization');
      return;
    }
    const problem =
      usedScheme === undefined
        ? 'the header is missing'
        : credential === undefined
          ? 'the credential is missing'
          : 'another scheme is used';
    const message = `Authorization must be "${capitalize(scheme.scheme)} ..." (${name}); ${problem}`;
    missing.push(finding('credentials-missing', message, at));
    return;
  }
  if (sent.request.mayBeMasked && isCredentialMark(credential)) return;
  const problem = describeMalformedCredential(scheme.scheme, usedScheme, credential);
  if (problem !== undefined) notes.push(finding('credentials-malformed', problem, at));
}

const COLON = ':'.charCodeAt(0);
const POINTER_SEGMENTS = { query: 'query', cookie: 'cookies' } as const;

function findApiKey(
  scheme: { in: 'header' | 'query' | 'cookie'; name: string },
  { request, query, cookies }: Credentials,
): string | undefined {
  if (scheme.in === 'header') return header(request.headers, scheme.name.toLowerCase())?.trim();
  return (scheme.in === 'query' ? query : cookies).find(({ name }) => name === scheme.name)?.value;
}

/** Describes a malformed credential. It is advice only: placeholders in documentation look like this, too. */
function describeMalformedCredential(
  scheme: string,
  usedScheme: string,
  credential: string,
): string | undefined {
  if (scheme === 'basic') {
    const decoded = Buffer.from(credential, 'base64');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(credential) || !decoded.includes(COLON)) {
      return 'the Basic credential is not the base64 of "user:password" (RFC 7617)';
    }
  }
  if (scheme === 'bearer') {
    if (usedScheme !== 'Bearer')
      return `the scheme is written "${usedScheme}"; some servers accept only "Bearer"`;
    if (!/^[A-Za-z0-9._~+/-]+=*$/.test(credential))
      return 'the Bearer token contains characters that RFC 6750 does not allow';
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
