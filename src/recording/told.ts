// What every format tells of an entry, and what that makes it: an exchange, or no HTTP traffic of an API.
import type { Body, Headers } from '../exchange/exchange.ts';
import { type TextBody, withBody } from '../exchange/text-body.ts';
import type { Place, Recorded, Stray } from './recorded.ts';
import { readUrl } from './url.ts';

export interface Half {
  readonly headers: Headers;
  readonly withheld?: readonly string[];
  readonly body: Body | TextBody;
}

export interface Told {
  /** Undefined: file and position stand for it. */
  readonly id?: string | undefined;
  /** Milliseconds since the Unix epoch; 0 when the recording does not say. */
  readonly startedAt: number;
  /** Milliseconds; 0 when the recording does not say. */
  readonly duration: number;
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly requestHeaders: Headers;
  /** 0 or less, or undefined, when there was no response. */
  readonly status: number | undefined;
  /** Places of secrets that were replaced when it was recorded, as in an exchange. */
  readonly redacted?: readonly string[] | undefined;
  /** Known to the format alone. */
  readonly stray?: Stray | undefined;
  /** Called for exchanges only: bodies of what nobody judges are not decoded. */
  readonly request: () => Half;
  readonly response: () => Half;
}

/** @param told what the entry says, or one sentence why it cannot be read */
export function toRecordedFrom(place: Place, told: Told | string): Recorded {
  if (typeof told === 'string') return { kind: 'unreadable', place, why: told };
  const method = told.method.toUpperCase();
  const url = readUrl(told.url);
  const status = told.status ?? 0;
  // A tunnel's URL is "host:port", which reads like a scheme: it comes first.
  const reason =
    method === 'CONNECT' ? 'connect' : (told.stray ?? strayOf(method, url?.scheme, status, told));
  if (reason !== undefined) {
    const shown = method === 'CONNECT' ? told.url.replace(/^.*@|[/?#].*$/g, '') : (url?.shown ?? '');
    return { kind: 'stray', place, reason, url: shown };
  }
  if (url?.origin === undefined) return { kind: 'unreadable', place, why: 'its URL is no absolute URL' };
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    return { kind: 'unreadable', place, why: 'its status is no HTTP status' };
  }
  const request = told.request();
  const response = told.response();
  const headers =
    request.headers.host === undefined ? { host: [url.host], ...request.headers } : request.headers;
  return {
    kind: 'exchange',
    place,
    origin: url.origin,
    exchange: {
      id: told.id ?? `${place.file}#${place.entry}`,
      startedAt: told.startedAt,
      duration: told.duration,
      request: withBody(
        {
          method,
          path: url.path,
          query: url.query,
          headers,
          ...(request.withheld !== undefined && { withheld: request.withheld }),
        },
        request.body,
      ),
      response: withBody(
        {
          status,
          headers: response.headers,
          ...(response.withheld !== undefined && { withheld: response.withheld }),
        },
        response.body,
      ),
      ...(told.redacted !== undefined && { redacted: told.redacted }),
    },
  };
}

function strayOf(method: string, scheme: string | undefined, status: number, told: Told): Stray | undefined {
  if (scheme === 'ws' || scheme === 'wss' || status === 101) return 'web-socket';
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return 'not-http';
  if (method === 'OPTIONS' && told.requestHeaders['access-control-request-method'] !== undefined)
    return 'preflight';
  return status <= 0 ? 'no-response' : undefined;
}
