// A request to an operation as scenarios see it: decoded parameters and body, and whether it is valid.

import { Buffer } from 'node:buffer';
import { type DecodedBody, decodeBody } from '../exchange/body.ts';
import {
  decodePercent,
  header,
  isRecorded,
  parseCookies,
  parsePairs,
  type Request,
} from '../exchange/exchange.ts';
import { perObject } from '../exchange/per-object.ts';
import { bodyText } from '../exchange/text-body.ts';
import type { Operation } from '../openapi/model.ts';
import type { Match } from '../routing/match.ts';

type StringsByName = Readonly<Record<string, string>>;

/** Values are decoded at the first access and cached: most requests are answered without them. */
export class Call {
  readonly operation: Operation;
  readonly request: Request;
  /** True: the request is valid. */
  readonly valid: boolean;
  /** Path parameters as sent, percent-encoded. */
  readonly pathValues: Readonly<Record<string, string>>;
  #query: StringsByName | undefined;
  #cookies: StringsByName | undefined;
  #text: string | undefined;
  #parts: StringsByName | undefined;
  #headers: Readonly<Record<string, string | undefined>> | undefined;

  constructor({ operation, pathValues }: Match, request: Request, valid: boolean) {
    this.operation = operation;
    this.request = request;
    this.valid = valid;
    this.pathValues = pathValues;
  }

  /** Path parameters by name, percent-decoded. */
  get path(): StringsByName {
    return decodedValues(this.pathValues);
  }

  /** Query parameters by name, decoded; the last value if a name is repeated. */
  get query(): StringsByName {
    this.#query ??= Object.fromEntries(
      parsePairs(this.request.query).map(({ name, value }) => [name, value]),
    );
    return this.#query;
  }

  get cookies(): StringsByName {
    this.#cookies ??= Object.fromEntries(
      parseCookies(header(this.request.headers, 'cookie')).map(({ name, value }) => [name, value]),
    );
    return this.#cookies;
  }

  /** Header fields by lower-case name; repeated fields are joined with a comma. */
  get headers(): Readonly<Record<string, string | undefined>> {
    this.#headers ??= Object.fromEntries(
      Object.entries(this.request.headers).map(([name, values]) => [name, values?.join(', ')]),
    );
    return this.#headers;
  }

  header(name: string): string | undefined {
    return header(this.request.headers, name.toLowerCase());
  }

  /** The JSON value of the body; a form as an object of its fields or parts; undefined for other media types. */
  get body(): unknown {
    // decodeBody caches its result for each request; validation has decoded the body already.
    const decoded = decodeBody(this.request);
    if (decoded.kind !== 'multipart') return jsonValueOf(decoded);
    this.#parts ??= Object.fromEntries(
      decoded.parts.map(({ name, bytes }) => [name, Buffer.from(bytes).toString('utf8')]),
    );
    return this.#parts;
  }

  /** The body as text in UTF-8, whatever its media type; undefined: the request has none. */
  get text(): string | undefined {
    const { body } = this.request;
    const text = bodyText(this.request);
    if (text !== undefined || !isRecorded(body) || body.length === 0) return text;
    this.#text ??= Buffer.from(body).toString('utf8');
    return this.#text;
  }
}

/** Requests with the same head have the same object. */
const decodedValues = perObject((values: StringsByName): StringsByName => {
  if (!Object.values(values).some(value => value.includes('%'))) return values;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decodePercent(value)]));
});

/** Of a JSON or form body; undefined for other media types. */
export function jsonValueOf(decoded: DecodedBody): unknown {
  if (decoded.kind === 'json') return decoded.value;
  if (decoded.kind === 'form')
    return Object.fromEntries(decoded.pairs.map(({ name, value }) => [name, value]));
  return undefined;
}
