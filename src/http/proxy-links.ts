// Rewrites links to the upstream in header fields of its responses, so that the next request goes through the proxy too.

import type { IncomingMessage } from 'node:http';
import { mapHeaderLinks } from '../exchange/links.ts';
import { cookieForHost } from '../exchange/set-cookie.ts';
import type { UpstreamTarget } from '../mock/proxy/upstream-table.ts';

/** @returns the value of a header field as the client gets it. Values of other fields, and links to other hosts, stay */
export function createLinkRewriter(
  target: Pick<UpstreamTarget, 'origin' | 'path'>,
  incoming: IncomingMessage,
): (name: string, value: string) => string {
  return (name, value) => {
    const lowerCaseName = name.toLowerCase();
    return lowerCaseName === 'set-cookie'
      ? cookieForHost(value, path => (path === '/' ? path : (mapPath(path, target, incoming) ?? '/')))
      : mapHeaderLinks(lowerCaseName, value, link => mapLink(link, target, incoming));
  };
}

/** A link that begins with the host of the upstream or with "/", as a link to this server; any other link stays. */
function mapLink(
  link: string,
  target: Pick<UpstreamTarget, 'origin' | 'path'>,
  incoming: IncomingMessage,
): string {
  if (/^\/(?!\/)/.test(link)) return mapPath(link, target, incoming) ?? link;
  const [, authority = '', rest = ''] = /^(?:https?:)?\/\/([^/?#]*)(.*)$/is.exec(link) ?? [];
  // A service behind a proxy of its own may not know its scheme and port: compare the names only.
  const isUpstream = URL.parse(`http://${authority}`)?.hostname === URL.parse(target.origin)?.hostname;
  const mapped = isUpstream ? mapPath(rest.startsWith('/') ? rest : `/${rest}`, target, incoming) : undefined;
  const { host } = incoming.headers;
  return mapped === undefined ? link : (host === undefined ? '' : `http://${host}`) + mapped;
}

/** @param text a path with query and fragment at the upstream. @returns undefined: the path does not belong to the API */
function mapPath(
  text: string,
  { path }: Pick<UpstreamTarget, 'path'>,
  { url = '' }: IncomingMessage,
): string | undefined {
  const sentPath = url.startsWith('/') ? url.replace(/[?#][\s\S]*$/, '') : path;
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
