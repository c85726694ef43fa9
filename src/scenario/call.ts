// A request to an operation as scenarios see it: decoded parameters and body, and whether it is valid.

import { type DecodedBody, decodeBody } from '../exchange/body.ts';
import { decodePercent, header, parseCookies, parsePairs, type Request } from '../exchange/exchange.ts';
import type { Operation } from '../openapi/model.ts';
import type { Match } from '../routing/match.ts';

/** Everything is worked out when it is first asked for: most calls are answered without a question. */
export class Call {
  readonly operation: Operation;
  readonly request: Request;
  /** True when nothing in the request breaks the contract. */
  readonly valid: boolean;
  /** As sent. */
  readonly pathValues: Readonly<Record<string, string>>;

  constructor({ operation, pathValues }: Match, request: Request, valid: boolean) {
    this.operation = operation;
    this.request = request;
    this.valid = valid;
    this.pathValues = pathValues;
  }

  /** By name, percent-decoded. */
  get path(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.pathValues).map(([name, value]) => [name, decodePercent(value)]),
    );
  }

  /** The last value of each name. */
  get query(): Readonly<Record<string, string>> {
    return Object.fromEntries(parsePairs(this.request.query).map(({ name, value }) => [name, value]));
  }

  get cookies(): Readonly<Record<string, string>> {
    const pairs = parseCookies(header(this.request.headers, 'cookie'));
    return Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
  }

  header(name: string): string | undefined {
    return header(this.request.headers, name.toLowerCase());
  }

  /** The JSON value of the body; a form as an object of its fields; undefined for anything else. */
  get body(): unknown {
    return jsonValueOf(decodeBody(this.request));
  }
}

function jsonValueOf(decoded: DecodedBody): unknown {
  if (decoded.kind === 'json') return decoded.value;
  if (decoded.kind === 'form')
    return Object.fromEntries(decoded.pairs.map(({ name, value }) => [name, value]));
  return undefined;
}
