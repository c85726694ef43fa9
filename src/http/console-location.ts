// Sends a browser that opens the root of the server, which no document answers, to the console.

import { header } from '../exchange/exchange.ts';
import type { RequestContext } from '../mock/request-context.ts';

/**
 * Where "/" leads, and "/~anna/" with its session. Other programs than browsers do not ask for HTML, and get the problem.
 * @returns undefined for all other requests
 */
export function consoleLocation({ match, head, sessionNames }: RequestContext): string | undefined {
  if (match.kind === 'operation' || head.path !== '/') return undefined;
  if (head.method !== 'GET' && head.method !== 'HEAD') return undefined;
  if (header(head.headers, 'accept')?.includes('text/html') !== true) return undefined;
  const { byPrefix } = sessionNames;
  return byPrefix === undefined ? '/__deadringer/' : `/__deadringer/#/start?session=${byPrefix}`;
}
