// Header fields of proxied messages: all are kept except those of one connection or of this server.
import type { IncomingMessage } from 'node:http';
import { isHopByHop } from '../exchange/header-names.ts';
import { corsFields } from './cors.ts';

/** Ours, and none of the service's business; `expect` was answered here. */
const NOT_FORWARDED = /^(host|expect|x-deadringer-session)$/;
const SESSION_COOKIE = /(?:^|;\s*)deadringer-session=[^;]*/;

/** @param encodedBody the body, where it is sent from memory and not as it arrives */
export function fieldsForUpstream(incoming: IncomingMessage, encodedBody: Uint8Array | undefined): string[] {
  const isChunked = incoming.headers['transfer-encoding'] !== undefined && encodedBody === undefined;
  const fields = filterFields(
    withoutHopByHop(incoming.rawHeaders),
    // Trailers travel in chunks alone.
    name => !NOT_FORWARDED.test(name) && (isChunked || name !== 'trailer'),
  );
  if (incoming.headers.cookie?.includes('deadringer-session')) removeSessionCookie(fields);
  // How a body is cut into chunks belongs to the connection.
  if (isChunked) fields.push('Transfer-Encoding', 'chunked');
  else if (incoming.headers['transfer-encoding'] !== undefined)
    fields.push('Content-Length', String(encodedBody?.length));
  return fields;
}

function removeSessionCookie(fields: string[]): void {
  for (let at = fields.length - 2; at >= 0; at -= 2) {
    if (!/^cookie$/i.test(fields[at] ?? '')) continue;
    const rest = (fields[at + 1] ?? '').replace(SESSION_COOKIE, '').replace(/^[;\s]+/, '');
    if (rest === '') fields.splice(at, 2);
    else fields[at + 1] = rest;
  }
}

/** A service allows the origins of its own pages; whoever asked for the mock's own cross-origin answers gets those. */
const CROSS_ORIGIN = /^access-control-(allow-origin|allow-credentials|expose-headers)$/;

/**
 * @param incoming the request that is answered
 * @param origin of the page that asks, where it is to be let in
 */
export function fieldsForClient(
  response: IncomingMessage,
  incoming: IncomingMessage,
  id: string,
  origin: string | undefined,
): string[] {
  const isChunked =
    response.headers['transfer-encoding'] !== undefined &&
    incoming.httpVersionMinor > 0 &&
    incoming.method !== 'HEAD' &&
    response.statusCode !== 204 &&
    response.statusCode !== 304;
  const fields = filterFields(
    withoutHopByHop(response.rawHeaders),
    name =>
      // What another deadringer says of its own journal; ours takes its place.
      name !== 'x-deadringer-exchange' &&
      !(origin !== undefined && CROSS_ORIGIN.test(name)) &&
      // Trailers travel in chunks alone.
      (isChunked || name !== 'trailer'),
  );
  fields.push('x-deadringer-exchange', id);
  if (origin !== undefined) {
    const names = fields.filter((_, index) => index % 2 === 0).map(name => name.toLowerCase());
    for (const [name, value] of Object.entries(corsFields(origin, [...new Set(names)])))
      fields.push(name, value);
  }
  return fields;
}

/** Also without what `Connection` names (RFC 9110 section 7.6.1). @param fields names and values in turn */
function withoutHopByHop(fields: readonly string[]): string[] {
  const named = new Set<string>();
  for (let at = 0; at < fields.length; at += 2) {
    if (/^connection$/i.test(fields[at] ?? ''))
      for (const name of (fields[at + 1] ?? '').split(',')) named.add(name.trim().toLowerCase());
  }
  // A client that lists these wants nothing good (RFC 9110 section 7.6.1).
  for (const name of ['content-length', 'content-type', 'content-encoding', 'host', 'authorization'])
    named.delete(name);
  return filterFields(fields, name => !isHopByHop(name) && !named.has(name));
}

/** @param keep told names in lower case */
function filterFields(fields: readonly string[], keep: (name: string) => boolean): string[] {
  const result: string[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const [name = '', value = ''] = [fields[at], fields[at + 1]];
    if (keep(name.toLowerCase())) result.push(name, value);
  }
  return result;
}
