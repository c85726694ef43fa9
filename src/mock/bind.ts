// Whose request is this? A session is named by header, by the credential the app sends anyway, by cookie or by URL prefix.
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Operation } from '../contract/contract.ts';
import { decodePercent, header, parseCookies, parsePairs, type Request } from '../exchange/exchange.ts';
import { DEFAULT_SESSION, type SessionStore } from './session.ts';

const HEADER = 'x-deadringer-session';
const COOKIE = 'deadringer-session';

/** What a session may be called: safe in a header, a URL and a file name. */
export const SESSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export interface Named {
  readonly byHeader: string | undefined;
  readonly byCookie: string | undefined;
  readonly byPrefix: string | undefined;
  /** The request as the API would have seen it: without the prefix. */
  readonly request: Request;
}

export function readSessionNames(request: Request): Named {
  const [, prefix, rest] = /^\/~([^/]+)(\/.*)?$/.exec(request.path) ?? [];
  const cookie = header(request.headers, 'cookie');
  return {
    byHeader: valid(header(request.headers, HEADER)),
    byCookie: cookie?.includes(COOKIE)
      ? valid(parseCookies(cookie).find(({ name }) => name === COOKIE)?.value)
      : undefined,
    byPrefix: prefix === undefined ? undefined : valid(decodePercent(prefix)),
    request: prefix === undefined ? request : { ...request, path: rest ?? '/' },
  };
}

function valid(name: string | undefined): string | undefined {
  return name !== undefined && SESSION_NAME.test(name) ? name : undefined;
}

/** In this order: header, credential, cookie, prefix, the default session. Waits only where credentials are bound. */
export function sessionOf(
  sessions: SessionStore,
  named: Named,
  operation: Operation | undefined,
): string | Promise<string> {
  if (named.byHeader !== undefined) return named.byHeader;
  const otherwise = named.byCookie ?? named.byPrefix ?? DEFAULT_SESSION;
  return sessions.hasBindings() ? boundSession(sessions, named.request, operation, otherwise) : otherwise;
}

async function boundSession(
  sessions: SessionStore,
  request: Request,
  operation: Operation | undefined,
  otherwise: string,
): Promise<string> {
  for (const credential of credentialsOf(request, operation)) {
    const bound = await sessions.bound(fingerprint(credential));
    if (bound !== undefined) return bound;
  }
  return otherwise;
}

/** The bearer token, the basic user, each API key that the operation declares. */
function credentialsOf(request: Request, operation: Operation | undefined): string[] {
  const found: string[] = [];
  const [, scheme = '', credential = ''] =
    /^(\S+)\s+(.*\S)\s*$/.exec(header(request.headers, 'authorization') ?? '') ?? [];
  if (/^basic$/i.test(scheme))
    found.push(Buffer.from(credential, 'base64').toString('utf8').split(':', 1)[0] ?? '');
  else if (credential !== '') found.push(credential);
  for (const { scheme: declared } of operation?.security.flat() ?? []) {
    if (declared.type !== 'apiKey') continue;
    if (declared.in === 'header') found.push(header(request.headers, declared.name.toLowerCase()) ?? '');
    else if (declared.in === 'query')
      found.push(parsePairs(request.query).find(({ name }) => name === declared.name)?.value ?? '');
    else
      found.push(
        parseCookies(header(request.headers, 'cookie')).find(({ name }) => name === declared.name)?.value ??
          '',
      );
  }
  return found.filter(each => each !== '');
}

/** Credentials are never kept, only what tells them apart. */
export function fingerprint(credential: string): string {
  return hash('sha256', credential);
}
