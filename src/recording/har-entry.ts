// One entry of HTTP Archive 1.2, as browsers, proxies and test runners really write it.
import type { Headers } from '../exchange/exchange.ts';
import { FieldReader } from './fields.ts';
import { type Attachments, exactBody, requestOf, responseBodyOf } from './har-body.ts';
import { count, isObject, type Members, moment, string, strings } from './members.ts';
import type { Stray } from './recorded.ts';
import type { Half, Told } from './told.ts';

/** What Chrome leaves out of its exports unless it is told otherwise. */
const WITHHELD_OF_REQUEST = ['authorization', 'cookie'] as const;
const WITHHELD_OF_RESPONSE = ['set-cookie'] as const;

/** @returns what the entry tells, or one sentence why it cannot be read */
export function readHarEntry(
  entry: Members,
  creator: string | undefined,
  attachments: Attachments,
): Told | string {
  const { request, response } = entry;
  if (!isObject(request)) return 'it has no "request" object';
  if (typeof request.method !== 'string' || request.method === '') return 'its request has no "method"';
  if (typeof request.url !== 'string') return 'its request has no "url"';
  const requestHeaders = readFields(request.headers);
  if (requestHeaders === undefined) return 'its request has no list of "headers"';
  const method = request.method.toUpperCase();
  const { url } = request;
  const id = string(entry._id);
  const startedAt = moment(entry.startedDateTime);
  const duration = count(entry.time) ?? 0;
  const redacted = strings(entry._redacted);
  const told = { id, startedAt, duration, method, url, requestHeaders, redacted };
  const stray = strayOf(entry, creator);
  const never = (): Half => ({ headers: {}, body: { notRecorded: 'there was no response' } });
  // What was not HTTP may well lack a response.
  if (!isObject(response)) {
    if (stray === undefined && /^https?:/i.test(request.url)) return 'it has no "response" object';
    return { ...told, status: undefined, stray, request: never, response: never };
  }
  const { status } = response;
  if (typeof status !== 'number') return 'its response has no "status" number';
  const responseHeaders = readFields(response.headers);
  if (responseHeaders === undefined) return 'its response has no list of "headers"';
  const { postData } = request;
  if (postData !== undefined && postData !== null && !isObject(postData))
    return 'its "postData" is no object';
  const { content } = response;
  if (content !== undefined && content !== null && !isObject(content)) return 'its "content" is no object';
  const sanitised =
    creator === 'WebInspector' &&
    WITHHELD_OF_REQUEST.every(name => requestHeaders[name] === undefined) &&
    WITHHELD_OF_RESPONSE.every(name => responseHeaders[name] === undefined);
  return {
    ...told,
    status,
    stray,
    request: () => ({
      ...(request._exact === true
        ? { headers: requestHeaders, body: exactBody(postData ?? undefined) }
        : requestOf(method, requestHeaders, postData ?? undefined, request.bodySize, attachments)),
      ...withheldFrom(request, sanitised ? WITHHELD_OF_REQUEST : undefined),
    }),
    response: () => ({
      headers: responseHeaders,
      body:
        content?._exact === true
          ? exactBody(content)
          : responseBodyOf(
              method,
              status,
              responseHeaders,
              content ?? undefined,
              response.bodySize,
              attachments,
            ),
      ...withheldFrom(response, sanitised ? WITHHELD_OF_RESPONSE : undefined),
    }),
  };
}

function withheldFrom(
  message: Members,
  sanitised: readonly string[] | undefined,
): { withheld?: readonly string[] } {
  const withheld = strings(message._withheld) ?? sanitised;
  return withheld === undefined ? {} : { withheld };
}

function strayOf(entry: Members, creator: string | undefined): Stray | undefined {
  if (Array.isArray(entry._webSocketMessages) || entry._resourceType === 'websocket') return 'web-socket';
  if (entry._resourceType === 'preflight') return 'preflight';
  if (entry._fromCache === 'memory' || entry._fromCache === 'disk' || entry._fromCache === true)
    return 'from-cache';
  // HAR's "cache" tells of the cache, not where the response came from; Firefox alone says the latter by "afterRequest".
  const { cache } = entry;
  return creator === 'Firefox' && isObject(cache) && 'afterRequest' in cache ? 'from-cache' : undefined;
}

/** @returns undefined when it is no list of names and values */
function readFields(fields: unknown): Headers | undefined {
  if (!Array.isArray(fields)) return undefined;
  const read = new FieldReader();
  for (const field of fields as unknown[]) {
    if (!isObject(field) || typeof field.name !== 'string') return undefined;
    read.add(field.name, field.value);
  }
  return read.headers();
}
