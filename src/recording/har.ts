// HTTP Archive 1.2: exchanges as a file that browsers, proxies and our own checker read.
import { Buffer, isUtf8 } from 'node:buffer';
import {
  type Body,
  type Exchange,
  type Headers,
  header,
  isRecorded,
  parseCookies,
  parsePairs,
} from '../exchange/exchange.ts';
import { parseMediaType } from '../exchange/media-type.ts';

/** @param creator name and version of the program, as HAR wants them named */
export function toHar(
  exchanges: readonly Exchange[],
  creator: { name: string; version: string },
): Record<string, unknown> {
  return { log: { version: '1.2', creator, entries: exchanges.map(toEntry) } };
}

function toEntry({ id, startedAt, duration, request, response }: Exchange): Record<string, unknown> {
  const host = header(request.headers, 'host') ?? 'localhost';
  const url = `http://${host}${request.path}${request.query === '' ? '' : `?${request.query}`}`;
  const sent = header(request.headers, 'content-type');
  return {
    startedDateTime: new Date(startedAt).toISOString(),
    time: duration,
    request: {
      method: request.method,
      url,
      httpVersion: 'HTTP/1.1',
      headers: fields(request.headers),
      queryString: parsePairs(request.query).map(({ name, value }) => ({ name, value })),
      cookies: parseCookies(header(request.headers, 'cookie')).map(({ name, value }) => ({ name, value })),
      headersSize: -1,
      bodySize: size(request.body),
      ...(size(request.body) !== 0 && {
        postData: { mimeType: sent ?? 'application/octet-stream', ...held(request.body, sent) },
      }),
    },
    response: {
      status: response?.status ?? 0,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      headers: response === undefined ? [] : fields(response.headers),
      cookies: [],
      redirectURL: (response && header(response.headers, 'location')) ?? '',
      headersSize: -1,
      bodySize: response === undefined ? -1 : size(response.body),
      content: {
        size: response === undefined ? 0 : size(response.body),
        mimeType: (response && header(response.headers, 'content-type')) ?? '',
        ...(response !== undefined && held(response.body, header(response.headers, 'content-type'))),
      },
    },
    cache: {},
    timings: { send: 0, wait: duration, receive: 0 },
    _id: id,
  };
}

function fields(headers: Headers): { name: string; value: string }[] {
  return Object.entries(headers).flatMap(([name, values]) => (values ?? []).map(value => ({ name, value })));
}

/** -1 where the body was not recorded: HAR's word for "not known". */
function size(body: Body): number {
  return isRecorded(body) ? body.length : -1;
}

/** HAR holds text that has been decoded; bytes of another charset are safer in base64. */
function held(body: Body, sent: string | undefined): Record<string, string> {
  if (!isRecorded(body)) return { _notRecorded: body.notRecorded };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const charset = sent === undefined ? undefined : parseMediaType(sent)?.parameters.charset;
  const isText = (charset === undefined || /^utf-?8$/i.test(charset)) && isUtf8(bytes);
  return isText ? { text: bytes.toString('utf8') } : { text: bytes.toString('base64'), encoding: 'base64' };
}
