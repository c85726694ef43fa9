// Rewrites links to the upstream in header fields of its responses, so that the next request goes through the proxy too.

import type { IncomingMessage } from 'node:http';
import { originOfServer } from '../exchange/exchange.ts';
import { rewriteHeaderLinks } from '../exchange/rewrite-links.ts';
import { cookieForHost } from '../exchange/set-cookie.ts';
import type { UpstreamTarget } from '../mock/proxy/upstream-table.ts';
import { transportOf } from './receive.ts';

/** @returns the value of a header field as the client gets it */
export function createLinkRewriter(
  { origin, path }: Pick<UpstreamTarget, 'origin' | 'path'>,
  incoming: IncomingMessage,
): (name: string, value: string) => string {
  const { url = '', headers, headersDistinct } = incoming;
  const transport = transportOf(incoming);
  const own =
    headers.host === undefined ? undefined : originOfServer({ headers: headersDistinct, transport });
  const sentPath = url.startsWith('/') ? url.replace(/[?#][\s\S]*$/, '') : path;
  const mapPath = (text: string): string | undefined => mapPathBetween(text, path, sentPath);
  // A service behind a proxy of its own may not know its scheme and port: compare the names only.
  const isService = (authority: string): boolean =>
    URL.parse(`http://${authority}`)?.hostname === URL.parse(origin)?.hostname;
  return (name, value) => {
    const lowerCaseName = name.toLowerCase();
    return lowerCaseName === 'set-cookie'
      ? cookieForHost(value, transport !== undefined, text => (text === '/' ? text : (mapPath(text) ?? '/')))
      : rewriteHeaderLinks(lowerCaseName, value, { isService, mapPath, origin: own });
  };
}

/**
 * @param text a path with query and fragment at the service
 * @param path of the request, at the service
 * @param sentPath of the request, here
 * @returns undefined: the path is not below the part that differs
 */
function mapPathBetween(text: string, path: string, sentPath: string): string | undefined {
  const [here, there] = differingPrefixes(sentPath, path);
  const rest = text.slice(there.length);
  return text.startsWith(there) && /^(?:[/?#]|$)/.test(rest) ? here + rest : undefined;
}

/** What remains of two paths without the segments in which both end: "/shop" and "" for /shop/v1/orders and /v1/orders. */
function differingPrefixes(left: string, right: string): [string, string] {
  const [lefts, rights] = [left.split('/'), right.split('/')];
  while (lefts.length > 1 && rights.length > 1 && lefts.at(-1) === rights.at(-1)) {
    lefts.pop();
    rights.pop();
  }
  return [lefts.join('/'), rights.join('/')];
}
