// Reads one entry of HTTP Archive 1.2, in the variants that browsers, proxies and test runners write.
import type { Headers } from '../exchange/exchange.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { type Attachments, harRequestOf, harResponseBodyOf, readExactBody } from './har-body.ts';
import { HeaderBuilder } from './header-fields.ts';
import { countOf, stringOf, stringsOf, timestampOf } from './json-values.ts';
import type { NonExchangeReason } from './model.ts';
import type { MessageContent, ParsedEntry } from './parsed-entry.ts';

/** Headers that Chrome omits from a sanitized export. */
const WITHHELD_OF_REQUEST = ['authorization', 'cookie'] as const;
const WITHHELD_OF_RESPONSE = ['set-cookie'] as const;

/** @returns the entry, or one sentence that says why it cannot be read */
export function readHarEntry(
  entry: JsonObject,
  creator: string | undefined,
  attachments: Attachments,
): ParsedEntry | string {
  const { request, response } = entry;
  if (!isObject(request)) return 'it has no "request" object';
  if (typeof request.method !== 'string' || request.method === '') return 'its request has no "method"';
  if (typeof request.url !== 'string') return 'its request has no "url"';
  const requestHeaders = readHarFields(request.headers);
  if (requestHeaders === undefined) return 'its request has no list of "headers"';
  const method = request.method.toUpperCase();
  const { url } = request;
  const id = stringOf(entry._id);
  const startedAt = timestampOf(entry.startedDateTime);
  const duration = countOf(entry.time) ?? 0;
  const redacted = stringsOf(entry._redacted);
  const parsed = { id, startedAt, duration, method, url, requestHeaders, redacted };
  const nonExchangeReason = nonExchangeReasonOf(entry, creator);
  const noResponse = (): MessageContent => ({ headers: {}, body: { notRecorded: 'there was no response' } });
  // An entry that is not HTTP may have no response.
  if (!isObject(response)) {
    if (nonExchangeReason === undefined && /^https?:/i.test(request.url))
      return 'it has no "response" object';
    return { ...parsed, status: undefined, nonExchangeReason, request: noResponse, response: noResponse };
  }
  const { status } = response;
  if (typeof status !== 'number') return 'its response has no "status" number';
  const responseHeaders = readHarFields(response.headers);
  if (responseHeaders === undefined) return 'its response has no list of "headers"';
  const { postData } = request;
  if (postData !== undefined && postData !== null && !isObject(postData))
    return 'its "postData" is not an object';
  const { content } = response;
  if (content !== undefined && content !== null && !isObject(content))
    return 'its "content" is not an object';
  const isSanitized =
    creator === 'WebInspector' &&
    WITHHELD_OF_REQUEST.every(name => requestHeaders[name] === undefined) &&
    WITHHELD_OF_RESPONSE.every(name => responseHeaders[name] === undefined);
  return {
    ...parsed,
    status,
    nonExchangeReason,
    request: () => ({
      ...(request._exact === true
        ? { headers: requestHeaders, body: readExactBody(postData ?? undefined) }
        : harRequestOf(method, requestHeaders, postData ?? undefined, request.bodySize, attachments)),
      ...withheldFields(request, isSanitized ? WITHHELD_OF_REQUEST : undefined),
    }),
    response: () => ({
      headers: responseHeaders,
      body:
        content?._exact === true
          ? readExactBody(content)
          : harResponseBodyOf(
              method,
              status,
              responseHeaders,
              content ?? undefined,
              response.bodySize,
              attachments,
            ),
      ...withheldFields(response, isSanitized ? WITHHELD_OF_RESPONSE : undefined),
    }),
  };
}

function withheldFields(
  message: JsonObject,
  sanitizedHeaders: readonly string[] | undefined,
): { withheld?: readonly string[] } {
  const withheld = stringsOf(message._withheld) ?? sanitizedHeaders;
  return withheld === undefined ? {} : { withheld };
}

function nonExchangeReasonOf(entry: JsonObject, creator: string | undefined): NonExchangeReason | undefined {
  if (Array.isArray(entry._webSocketMessages) || entry._resourceType === 'websocket') return 'web-socket';
  if (entry._resourceType === 'preflight') return 'preflight';
  if (entry._fromCache === 'memory' || entry._fromCache === 'disk' || entry._fromCache === true)
    return 'from-cache';
  // HAR's "cache" describes the cache, not the source of the response. Only in Firefox "afterRequest" means a cached response.
  const { cache } = entry;
  return creator === 'Firefox' && isObject(cache) && 'afterRequest' in cache ? 'from-cache' : undefined;
}

/** @returns undefined when the value is not a list of names and values */
function readHarFields(fields: unknown): Headers | undefined {
  if (!Array.isArray(fields)) return undefined;
  const read = new HeaderBuilder();
  for (const field of fields as unknown[]) {
    if (!isObject(field) || typeof field.name !== 'string') return undefined;
    read.add(field.name, field.value);
  }
  return read.headers();
}
