// Access control of the control API: local programs or token holders, and no web page of another origin.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Problem } from '../../mock/problem.ts';

/**
 * Checks Host against DNS rebinding (a web page whose name resolves to this machine), and Origin and Sec-Fetch-Site against
 * cross-site requests of browsers.
 * @param token the required bearer token; undefined: none, but the host must be local
 * @returns undefined if access is allowed
 */
export function checkControlAccess(
  { headers, socket }: IncomingMessage,
  token: string | undefined,
): Problem | undefined {
  const origin = headers.origin;
  const sameHost = origin !== undefined && headers.host !== undefined && origin === `http://${headers.host}`;
  if ((origin !== undefined && !sameHost) || headers['sec-fetch-site'] === 'cross-site') {
    return {
      code: 'control-forbidden',
      detail: 'the control API rejects requests from web pages of another origin',
    };
  }
  if (token !== undefined) {
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
