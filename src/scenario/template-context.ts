// The variables of templates: the request, the memory of the session, the time and seeded random numbers.
import { decodeBody } from '../exchange/body.ts';
import type { Response } from '../exchange/exchange.ts';
import { type Call, jsonValueOf } from './call.ts';

export class TemplateContext {
  readonly call: Call;
  /** The response that was sent; undefined before that. Callbacks are sent after it. */
  response: Response | undefined;
  /** Stored values of the session. Replaced when a rule that applies to this request stores values. */
  memory: Readonly<Record<string, unknown>>;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Numbers in [0, 1), reproducible by seed. */
  readonly random: () => number;
  #request: Readonly<Record<string, unknown>> | undefined;

  constructor(call: Call, memory: TemplateContext['memory'], startedAt: number, random: () => number) {
    this.call = call;
    this.memory = memory;
    this.startedAt = startedAt;
    this.random = random;
  }

  /** The whole `request` variable. Most templates read one member, which does not need this object. */
  get request(): Readonly<Record<string, unknown>> {
    if (this.#request === undefined) {
      const members = Object.entries(REQUEST_MEMBERS).map(([name, read]) => [name, read(this.call)] as const);
      // The text is the body once more: a request that is written as JSON does not have it.
      this.#request = Object.defineProperty(Object.fromEntries(members), 'text', { enumerable: false });
    }
    return this.#request;
  }

  /** ISO 8601, UTC. */
  get now(): string {
    return new Date(this.startedAt).toISOString();
  }

  /** A version 4 UUID (RFC 9562) of the seeded random numbers; a new one at each call. */
  uuid(): string {
    const digit = (count: number): number => Math.floor(this.random() * count);
    const digits: string[] = [];
    for (let count = 0; count < 32; count++) digits.push(HEX[digit(16)] as string);
    digits[12] = '4';
    digits[16] = HEX[8 + digit(4)] as string;
    const text = digits.join('');
    return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
  }
}

const HEX = '0123456789abcdef';

/** The members of `request`. */
export const REQUEST_MEMBERS: Readonly<Record<string, (call: Call) => unknown>> = {
  method: call => call.request.method,
  path: call => call.path,
  query: call => call.query,
  cookies: call => call.cookies,
  headers: call => call.headers,
  body: call => call.body,
  text: call => call.text,
};

/** Variables of LiquidJS by name. LiquidJS calls a function each time a template reads the variable. */
type Variables = Readonly<Record<string, unknown>>;

export interface TemplateScope {
  readonly context: TemplateContext;
  readonly variables: Variables;
}

/** Variables are functions: only what a template reads is decoded, and random numbers are drawn only where one is read. */
export function templateScope(context: TemplateContext): TemplateScope {
  return {
    context,
    variables: {
      request: () => context.request,
      response: () => context.response && responseVariable(context.response),
      memory: () => context.memory,
      now: () => context.now,
      uuid: () => context.uuid(),
      random: context.random,
    },
  };
}

function responseVariable(response: Response): Variables {
  const { status, headers } = response;
  const fields = Object.entries(headers).map(([name, values]) => [name, values?.join(', ')]);
  return { status, headers: Object.fromEntries(fields), body: jsonValueOf(decodeBody({ ...response })) };
}

/** Adds the variables of one `$each` item: `item` and `index`. */
export function itemScope(
  { context, variables }: TemplateScope,
  item: unknown,
  index: number,
): TemplateScope {
  return { context, variables: { ...variables, item, index } };
}

/** Names of all variables of a scope. */
export const VARIABLE_NAMES: ReadonlySet<string> = new Set([
  'request',
  'response',
  'memory',
  'now',
  'uuid',
  'random',
  'item',
  'index',
]);
