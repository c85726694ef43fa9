// Sends requests of a browser context, and of an APIRequestContext, to one session of the mock: those to its origin, and no other.
import type { APIRequestContext, BrowserContext, Route } from '@playwright/test';
import escapeRegExp from 'escape-string-regexp';
import { SESSION_COOKIE, SESSION_HEADER } from '../exchange/session-name.ts';

/** Where the requests are that go to the mock, and the session that they go to. */
export interface SessionRoute {
  /** URL of the mock, without the session. */
  readonly server: string;
  readonly session: string;
  /** Further URLs that lead to the mock: a glob pattern or an expression, as in page.route(). */
  readonly also?: string | RegExp | undefined;
}

/**
 * Adds the session to the requests of the context: pages, popups, frames, workers and service workers. The browser has decided
 * on CORS by then, so the header needs no preflight. A cookie besides, for what is not routed: requests of `context.request`, and
 * documents to which another server redirects.
 * @returns ends it, if the context is still open
 */
export async function routeContext(
  context: BrowserContext,
  { server, session, also }: SessionRoute,
): Promise<() => Promise<void>> {
  // Not continue(): a handler that was registered before may respond.
  const addSession = (route: Route): Promise<void> =>
    route.fallback({ headers: { ...route.request().headers(), [SESSION_HEADER]: session } });
  const patterns = [mockPattern(server), ...(also === undefined ? [] : [also])];
  for (const pattern of patterns) await context.route(pattern, addSession);
  const cookie = { name: SESSION_COOKIE, value: session, httpOnly: true, sameSite: 'Lax' } as const;
  const { protocol, port } = new URL(server);
  await context.addCookies(
    hostsOf(server).map(host => ({ ...cookie, url: `${protocol}//${host}${port && `:${port}`}` })),
  );
  let isOpen = true;
  context.once('close', () => {
    isOpen = false;
  });
  return async () => {
    if (!isOpen) return;
    for (const pattern of patterns) await context.unroute(pattern, addSession);
    await context.clearCookies({ name: SESSION_COOKIE });
  };
}

/** The methods of an APIRequestContext that send a request, with the URL as the first argument. */
const SENDING = ['delete', 'fetch', 'get', 'head', 'patch', 'post', 'put'] as const;

/** The same context, which adds the session to requests to the mock. @param baseURL what relative URLs are relative to */
export function withSession(
  context: APIRequestContext,
  { server, session }: SessionRoute,
  baseURL: string | undefined,
): APIRequestContext {
  const pattern = mockPattern(server);
  return new Proxy(context, {
    get(target, name) {
      const method = SENDING.find(each => each === name);
      if (method === undefined) {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      }
      const send: typeof target.fetch = (request, options) => {
        const url = typeof request === 'string' ? request : request.url();
        if (!pattern.test(URL.parse(url, baseURL)?.href ?? ''))
          return target[method](request as string, options);
        const headers = options?.headers ?? (typeof request === 'string' ? undefined : request.headers());
        return target[method](request as string, {
          ...options,
          headers: { ...headers, [SESSION_HEADER]: session },
        });
      };
      return send;
    },
  });
}

/** Matches the URLs below that of the server. This machine has several names, and an app may use another one. */
function mockPattern(server: string): RegExp {
  const { protocol, port, pathname } = new URL(server);
  const hosts = hostsOf(server)
    .map(host => escapeRegExp(host))
    .join('|');
  const base = escapeRegExp(`${port && `:${port}`}${pathname.replace(/(?<!\/)\/+$/, '')}`);
  return new RegExp(`^${protocol}//(?:${hosts})${base}(?:[/?#]|$)`);
}

const THIS_MACHINE = ['127.0.0.1', 'localhost', '[::1]'];

function hostsOf(server: string): readonly string[] {
  const { hostname } = new URL(server);
  return THIS_MACHINE.includes(hostname) ? THIS_MACHINE : [hostname];
}
