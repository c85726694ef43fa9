// Writes exchanges as HTTP Archive 1.2.
import { Buffer, isUtf8 } from 'node:buffer';
import {
  type Body,
  type Exchange,
  type Headers,
  header,
  isRecorded,
  originOfServer,
  parseCookies,
  parsePairs,
  type Response,
} from '../exchange/exchange.ts';
import { parseMediaType } from '../exchange/media-type.ts';

export interface RecordingCreator {
  readonly name: string;
  readonly version: string;
  /** A note for the reader of the file. */
  readonly comment?: string;
}

/**
 * A HAR document of complete exchanges.
 * @param creator name and version of the program, as the HAR member `creator`
 */
export function toHar(exchanges: readonly Exchange[], creator: RecordingCreator): Record<string, unknown> {
  return harDocument(
    exchanges.map(exchange => toHarEntry(exchange, undefined)),
    creator,
  );
}

/** @param entries results of `toHarEntry` */
export function harDocument(entries: readonly object[], creator: RecordingCreator): Record<string, unknown> {
  return { log: { version: '1.2', creator, entries } };
}

/**
 * One entry. Members that begin with "_" are extensions that the reader understands: `_redacted`, `_withheld`,
 * `_notRecorded`, `_undecodable`, `_error`, and `_exact` (the stored body is exactly the contentType one, so the reader does not guess).
 * @param origin "https://api.example.com"; undefined: that of the server which received the request
 * @param error the reason why there is no response
 */
export function toHarEntry(
  exchange: Exchange,
  origin: string | undefined,
  error?: string,
): Record<string, unknown> {
  const { id, startedAt, duration, request, response, redacted } = exchange;
  const baseUrl = origin ?? originOfServer(request);
  const contentType = header(request.headers, 'content-type');
  const httpVersion = request.transport?.httpVersion ?? 'HTTP/1.1';
  return {
    startedDateTime: new Date(startedAt).toISOString(),
    time: duration,
    request: {
      method: request.method,
      url: `${baseUrl}${request.path}${request.query === '' ? '' : `?${request.query}`}`,
      httpVersion,
      headers: toHarFields(request.headers),
      queryString: parsePairs(request.query).map(({ name, value }) => ({ name, value })),
      cookies: parseCookies(header(request.headers, 'cookie')).map(({ name, value }) => ({ name, value })),
      headersSize: -1,
      bodySize: harSize(request.body),
      ...(harSize(request.body) !== 0 && {
        postData: {
          mimeType: contentType ?? 'application/octet-stream',
          ...toHarText(request.body, contentType),
        },
      }),
      _exact: true,
      ...(request.withheld !== undefined && { _withheld: request.withheld }),
    },
    response: response === undefined ? emptyHarResponse(error) : { ...toHarResponse(response), httpVersion },
    cache: {},
    timings: { send: 0, wait: duration, receive: 0 },
    _id: id,
    ...(redacted !== undefined && { _redacted: redacted }),
  };
}

function toHarResponse({ status, headers, withheld, body }: Response): Record<string, unknown> {
  const type = header(headers, 'content-type');
  return {
    status,
    statusText: '',
    headers: toHarFields(headers),
    cookies: [],
    redirectURL: header(headers, 'location') ?? '',
    headersSize: -1,
    bodySize: harSize(body),
    content: {
      size: harSize(body),
      mimeType: type ?? '',
      ...toHarText(body, type),
      _exact: true,
    },
    ...(withheld !== undefined && { _withheld: withheld }),
  };
}

function emptyHarResponse(error: string | undefined): Record<string, unknown> {
  return {
    status: 0,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    headers: [],
    cookies: [],
    redirectURL: '',
    headersSize: -1,
    bodySize: -1,
    content: { size: 0, mimeType: '' },
    ...(error !== undefined && { _error: error }),
  };
}

function toHarFields(headers: Headers): { name: string; value: string }[] {
  return Object.entries(headers).flatMap(([name, values]) => (values ?? []).map(value => ({ name, value })));
}

/** Bytes; -1, the HAR value for "unknown", when the body was not recorded. */
function harSize(body: Body): number {
  return isRecorded(body) ? body.length : -1;
}

/** HAR stores decoded text. Only UTF-8 survives that unchanged, so all other bytes become base64. */
function toHarText(body: Body, contentType: string | undefined): Record<string, string | true> {
  if (!isRecorded(body))
    return { _notRecorded: body.notRecorded, ...(body.undecodable && { _undecodable: true }) };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const charset = contentType === undefined ? undefined : parseMediaType(contentType)?.parameters.charset;
  const isText = (charset === undefined || /^utf-?8$/i.test(charset)) && isUtf8(bytes);
  return isText ? { text: bytes.toString('utf8') } : { text: bytes.toString('base64'), encoding: 'base64' };
}
