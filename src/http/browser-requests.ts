// Responds to what a browser sends on its own account, where no document declares it. Such requests belong to no session.

import { header } from '../exchange/exchange.ts';
import type { RequestContext } from '../mock/request-context.ts';

/** A response without a body. */
export interface BrowserResponse {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Leads a browser from "/" to the console, and from "/~anna/" with its session. The icon of the site is empty: a browser asks for
 * it after the first page of a server, which may be later than the end of the test that opened the page. Other programs ask
 * neither for HTML at "/" nor for an image at "/favicon.ico", and get the problem.
 * @returns undefined for all other requests
 */
export function respondToBrowser({ match, head, sessionNames }: RequestContext): BrowserResponse | undefined {
  if (match.kind === 'operation' || (head.method !== 'GET' && head.method !== 'HEAD')) return undefined;
  const accept = header(head.headers, 'accept') ?? '';
  if (head.path === '/' && accept.includes('text/html')) {
    const { byPrefix } = sessionNames;
    const location = byPrefix === undefined ? '/__deadringer/' : `/__deadringer/#/start?session=${byPrefix}`;
    return { status: 302, fields: { location, 'cache-control': 'no-store' } };
  }
  if (head.path === '/favicon.ico' && accept.includes('image/'))
    return { status: 204, fields: { 'cache-control': 'max-age=86400' } };
  return undefined;
}
