// A request to an operation as scenarios see it: decoded parameters and body, and whether it is valid.

import { type DecodedBody, decodeBody } from '../exchange/body.ts';
import { decodePercent, header, parseCookies, parsePairs, type Request } from '../exchange/exchange.ts';
import type { Operation } from '../openapi/model.ts';
import type { Match } from '../routing/match.ts';

type Texts = Readonly<Record<string, string>>;

/** Each part is decoded when it is first asked for, and kept: most calls are answered without a question. */
export class Call {
  readonly operation: Operation;
  readonly request: Request;
  /** True when nothing in the request breaks the contract. */
  readonly valid: boolean;
  /** As sent. */
  readonly pathValues: Readonly<Record<string, string>>;
  #path: Texts | undefined;
  #query: Texts | undefined;
  #cookies: Texts | undefined;
  #headers: Readonly<Record<string, string | undefined>> | undefined;

  constructor({ operation, pathValues }: Match, request: Request, valid: boolean) {
    this.operation = operation;
    this.request = request;
    this.valid = valid;
    this.pathValues = pathValues;
  }

  /** By name, percent-decoded. */
  get path(): Texts {
    this.#path ??= decoded(this.pathValues);
    return this.#path;
  }

  /** The last value of each name. */
  get query(): Texts {
    this.#query ??= Object.fromEntries(
      parsePairs(this.request.query).map(({ name, value }) => [name, value]),
    );
    return this.#query;
  }

  get cookies(): Texts {
    this.#cookies ??= Object.fromEntries(
      parseCookies(header(this.request.headers, 'cookie')).map(({ name, value }) => [name, value]),
    );
    return this.#cookies;
  }

  /** By lower-case name, the values of each joined. */
  get headers(): Readonly<Record<string, string | undefined>> {
    this.#headers ??= Object.fromEntries(
      Object.entries(this.request.headers).map(([name, values]) => [name, values?.join(', ')]),
    );
    return this.#headers;
  }

  header(name: string): string | undefined {
    return header(this.request.headers, name.toLowerCase());
  }

  /** The JSON value of the body; a form as an object of its fields; undefined for anything else. */
  get body(): unknown {
    // decodeBody keeps its result with the request: the judge has decoded it already.
    return jsonValueOf(decodeBody(this.request));
  }
}

function decoded(values: Texts): Texts {
  // Most values have nothing to decode.
  if (!Object.values(values).some(value => value.includes('%'))) return values;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decodePercent(value)]));
}

function jsonValueOf(decoded: DecodedBody): unknown {
  if (decoded.kind === 'json') return decoded.value;
  if (decoded.kind === 'form')
    return Object.fromEntries(decoded.pairs.map(({ name, value }) => [name, value]));
  return undefined;
}
