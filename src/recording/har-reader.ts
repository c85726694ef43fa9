// Reads one entry of HTTP Archive 1.2, in the variants that browsers, proxies and test runners write.
import type { Body, Headers } from '../exchange/exchange.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { recordedMethod } from '../exchange/methods.ts';
import { type Attachments, harRequestOf, harResponseOf, readExactBody } from './har-body.ts';
import {
  isAborted,
  isRevalidated,
  nonExchangeReasonOf,
  urlWithQuery,
  withCookies,
  withheldByWriter,
} from './har-quirks.ts';
import { HeaderBuilder } from './header-fields.ts';
import { countOf, stringOf, stringsOf, timestampOf } from './json-values.ts';
import type { MessageContent, ParsedEntry } from './parsed-entry.ts';

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
  const recordedHeaders = readHarFields(request.headers);
  if (recordedHeaders === undefined) return 'its request has no list of "headers"';
  const requestHeaders = withCookies(recordedHeaders, request.cookies);
  const method = recordedMethod(request.method);
  const url = urlWithQuery(request.url, request.queryString, creator);
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
  const isExact = request._exact === true;
  const withheld = withheldByWriter(creator, recordedHeaders, responseHeaders, response.cookies);
  const isNotModified = isRevalidated(requestHeaders, response, responseHeaders);
  return {
    ...parsed,
    status: isNotModified ? 304 : status,
    nonExchangeReason,
    request: () => ({
      ...(isExact
        ? { headers: requestHeaders, body: readExactBody(postData ?? undefined) }
        : harRequestOf(method, requestHeaders, postData ?? undefined, request.bodySize, attachments)),
      ...withheldFields(request, isExact, withheld.request),
    }),
    response: () => ({
      ...(content?._exact === true
        ? { headers: responseHeaders, body: readExactBody(content) }
        : isAborted(entry, response)
          ? { headers: responseHeaders, body: ABORTED }
          : harResponseOf(method, isNotModified ? 304 : status, responseHeaders, response, attachments)),
      ...withheldFields(response, content?._exact === true, withheld.response),
    }),
  };
}

const ABORTED: Body = {
  notRecorded: 'the client stopped reading before the end of the response',
  undecodable: true,
};

function withheldFields(
  message: JsonObject,
  isExact: boolean,
  byWriter: readonly string[],
): Pick<MessageContent, 'withheld' | 'isExact'> {
  const withheld = stringsOf(message._withheld) ?? (isExact || byWriter.length === 0 ? undefined : byWriter);
  return { isExact, ...(withheld !== undefined && { withheld }) };
}

/** @returns undefined when the value is not a list of names and values */
function readHarFields(fields: unknown): Headers | undefined {
  if (fields === null) return {};
  if (!Array.isArray(fields)) return undefined;
  const read = new HeaderBuilder();
  for (const field of fields as unknown[]) {
    if (!isObject(field) || typeof field.name !== 'string') return undefined;
    read.add(field.name, field.value);
  }
  return read.headers();
}
