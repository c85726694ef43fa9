// Renders templates in values with the request, the memory of the session, the clock and seeded random numbers.
import { Liquid } from 'liquidjs';
import type { Call } from './call.ts';

/**
 * LiquidJS is made for templates that strangers write: no code, no prototypes, no files (`templates: {}`), and bounds on
 * what one may cost.
 */
const OPTIONS = {
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
  parseLimit: 100_000,
  renderLimit: 200,
  memoryLimit: 10_000_000,
};

let engine: Liquid | undefined;

/** Made when the first template is met: that takes as long as reading a document. */
function liquidEngine(): Liquid {
  engine ??= new Liquid(OPTIONS);
  return engine;
}

export interface TemplateContext {
  readonly memory: Readonly<Record<string, unknown>>;
  /** ISO 8601 in UTC. */
  readonly now: string;
  /** Numbers from 0 to below 1, the same for the same seed. */
  readonly random: () => number;
}

/** A template that cannot be parsed, or fails when it is filled in. */
export class TemplateError extends Error {}

/** Marks a member that its template left undefined, so that a patch leaves what was there. */
const UNDEFINED_VALUE = Symbol('absent');

/**
 * Fills in every text of a value. A text that is one template alone gives that template's own value: a number stays a
 * number, an object an object; with nothing to say it gives ABSENT, and the member around it is left out.
 * `{ $each: "{{ list }}", $as: value }` makes an array, with {{ item }} and {{ index }} in `value`.
 */
export function renderTemplates(value: unknown, call: Call, templateContext: TemplateContext): unknown {
  const scope = templateScope(call, templateContext);
  const filled = renderValue(value, scope);
  return filled === UNDEFINED_VALUE ? undefined : filled;
}

type Scope = Record<string, unknown>;

function renderValue(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return isTemplate(value) ? evaluate(value, scope) : value;
  if (Array.isArray(value))
    return value.map(item => renderValue(item, scope)).filter(item => item !== UNDEFINED_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  if ('$each' in value) return renderEach(value as { $each: unknown; $as?: unknown }, scope);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, renderValue(inner, scope)] as const)
      .filter(([, inner]) => inner !== UNDEFINED_VALUE),
  );
}

/** Every other text is taken as it is, however long. */
function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

function renderEach({ $each, $as }: { $each: unknown; $as?: unknown }, scope: Scope): unknown {
  const list = renderValue($each, scope);
  if (!Array.isArray(list)) return UNDEFINED_VALUE;
  return list
    .map((item, index) =>
      renderValue($as ?? '{{ item }}', extendScope(scope, { item: item as unknown, index })),
    )
    .filter(item => item !== UNDEFINED_VALUE);
}

/** Keeps the getters of the scope as they are: a spread would ask each of them. */
function extendScope(scope: Scope, more: Scope): Scope {
  return Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(scope), ...Object.getOwnPropertyDescriptors(more) },
  ) as Scope;
}

function evaluate(text: string, scope: Scope): unknown {
  try {
    const alone = /^\s*\{\{-?((?:(?!\}\})[\s\S])*?)-?\}\}\s*$/.exec(text)?.[1];
    if (alone === undefined) return String(liquidEngine().parseAndRenderSync(text, scope));
    const value: unknown = liquidEngine().evalValueSync(alone, scope);
    return value === undefined ? UNDEFINED_VALUE : value;
  } catch (error) {
    throw new TemplateError((error as Error).message.replace(/, line:\d+, col:\d+$/, ''));
  }
}

function templateScope(call: Call, { memory, now, random: chance }: TemplateContext): Scope {
  return {
    request: {
      method: call.request.method,
      path: call.path,
      query: call.query,
      cookies: call.cookies,
      headers: Object.fromEntries(
        Object.entries(call.request.headers).map(([name, values]) => [name, values?.join(', ')]),
      ),
      body: call.body,
    },
    memory,
    now,
    // Getters: chance is drawn only where a template asks, so that others keep their draws.
    get uuid() {
      return uuid(chance);
    },
    get random() {
      return chance();
    },
  };
}

/** A version 4 UUID from the given chance. */
function uuid(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  digits[12] = '4';
  digits[16] = (8 + Math.floor(random() * 4)).toString(16);
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Every template in a value that cannot even be parsed, with its JSON Pointer steps. */
export function* findTemplateErrors(
  value: unknown,
  at: readonly (string | number)[] = [],
): Generator<{ at: readonly (string | number)[]; why: string }> {
  if (typeof value === 'string') {
    if (!isTemplate(value)) return;
    try {
      liquidEngine().parse(value);
    } catch (error) {
      yield { at, why: (error as Error).message.replace(/, line:\d+, col:\d+$/, '') };
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* findTemplateErrors(inner, [...at, key]);
  }
}

/**
 * JSON Merge Patch (RFC 7396) with templates in it: a null that is written takes a member away, and a null that a template
 * gives, because the client sent one, is set.
 */
export function applyMergePatch(
  target: unknown,
  patch: unknown,
  call: Call,
  templateContext: TemplateContext,
): unknown {
  return mergePatch(target, patch, templateScope(call, templateContext));
}

function mergePatch(target: unknown, patch: unknown, scope: Scope): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch) || '$each' in patch) {
    const filled = renderValue(patch, scope);
    return filled === UNDEFINED_VALUE ? target : mergeObjects(target, filled);
  }
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    const next = value === null ? undefined : mergePatch(result[key], value, scope);
    if (next === undefined) delete result[key];
    else result[key] = next;
  }
  return result;
}

/** What a template gives: objects merge, anything else, null included, replaces. */
function mergeObjects(target: unknown, value: unknown): unknown {
  if (!isRecord(target) || !isRecord(value)) return value;
  const result = { ...target };
  for (const [key, inner] of Object.entries(value)) result[key] = mergeObjects(result[key], inner);
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
