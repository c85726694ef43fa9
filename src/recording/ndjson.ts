// Writes and reads one line of an NDJSON recording. The control API shows exchanges in the same form.
import { Buffer, isUtf8 } from 'node:buffer';
import { type Body, type Exchange, type Headers, isRecorded } from '../exchange/exchange.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import type { TextBody } from '../exchange/text-body.ts';
import { readHarEntry } from './har-reader.ts';
import { headersFromObject } from './header-fields.ts';
import { countOf, stringOf, stringsOf, timestampOf } from './json-values.ts';
import type { MessageContent, ParsedEntry } from './parsed-entry.ts';
import { bodyFromUtf8, decodeBase64 } from './stored-body.ts';
import { readInteraction } from './vcr.ts';

/** Text or base64, or the reason why the body is missing. */
type StoredBody = { text: string } | { base64: string } | { notRecorded: string; undecodable?: true };

interface StoredMessage {
  readonly headers: Record<string, readonly string[]>;
  readonly withheld?: readonly string[];
  readonly body: StoredBody;
}

/** An exchange as one line of JSON. */
export interface ExchangeLine {
  readonly id: string;
  readonly startedAt: string;
  readonly milliseconds: number;
  /** "https://api.example.com". Default: the Host header, over plain HTTP. */
  readonly origin?: string;
  readonly request: StoredMessage & {
    readonly method: string;
    readonly path: string;
    readonly query: string;
  };
  readonly response?: StoredMessage & { readonly status: number };
  /** Why there is no response. */
  readonly error?: string;
  readonly redacted?: readonly string[];
}

/** @param error the reason why there is no response */
export function toExchangeLine(exchange: Exchange, origin?: string, error?: string): ExchangeLine {
  const { request, response, redacted } = exchange;
  return {
    id: exchange.id,
    startedAt: new Date(exchange.startedAt).toISOString(),
    milliseconds: Number(exchange.duration.toFixed(3)),
    ...(origin !== undefined && { origin }),
    request: {
      method: request.method,
      path: request.path,
      query: request.query,
      ...toStoredMessage(request),
    },
    ...(response !== undefined && { response: { status: response.status, ...toStoredMessage(response) } }),
    ...(error !== undefined && { error }),
    ...(redacted !== undefined && { redacted }),
  };
}

function toStoredMessage(message: {
  headers: Headers;
  withheld?: readonly string[];
  body: Body;
}): StoredMessage {
  const headers = Object.entries(message.headers).flatMap(([name, values]) =>
    values === undefined ? [] : [[name, values] as const],
  );
  return {
    headers: Object.fromEntries(headers),
    ...(message.withheld !== undefined && { withheld: message.withheld }),
    body: toStoredBody(message.body),
  };
}

/** UTF-8 is stored as text, all other bytes as base64. */
function toStoredBody(body: Body): StoredBody {
  if (!isRecorded(body)) return body;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
}

/** @returns the entry, or one sentence that says why it cannot be read */
export function readExchangeLine(entry: JsonObject): ParsedEntry | string {
  const { request, response } = entry;
  if (!isObject(request)) return 'it has no "request" object';
  // ExVCR writes no header fields as an empty list, as HAR does.
  if (isObject(response) && 'status_code' in response) return readInteraction(entry);
  // Some tools write one HAR entry per line.
  if ('startedDateTime' in entry || Array.isArray(request.headers))
    return readHarEntry(entry, undefined, undefined);
  // PHP-VCR and ExVCR write a list of interactions.
  if (typeof (request.url ?? request.uri) === 'string') return readInteraction(entry);
  const { method } = request;
  // In a journal, `upstream` has the path at the upstream service. If it failed (`broke` in version 1), the mock responded.
  const journalUpstream = isObject(entry.upstream) ? entry.upstream : {};
  const upstream =
    journalUpstream.failure === undefined && journalUpstream.broke === undefined ? journalUpstream : {};
  const path = stringOf(upstream.path) ?? request.path;
  if (typeof method !== 'string') return 'its request has no "method"';
  if (typeof path !== 'string' || !path.startsWith('/'))
    return 'its request has no "path" that begins with "/"';
  const headers = headersFromObject(request.headers);
  if (headers === undefined) return 'its request has no object of "headers"';
  const query = stringOf(request.query) ?? '';
  // A journal does not store the scheme. The mock listens on plain HTTP unless the entry has an origin.
  const origin =
    stringOf(entry.origin) ?? stringOf(upstream.origin) ?? `http://${headers.host?.[0] ?? 'localhost'}`;
  const parsed = {
    id: stringOf(entry.id),
    startedAt: timestampOf(entry.startedAt),
    duration: countOf(entry.milliseconds) ?? 0,
    method,
    url: `${origin}${path}${query === '' ? '' : `?${query}`}`,
    requestHeaders: headers,
    redacted: stringsOf(entry.redacted),
    request: () => readStoredMessage(request, headers),
  };
  if (response === undefined || response === null) {
    return {
      ...parsed,
      status: undefined,
      response: () => ({ headers: {}, isExact: true, body: readStoredBody(undefined) }),
    };
  }
  if (!isObject(response)) return 'its "response" is no object';
  const { status } = response;
  if (typeof status !== 'number') return 'its response has no "status" number';
  const responseHeaders = headersFromObject(response.headers);
  if (responseHeaders === undefined) return 'its response has no object of "headers"';
  return { ...parsed, status, response: () => readStoredMessage(response, responseHeaders) };
}

function readStoredMessage(message: JsonObject, headers: Headers): MessageContent {
  const withheld = stringsOf(message.withheld);
  return {
    headers,
    ...(withheld !== undefined && { withheld }),
    isExact: true,
    body: readStoredBody(message.body),
  };
}

/** The writer removes content codings before it stores a body. */
function readStoredBody(body: unknown): Body | TextBody {
  if (!isObject(body)) return { notRecorded: 'the recording does not contain the body' };
  if (typeof body.text === 'string') return bodyFromUtf8(body.text);
  if (typeof body.base64 === 'string') {
    return (
      decodeBase64(body.base64) ?? {
        notRecorded: 'the recording declares base64, but the text is not base64',
      }
    );
  }
  return {
    notRecorded: stringOf(body.notRecorded) ?? 'the recording does not contain the body',
    ...(body.undecodable === true && { undecodable: true }),
  };
}
