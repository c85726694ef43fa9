// What the templates of one call can name: the request, the session's memory, the clock and seeded chance.
import type { Call } from './call.ts';

export class TemplateContext {
  readonly call: Call;
  /** The memory of the session. Replaced when the rules of the call remember something. */
  memory: Readonly<Record<string, unknown>>;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Numbers from 0 to below 1, the same for the same seed. */
  readonly chance: () => number;
  #request: Readonly<Record<string, unknown>> | undefined;

  constructor(call: Call, memory: TemplateContext['memory'], startedAt: number, chance: () => number) {
    this.call = call;
    this.memory = memory;
    this.startedAt = startedAt;
    this.chance = chance;
  }

  /** `request` as a whole. Most templates name one part of it, which does not need this. */
  get request(): Readonly<Record<string, unknown>> {
    this.#request ??= Object.fromEntries(
      Object.entries(REQUEST_PARTS).map(([name, partOf]) => [name, partOf(this.call)]),
    );
    return this.#request;
  }

  /** ISO 8601 in UTC. */
  get now(): string {
    return new Date(this.startedAt).toISOString();
  }

  /** A version 4 UUID, another one each time. */
  uuid(): string {
    const digit = (among: number): number => Math.floor(this.chance() * among);
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
export const REQUEST_PARTS: Readonly<Record<string, (call: Call) => unknown>> = {
  method: call => call.request.method,
  path: call => call.path,
  query: call => call.query,
  cookies: call => call.cookies,
  headers: call => call.headers,
  body: call => call.body,
};

/** The variables of LiquidJS, by name. LiquidJS calls a function each time a template names it. */
type Variables = Readonly<Record<string, unknown>>;

export interface TemplateScope {
  readonly context: TemplateContext;
  readonly variables: Variables;
}

/** Functions, so that nothing is decoded that no template names, and chance is drawn only where one asks. */
export function scopeOf(context: TemplateContext): TemplateScope {
  return {
    context,
    variables: {
      request: () => context.request,
      memory: () => context.memory,
      now: () => context.now,
      uuid: () => context.uuid(),
      random: context.chance,
    },
  };
}

/** The scope of one item of a `$each`. */
export function itemScope(
  { context, variables }: TemplateScope,
  item: unknown,
  index: number,
): TemplateScope {
  return { context, variables: { ...variables, item, index } };
}

/** Every name that a scope may have. */
export const VARIABLES: ReadonlySet<string> = new Set([
  'request',
  'memory',
  'now',
  'uuid',
  'random',
  'item',
  'index',
]);
