// Responses that HTTP itself provides for, whether a document declares them or not: to a condition, a range, or by a gateway.

import { type Headers, header, isWithheld, type Request } from '../exchange/exchange.ts';

interface ProtocolStatus {
  /** What such a response is, as the end of a sentence, with its source. */
  readonly meaning: string;
  /** The request has one of these fields; undefined: such a response may follow any request. */
  readonly askedBy?: readonly string[];
}

/**
 * Statuses that a document need not declare. The other statuses are about the API itself, also redirects, 429 and 503, so
 * they are not here.
 */
const PROTOCOL_STATUSES = new Map<number, ProtocolStatus>([
  [206, { meaning: 'the response to a Range (RFC 9110 section 15.3.7)', askedBy: ['range'] }],
  [
    304,
    {
      meaning: 'the response to a condition (RFC 9110 section 15.4.5)',
      askedBy: ['if-none-match', 'if-modified-since'],
    },
  ],
  [407, { meaning: 'sent by a proxy (RFC 9110 section 15.5.8)' }],
  [408, { meaning: 'about the connection (RFC 9110 section 15.5.9)' }],
  [
    412,
    {
      meaning: 'the response to a condition (RFC 9110 section 15.5.13)',
      askedBy: ['if-match', 'if-none-match', 'if-unmodified-since', 'if-modified-since'],
    },
  ],
  [416, { meaning: 'the response to a Range (RFC 9110 section 15.5.17)', askedBy: ['range'] }],
  [417, { meaning: 'the response to Expect (RFC 9110 section 15.5.18)', askedBy: ['expect'] }],
  [421, { meaning: 'about the connection (RFC 9110 section 15.5.20)' }],
  [426, { meaning: 'about the protocol (RFC 9110 section 15.5.22)' }],
  [502, { meaning: 'sent by a gateway (RFC 9110 section 15.6.3)' }],
  [504, { meaning: 'sent by a gateway (RFC 9110 section 15.6.5)' }],
  [505, { meaning: 'about the protocol (RFC 9110 section 15.6.6)' }],
  [511, { meaning: 'sent by a network that asks for a login (RFC 6585 section 6)' }],
]);

const INTERIM: ProtocolStatus = { meaning: 'an interim response (RFC 9110 section 15.2)' };

/** What HTTP says about a status that may follow a request; undefined: only the document can say something. */
export function protocolMeaning(status: number, request: Request | undefined): string | undefined {
  const known = status < 200 ? INTERIM : PROTOCOL_STATUSES.get(status);
  if (known === undefined || request === undefined) return undefined;
  const isAskedFor =
    known.askedBy?.some(name => header(request.headers, name) !== undefined || isWithheld(request, name)) ??
    true;
  return isAskedFor ? known.meaning : undefined;
}

/** True if a message contains a part of a representation only (RFC 9110 sections 14.4, 14.5 and 15.3.7). */
export function isPart(headers: Headers): boolean {
  const [, last, length] =
    /^bytes 0-(\d{1,15})\/(\d{1,15})$/.exec(header(headers, 'content-range') ?? '') ?? [];
  return last === undefined || Number(last) + 1 !== Number(length);
}
