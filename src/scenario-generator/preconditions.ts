// Responses that HTTP allows only to requests with certain header fields, such as a 304: their rules require the fields.

import { type Exchange, header } from '../exchange/exchange.ts';

/** Fields that the status depends on, at least one of them (RFC 9110, sections 13.2.2, 14.2, 15.3.7 and 15.4.5). */
const FIELDS_BY_STATUS: ReadonlyMap<number, readonly string[]> = new Map([
  [206, ['range']],
  [304, ['if-none-match', 'if-modified-since']],
  [412, ['if-match', 'if-unmodified-since', 'if-none-match', 'if-modified-since']],
  [416, ['range']],
]);

/** Fields that a recording omits although the status shows that the request had one, and any value of it. */
const OMITTED_FIELDS: ReadonlyMap<number, readonly [name: string, value: string]> = new Map([
  [206, ['range', 'bytes=0-']],
  [304, ['if-none-match', '*']],
]);

/** The exchange with the field that its response depends on, if the recording omits it. */
export function withPrecondition(exchange: Exchange): Exchange {
  const { request, response, redacted = [] } = exchange;
  const omitted = OMITTED_FIELDS.get(response?.status ?? 0);
  if (
    omitted === undefined ||
    preconditionsOf(response?.status ?? 0).some(name => header(request.headers, name))
  )
    return exchange;
  const [name, value] = omitted;
  return {
    ...exchange,
    request: { ...request, headers: { ...request.headers, [name]: [value] } },
    redacted: [...redacted, `/request/headers/${name}`],
  };
}

/** The names of fields that a response depends on, in lower case. */
export function preconditionsOf(status: number): readonly string[] {
  return FIELDS_BY_STATUS.get(status) ?? [];
}
