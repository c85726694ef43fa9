// Access control of the control API: local programs or token holders, and no web page of another origin.

import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { originOfServer } from '../../exchange/exchange.ts';
import type { Problem } from '../../mock/problem.ts';
import { EXCHANGE_ID_HEADER } from '../../routing/match-target.ts';
import { transportOf } from '../receive.ts';

/**
 * Checks Host against DNS rebinding (a web page whose name resolves to this machine), and Origin and Sec-Fetch-Site against
 * requests of web pages of another origin, also of this machine.
 * @param token the required bearer token; undefined: none, but the host must be local
 * @param isPublic a file of the console, which holds no data, or the health or readiness: a link of any page may open it, and it needs no token
 * @returns undefined if access is allowed
 */
export function checkControlAccess(
  incoming: IncomingMessage,
  token: string | undefined,
  isPublic: boolean,
): Problem | undefined {
  const { headers, headersDistinct, socket } = incoming;
  if (headers[EXCHANGE_ID_HEADER] !== undefined)
    return { code: 'control-forbidden', detail: 'the control API is no receiver of callbacks and webhooks' };
  const origin = headers.origin;
  const sameHost =
    origin !== undefined &&
    headers.host !== undefined &&
    origin === originOfServer({ headers: headersDistinct, transport: transportOf(incoming) });
  const site = headers['sec-fetch-site'];
  const isOfOtherOrigin = site === 'cross-site' || site === 'same-site';
  const isOpened = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if ((origin !== undefined && !sameHost) || (isOfOtherOrigin && !(isPublic && isOpened))) {
    return {
      code: 'control-forbidden',
      detail: 'the control API rejects requests from web pages of another origin',
    };
  }
  if (token !== undefined) {
    if (isPublic) return undefined;
    // The name of a scheme is case-insensitive (RFC 9110 section 11.1).
    const [, sent = ''] = /^bearer +(.*)$/i.exec(headers.authorization ?? '') ?? [];
    if (equalsInConstantTime(sent, token)) return undefined;
    return {
      code: 'control-unauthorized',
      detail: 'the control API of this server requires its token',
      hint: 'send "Authorization: Bearer <token>" with the token that the server was started with',
      headers: { 'www-authenticate': ['Bearer'] },
    };
  }
  const host = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
  const localHosts = ['localhost', '127.0.0.1', '[::1]', socket.localAddress ?? ''];
  if (localHosts.includes(host) || /^127(\.\d+){3}$/.test(host)) return undefined;
  return {
    code: 'control-forbidden',
    detail: `the control API rejects the host "${host}"`,
    hint: 'use 127.0.0.1 or localhost',
  };
}

function equalsInConstantTime(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
