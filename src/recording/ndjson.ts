// One line of our own recordings, which is also how the control API shows an exchange: written and read.
import { Buffer, isUtf8 } from 'node:buffer';
import { type Body, type Exchange, type Headers, isRecorded } from '../exchange/exchange.ts';
import type { TextBody } from '../exchange/text-body.ts';
import { fromMembers } from './fields.ts';
import { readHarEntry } from './har-entry.ts';
import { fromUtf8, readBase64 } from './held.ts';
import { count, isObject, type Members, moment, string, strings } from './members.ts';
import type { Half, Told } from './told.ts';

/** Text or base64, or the reason why there is neither. */
type ShownBody = { text: string } | { base64: string } | { notRecorded: string };

interface ShownMessage {
  readonly headers: Record<string, readonly string[]>;
  readonly withheld?: readonly string[];
  readonly body: ShownBody;
}

/** An exchange as a line of JSON holds it. */
export interface Line {
  readonly id: string;
  readonly startedAt: string;
  readonly milliseconds: number;
  /** "https://api.example.com"; without it the request went to its Host header over plain HTTP. */
  readonly origin?: string;
  readonly request: ShownMessage & { readonly method: string; readonly path: string; readonly query: string };
  readonly response?: ShownMessage & { readonly status: number };
  /** Why there is no response. */
  readonly error?: string;
  readonly redacted?: readonly string[];
}

/** @param error why there is no response */
export function toLine(exchange: Exchange, origin?: string, error?: string): Line {
  const { request, response, redacted } = exchange;
  return {
    id: exchange.id,
    startedAt: new Date(exchange.startedAt).toISOString(),
    milliseconds: Number(exchange.duration.toFixed(3)),
    ...(origin !== undefined && { origin }),
    request: { method: request.method, path: request.path, query: request.query, ...showMessage(request) },
    ...(response !== undefined && { response: { status: response.status, ...showMessage(response) } }),
    ...(error !== undefined && { error }),
    ...(redacted !== undefined && { redacted }),
  };
}

function showMessage(message: { headers: Headers; withheld?: readonly string[]; body: Body }): ShownMessage {
  const headers = Object.entries(message.headers).flatMap(([name, values]) =>
    values === undefined ? [] : [[name, values] as const],
  );
  return {
    headers: Object.fromEntries(headers),
    ...(message.withheld !== undefined && { withheld: message.withheld }),
    body: showBody(message.body),
  };
}

/** Text as it is; bytes that are no UTF-8 in base64, and said to be. */
function showBody(body: Body): ShownBody {
  if (!isRecorded(body)) return { notRecorded: body.notRecorded };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
}

/** @returns what the line tells, or one sentence why it cannot be read */
export function readLine(entry: Members): Told | string {
  const { request, response } = entry;
  if (!isObject(request)) return 'it has no "request" object';
  // Some tools write HAR entries one a line.
  if ('startedDateTime' in entry || typeof request.url === 'string')
    return readHarEntry(entry, undefined, undefined);
  const { method } = request;
  // What a real service answered was asked there by another path; where it could not, the mock did.
  const asked = isObject(entry.upstream) ? entry.upstream : {};
  const upstream = asked.broke === undefined ? asked : {};
  const path = string(upstream.path) ?? request.path;
  if (typeof method !== 'string') return 'its request has no "method"';
  if (typeof path !== 'string' || !path.startsWith('/'))
    return 'its request has no "path" that begins with "/"';
  const headers = fromMembers(request.headers);
  if (headers === undefined) return 'its request has no object of "headers"';
  const query = string(request.query) ?? '';
  // A journal does not keep the scheme: the mock is asked over plain HTTP unless the entry says otherwise.
  const origin =
    string(entry.origin) ?? string(upstream.origin) ?? `http://${headers.host?.[0] ?? 'localhost'}`;
  const told = {
    id: string(entry.id),
    startedAt: moment(entry.startedAt),
    duration: count(entry.milliseconds) ?? 0,
    method,
    url: `${origin}${path}${query === '' ? '' : `?${query}`}`,
    requestHeaders: headers,
    redacted: strings(entry.redacted),
    request: () => readMessage(request, headers),
  };
  if (response === undefined || response === null) {
    return { ...told, status: undefined, response: () => ({ headers: {}, body: readBody(undefined) }) };
  }
  if (!isObject(response)) return 'its "response" is no object';
  const { status } = response;
  if (typeof status !== 'number') return 'its response has no "status" number';
  const answered = fromMembers(response.headers);
  if (answered === undefined) return 'its response has no object of "headers"';
  return { ...told, status, response: () => readMessage(response, answered) };
}

function readMessage(message: Members, headers: Headers): Half {
  const withheld = strings(message.withheld);
  return { headers, ...(withheld !== undefined && { withheld }), body: readBody(message.body) };
}

/** Bodies were written with their content codings off. */
function readBody(body: unknown): Body | TextBody {
  if (!isObject(body)) return { notRecorded: 'the recording left the body out' };
  if (typeof body.text === 'string') return fromUtf8(body.text);
  if (typeof body.base64 === 'string') {
    return readBase64(body.base64) ?? { notRecorded: 'the recording says base64, and it is not' };
  }
  return { notRecorded: string(body.notRecorded) ?? 'the recording left the body out' };
}
