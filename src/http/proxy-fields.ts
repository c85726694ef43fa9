// Header fields of proxied messages: all are forwarded except those of one connection and those of this server.
import type { IncomingMessage } from 'node:http';
import { isHopByHop } from '../exchange/header-names.ts';
import type { UpstreamTarget } from '../mock/proxy/upstream-table.ts';
import { EXCHANGE_ID_HEADER } from '../routing/match-target.ts';
import { type SpanContext, writeTraceparent } from '../telemetry/trace-context.ts';
import { corsFields } from './cors.ts';
import { createLinkRewriter } from './proxy-links.ts';

/** Fields for this server; node:http has responded to `expect`. */
const NOT_FORWARDED = /^(host|expect|x-deadringer-session)$/;
const SESSION_COOKIE = /(?:^|;\s*)deadringer-session=[^;]*/;

/**
 * Fields of the request to the upstream.
 * @param encodedBody the body if it is not streamed
 * @param span of the exchange; undefined: fields about traces are forwarded as they are
 */
export function fieldsForUpstream(
  incoming: IncomingMessage,
  encodedBody: Uint8Array | undefined,
  span: SpanContext | undefined,
): string[] {
  const isChunked = incoming.headers['transfer-encoding'] !== undefined && encodedBody === undefined;
  const fields = filterFields(
    withoutHopByHop(incoming.rawHeaders),
    // Only a chunked message has trailers.
    name =>
      !NOT_FORWARDED.test(name) &&
      (isChunked || name !== 'trailer') &&
      (span === undefined || name !== 'traceparent') &&
      // Without a parent it belongs to no trace (W3C Trace Context, section 3.3).
      (span === undefined || span.parentId !== undefined || name !== 'tracestate'),
  );
  if (span !== undefined) fields.push('traceparent', writeTraceparent(span));
  if (incoming.headers.cookie?.includes('deadringer-session')) removeSessionCookie(fields);
  // Transfer-Encoding is hop-by-hop, so it is set again.
  if (isChunked) fields.push('Transfer-Encoding', 'chunked');
  else if (incoming.headers['transfer-encoding'] !== undefined)
    fields.push('Content-Length', String(encodedBody?.length));
  return fields;
}

function removeSessionCookie(fields: string[]): void {
  for (let index = fields.length - 2; index >= 0; index -= 2) {
    if (!/^cookie$/i.test(fields[index] ?? '')) continue;
    const rest = (fields[index + 1] ?? '').replace(SESSION_COOKIE, '').replace(/^[;\s]+/, '');
    if (rest === '') fields.splice(index, 2);
    else fields[index + 1] = rest;
  }
}

/** Replaced by the CORS fields of the mock, if CORS is on. */
const CROSS_ORIGIN = /^access-control-(allow-origin|allow-credentials|expose-headers)$/;

/**
 * Fields of the response to the client.
 * @param target where the response comes from
 * @param incoming the request of the client
 * @param id of the exchange
 * @param origin of the page that sent the request; undefined: no CORS fields
 */
export function fieldsForClient(
  response: IncomingMessage,
  target: UpstreamTarget,
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
      // From another deadringer as upstream; replaced by the id of this one.
      name !== EXCHANGE_ID_HEADER &&
      !(origin !== undefined && CROSS_ORIGIN.test(name)) &&
      // Only a chunked message has trailers.
      (isChunked || name !== 'trailer'),
  );
  const rewrite = createLinkRewriter(target, incoming);
  for (let index = 0; index < fields.length; index += 2)
    fields[index + 1] = rewrite(fields[index] ?? '', fields[index + 1] ?? '');
  fields.push(EXCHANGE_ID_HEADER, id);
  if (origin !== undefined) {
    const names = fields.filter((_, index) => index % 2 === 0).map(name => name.toLowerCase());
    for (const [name, value] of Object.entries(corsFields(origin, [...new Set(names)])))
      fields.push(name, value);
  }
  return fields;
}

/** Also removes the fields that `Connection` lists (RFC 9110 section 7.6.1). @param fields names and values in turn */
function withoutHopByHop(fields: readonly string[]): string[] {
  const listed = new Set<string>();
  for (let index = 0; index < fields.length; index += 2) {
    if (/^connection$/i.test(fields[index] ?? ''))
      for (const name of (fields[index + 1] ?? '').split(',')) listed.add(name.trim().toLowerCase());
  }
  // End-to-end fields must not be listed in Connection (RFC 9110 section 7.6.1): forward them anyway.
  for (const name of ['content-length', 'content-type', 'content-encoding', 'host', 'authorization'])
    listed.delete(name);
  return filterFields(fields, name => !isHopByHop(name) && !listed.has(name));
}

/** @param keep gets names in lower case */
function filterFields(fields: readonly string[], keep: (name: string) => boolean): string[] {
  const result: string[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const [name = '', value = ''] = [fields[index], fields[index + 1]];
    if (keep(name.toLowerCase())) result.push(name, value);
  }
  return result;
}
