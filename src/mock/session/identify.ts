// Identifies the session of a request: by header, credential, cookie or URL prefix.
import { decodePercent, header, parseCookies, type Request } from '../../exchange/exchange.ts';
import {
  DEFAULT_SESSION,
  SESSION_COOKIE,
  SESSION_HEADER,
  SESSION_NAME,
} from '../../exchange/session-name.ts';
import type { Operation } from '../../openapi/model.ts';
import type { SessionSource } from '../serve-event.ts';
import { credentialsOf, hashCredential, identityOf } from './credentials.ts';
import type { Maybe } from './session-journal.ts';
import type { SessionStore } from './session-store.ts';

export interface SessionNames {
  readonly byHeader: string | undefined;
  readonly byCookie: string | undefined;
  readonly byPrefix: string | undefined;
  /** The request without the session prefix in its path. */
  readonly request: Request;
}

export function readSessionNames(request: Request): SessionNames {
  const [, prefix, rest] = /^\/~([^/]+)(\/.*)?$/.exec(request.path) ?? [];
  const cookie = header(request.headers, 'cookie');
  return {
    byHeader: validSessionName(header(request.headers, SESSION_HEADER)),
    byCookie: cookie?.includes(SESSION_COOKIE)
      ? validSessionName(parseCookies(cookie).find(({ name }) => name === SESSION_COOKIE)?.value)
      : undefined,
    byPrefix: prefix === undefined ? undefined : validSessionName(decodePercent(prefix)),
    request: prefix === undefined ? request : { ...request, path: rest ?? '/' },
  };
}

function validSessionName(name: string | undefined): string | undefined {
  return name !== undefined && SESSION_NAME.test(name) ? name : undefined;
}

/**
 * In this order: header, bound credential, cookie, prefix, the credential's own session, the default session. A promise only
 * if credentials lead to sessions.
 */
export function resolveSession(
  sessions: SessionStore,
  sessionNames: SessionNames,
  operation: Operation | undefined,
): Maybe<string> {
  if (sessionNames.byHeader !== undefined) return sessionNames.byHeader;
  const named = sessionNames.byCookie ?? sessionNames.byPrefix;
  return sessions.hasCredentials()
    ? sessionByCredential(sessions, sessionNames.request, operation, named)
    : (named ?? DEFAULT_SESSION);
}

/** The session that a request names itself, else the default session. */
export function namedSession({ byHeader, byCookie, byPrefix }: SessionNames): string {
  return byHeader ?? byCookie ?? byPrefix ?? DEFAULT_SESSION;
}

/** @param session the result of resolveSession */
export function sourceOfSession(
  { byHeader, byCookie, byPrefix }: SessionNames,
  session: string,
): SessionSource {
  if (byHeader !== undefined) return 'header';
  if (session !== (byCookie ?? byPrefix ?? DEFAULT_SESSION)) return 'credential';
  return byCookie !== undefined ? 'cookie' : byPrefix !== undefined ? 'prefix' : 'default';
}

async function sessionByCredential(
  sessions: SessionStore,
  request: Request,
  operation: Operation | undefined,
  named: string | undefined,
): Promise<string> {
  const credentials = credentialsOf(request, operation);
  for (const credential of credentials) {
    const id = await sessions.findByCredential(hashCredential(credential));
    if (id !== undefined) return id;
  }
  const [first] = credentials;
  if (named !== undefined || first === undefined) return named ?? DEFAULT_SESSION;
  return (await sessions.sessionOfIdentity(hashCredential(identityOf(first)))) ?? DEFAULT_SESSION;
}
