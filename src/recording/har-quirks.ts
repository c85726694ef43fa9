// What the writers of HAR files leave out or write in their own way, as tables. docs/recordings.md describes the entries.
import { Buffer } from 'node:buffer';
import type { Headers } from '../exchange/exchange.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { parseMediaType } from '../exchange/media-type.ts';
import { writeUrlencoded } from './form-body.ts';
import { ANY_FIELD, hasNoFields } from './header-fields.ts';
import { countOf, objectsOf, stringOf } from './json-values.ts';
import type { NonExchangeReason } from './model.ts';

interface EntryQuirk {
  readonly writers: string;
  readonly reason: NonExchangeReason;
  readonly applies: (entry: JsonObject, response: JsonObject, creator: string) => boolean;
}

/** Entries that are not an exchange with the server. */
const NON_EXCHANGES: readonly EntryQuirk[] = [
  {
    writers: 'Chrome, Edge, Playwright',
    reason: 'web-socket',
    applies: entry => Array.isArray(entry._webSocketMessages) || entry._resourceType === 'websocket',
  },
  { writers: 'Chrome, Edge', reason: 'preflight', applies: entry => entry._resourceType === 'preflight' },
  {
    // "memory", "disk", "prefetch", or true.
    writers: 'Chrome, Edge, older Playwright',
    reason: 'from-cache',
    applies: ({ _fromCache }) => _fromCache === true || (typeof _fromCache === 'string' && _fromCache !== ''),
  },
  {
    // The service worker of the page made the response: "cache-storage", "http-cache", "fallback-code".
    writers: 'Chrome, Edge',
    reason: 'from-cache',
    applies: (_entry, { _serviceWorkerResponseSource: source }) =>
      typeof source === 'string' && source !== '' && source !== 'network',
  },
  {
    writers: 'Safari',
    reason: 'from-cache',
    applies: (entry, response) =>
      /^(?:memory cache|disk cache|service worker|inspector override)$/i.test(
        stringOf(entry._fetchType ?? response._fetchType) ?? '',
      ),
  },
  {
    // HAR's "cache" describes the cache, not the source of the response, except in Firefox.
    writers: 'Firefox',
    reason: 'from-cache',
    applies: ({ cache }, _response, creator) =>
      creator === 'Firefox' && isObject(cache) && 'afterRequest' in cache,
  },
  {
    // Without a body: a response from the cache that Firefox did not keep.
    writers: 'Firefox',
    reason: 'from-cache',
    applies: (_entry, { headers, content, status }, creator) =>
      creator === 'Firefox' &&
      status === 200 &&
      Array.isArray(headers) &&
      headers.length === 0 &&
      isObject(content) &&
      (stringOf(content.text) ?? '') === '',
  },
];

export function nonExchangeReasonOf(
  entry: JsonObject,
  creator: string | undefined,
): NonExchangeReason | undefined {
  const response = isObject(entry.response) ? entry.response : {};
  return NON_EXCHANGES.find(({ applies }) => applies(entry, response, creator ?? ''))?.reason;
}

/** Members with the reason why the client stopped reading: the headers came, the rest of the body is unknown. */
const FAILURES: readonly { readonly writers: string; readonly member: string }[] = [
  { writers: 'Chrome, Edge ("net::ERR_ABORTED"), mitmproxy', member: '_error' },
  { writers: 'Playwright', member: '_failureText' },
  { writers: 'chrome-har, Puppeteer', member: '_errorText' },
];

/** @returns whether the client did not read the whole response */
export function isAborted(entry: JsonObject, response: JsonObject): boolean {
  const isReason = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
  return FAILURES.some(({ member }) => isReason(response[member]) || isReason(entry[member]));
}

/**
 * Playwright, Puppeteer: the server sent 304, and the entry has the status 200 and the body from the cache of the browser. The
 * headers are those of the 304, so that they have no Content-Type. Without sizes, equal validators prove it.
 */
export function isRevalidated(request: Headers, response: JsonObject, headers: Headers): boolean {
  const { content } = response;
  if (response.status !== 200 || !isObject(content)) return false;
  const tags = request['if-none-match'];
  const since = request['if-modified-since'];
  if (tags === undefined && since === undefined) return false;
  const size = countOf(response.bodySize);
  if (size === 0 && ((countOf(content.size) ?? 0) > 0 || (stringOf(content.text) ?? '') !== '')) {
    const received = countOf(response._transferSize);
    const isHeadOnly =
      received !== undefined && received > 0 && received <= (countOf(response.headersSize) ?? 0);
    return headers['content-type'] === undefined || isHeadOnly;
  }
  if (size !== undefined || headers['content-type'] !== undefined) return false;
  const tag = headers.etag?.[0];
  if (tags !== undefined && tag !== undefined)
    return tags
      .join(',')
      .split(',')
      .some(each => opaqueTag(each) === opaqueTag(tag));
  return since !== undefined && headers['last-modified']?.[0] === since[0];
}

function opaqueTag(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

/** Headers that Chrome omits from a sanitized export. */
const SANITIZED_REQUEST = ['authorization', 'cookie'] as const;
const SANITIZED_RESPONSE = ['set-cookie'] as const;

interface Withheld {
  readonly request: readonly string[];
  readonly response: readonly string[];
}

/** What the entry leaves out: see `Request.withheld`. */
export function withheldByWriter(
  creator: string | undefined,
  request: Headers,
  response: Headers,
  responseCookies: unknown,
): Withheld {
  const isSanitized =
    creator === 'WebInspector' &&
    SANITIZED_REQUEST.every(name => request[name] === undefined) &&
    SANITIZED_RESPONSE.every(name => response[name] === undefined);
  const hasCookies = Array.isArray(responseCookies) && responseCookies.length > 0;
  const hidesCookies = (isSanitized || hasCookies) && response['set-cookie'] === undefined;
  // An HTTP client may list only those fields of a request that its user set. If the response has no field either, the entry
  // leaves them out.
  const isBare = hasNoFields(response);
  return {
    request: isBare && hasNoFields(request) ? ANY_FIELD : isSanitized ? SANITIZED_REQUEST : NONE,
    response: isBare ? ANY_FIELD : hidesCookies ? SANITIZED_RESPONSE : NONE,
  };
}

const NONE: readonly string[] = [];

/** Insomnia and other clients write cookies only in the list, not as a header. */
export function withCookies(headers: Headers, cookies: unknown): Headers {
  if (headers.cookie !== undefined) return headers;
  const pairs = objectsOf(cookies).flatMap(({ name, value }) =>
    typeof name === 'string' && typeof value === 'string' ? [`${name}=${value}`] : [],
  );
  return pairs.length === 0 ? headers : { ...headers, cookie: [pairs.join('; ')] };
}

/** Adds the media type that the entry has apart from the headers, if `headers` has none. */
export function withMediaType(headers: Headers, mimeType: unknown): Headers {
  const isMissing = headers['content-type'] === undefined && typeof mimeType === 'string';
  return isMissing && parseMediaType(mimeType) !== undefined
    ? { ...headers, 'content-type': [mimeType] }
    : headers;
}

/**
 * The URL with the query. Insomnia and other clients write the fields of a form for parameters only in `queryString`. A browser
 * writes both, so that a query in the URL is complete, except in Insomnia, which sends both parts.
 */
export function urlWithQuery(url: string, queryString: unknown, creator: string | undefined): string {
  if (!Array.isArray(queryString) || queryString.length === 0) return url;
  if (url.includes('?') && !/insomnia/i.test(creator ?? '')) return url;
  const [, path = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(.*)$/s.exec(url) ?? [];
  const sent = new URLSearchParams(query);
  const added = objectsOf(queryString).flatMap(({ name, value }) =>
    typeof name === 'string' && !sent.has(name) ? [{ name, value: stringOf(value) ?? '' }] : [],
  );
  if (added.length === 0) return url;
  const written = Buffer.from(writeUrlencoded(added)).toString();
  return `${path}?${query === undefined || query === '' ? written : `${query}&${written}`}${fragment}`;
}
