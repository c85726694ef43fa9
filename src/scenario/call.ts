// A request as scenarios see it: decoded parameters and body, and how it was judged.

import type { Operation } from '../contract/contract.ts';
import type { Match } from '../contract/match.ts';
import { type Decoded, decodeBody } from '../exchange/body.ts';
import { decodePercent, header, parseCookies, parsePairs, type Request } from '../exchange/exchange.ts';

export interface Call {
  readonly operation: Operation;
  readonly request: Request;
  /** True when nothing in the request breaks the contract. */
  readonly valid: boolean;
  readonly path: Readonly<Record<string, string>>;
  /** The last value of each name. */
  readonly query: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  header(name: string): string | undefined;
  /** The JSON value of the body; a form as an object of its fields; undefined for anything else. */
  readonly body: unknown;
}

export function createCall(match: Match, request: Request, valid: boolean): Call {
  let body: { value: unknown } | undefined;
  return {
    operation: match.operation,
    request,
    valid,
    path: mapValues(match.pathValues, decodePercent),
    get query() {
      return Object.fromEntries(parsePairs(request.query).map(({ name, value }) => [name, value]));
    },
    get cookies() {
      return Object.fromEntries(
        parseCookies(header(request.headers, 'cookie')).map(({ name, value }) => [name, value]),
      );
    },
    header: name => header(request.headers, name.toLowerCase()),
    get body() {
      body ??= { value: jsonOf(decodeBody(request)) };
      return body.value;
    },
  };
}

function jsonOf(decoded: Decoded): unknown {
  if (decoded.kind === 'json') return decoded.value;
  if (decoded.kind === 'form')
    return Object.fromEntries(decoded.pairs.map(({ name, value }) => [name, value]));
  return undefined;
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
