// The common result of all format readers, and its classification: an exchange, or an entry that is not an HTTP exchange of an API.
import type { Body, Headers, Request } from '../exchange/exchange.ts';
import { recordedMethod } from '../exchange/methods.ts';
import { attachBody, type TextBody } from '../exchange/text-body.ts';
import { countOf } from './json-values.ts';
import type { EntryLocation, NonExchangeReason, RecordedEntry } from './model.ts';
import { parseRecordedUrl } from './url.ts';

export interface MessageContent {
  readonly headers: Headers;
  readonly withheld?: readonly string[];
  /** True: the recording contains the message as it was sent; values in it are never marks of a redaction. */
  readonly isExact?: boolean;
  readonly body: Body | TextBody;
}

export interface ParsedEntry {
  /** Undefined: the file and the position of the entry identify the exchange. */
  readonly id?: string | undefined;
  /** Milliseconds since the Unix epoch; 0 when unknown. */
  readonly startedAt: number;
  /** Milliseconds; 0 when unknown. */
  readonly duration: number;
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
  readonly requestHeaders: Headers;
  /** 0 or less, or undefined: there was no response. */
  readonly status: number | undefined;
  /** JSON Pointers of the secrets that the recorder replaced, as in `Exchange`. */
  readonly redacted?: readonly string[] | undefined;
  /** Set when the format itself says that this is not an exchange. */
  readonly nonExchangeReason?: NonExchangeReason | undefined;
  /** Called for exchanges only, so that other entries do not have their bodies decoded. */
  readonly request: () => MessageContent;
  readonly response: () => MessageContent;
}

/** @param parsed the entry, or one sentence that says why it cannot be read */
export function toRecordedEntry(place: EntryLocation, parsed: ParsedEntry | string): RecordedEntry {
  if (typeof parsed === 'string') return { kind: 'unreadable', place, message: parsed };
  const method = recordedMethod(parsed.method);
  const url = parseRecordedUrl(parsed.url);
  const status = parsed.status ?? 0;
  // The URL of a tunnel is "host:port", which looks like a scheme: check the method first.
  const nonExchangeReason =
    method === 'CONNECT'
      ? 'connect'
      : (parsed.nonExchangeReason ?? reasonOf(method, url?.scheme, status, parsed));
  if (nonExchangeReason !== undefined) {
    const displayUrl =
      method === 'CONNECT' ? parsed.url.replace(/^.*@|[/?#].*/gs, '') : (url?.displayUrl ?? '');
    return { kind: 'not-an-exchange', place, reason: nonExchangeReason, url: displayUrl };
  }
  if (url?.origin === undefined) return { kind: 'unreadable', place, message: 'its URL is not absolute' };
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    return { kind: 'unreadable', place, message: 'its status is not an HTTP status code' };
  }
  const request = parsed.request();
  const response = parsed.response();
  const headers =
    request.headers.host === undefined ? { host: [url.host], ...request.headers } : request.headers;
  return {
    kind: 'exchange',
    place,
    origin: url.origin,
    exchange: {
      id: parsed.id ?? `${place.file}#${place.entry}`,
      startedAt: parsed.startedAt,
      duration: parsed.duration,
      request: attachBody(
        {
          method,
          path: url.path,
          query: url.query,
          headers,
          ...unknownsOf(request),
        },
        request.body,
      ),
      response: attachBody(
        { status, headers: response.headers, ...unknownsOf(response) },
        isBodyLost(method, status, response) ? LOST_BODY : response.body,
      ),
      ...(parsed.redacted !== undefined && { redacted: parsed.redacted }),
    },
  };
}

const LOST_BODY: Body = {
  notRecorded: 'the recording does not contain the body that its Content-Length declares',
};

/** True if the recording has no body although the response had one. With a content coding, an empty body has a length, too. */
function isBodyLost(method: string, status: number, { headers, body, isExact }: MessageContent): boolean {
  if (isExact === true || !(body instanceof Uint8Array) || body.length > 0) return false;
  if (method === 'HEAD' || status < 200 || [204, 205, 304].includes(status)) return false;
  return (
    headers['content-encoding'] === undefined && (countOf(headers['content-length']?.[0]?.trim()) ?? 0) > 0
  );
}

function unknownsOf({ withheld, isExact }: MessageContent): Pick<Request, 'withheld' | 'mayBeMasked'> {
  return { ...(withheld !== undefined && { withheld }), ...(isExact !== true && { mayBeMasked: true }) };
}

function reasonOf(
  method: string,
  scheme: string | undefined,
  status: number,
  parsed: ParsedEntry,
): NonExchangeReason | undefined {
  if (scheme === 'ws' || scheme === 'wss' || status === 101) return 'web-socket';
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return 'not-http';
  if (method === 'OPTIONS' && parsed.requestHeaders['access-control-request-method'] !== undefined)
    return 'preflight';
  return status <= 0 ? 'no-response' : undefined;
}
