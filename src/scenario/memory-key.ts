// Keys of the memory of a session: a name, or a place inside its value, such as "orders[request.path.id].total".

import { copyDigits, ExactNumber, setDigits } from '../exchange/exact-json.ts';
import { isObject } from '../exchange/json.ts';
import { type EvaluateTemplate, parseTemplate, TemplateError } from './template.ts';
import type { TemplateScope } from './template-context.ts';

type Values = Readonly<Record<string, unknown>>;

/** A key whose expressions are parsed. */
export interface MemoryKey {
  /** As written in the scenario. */
  readonly text: string;
  /**
   * The names on the way to the value, outermost first.
   * @throws TemplateError if an expression gives no text and no number
   */
  readonly resolve: (scope: TemplateScope) => readonly string[];
}

const STEP = /\.([\w-]+)|\[\s*(?:"([^"]*)"|'([^']*)'|(\d+)|([a-z]+(?:\.[\w-]+)*))\s*\]/y;
const VARIABLE = /^(?:request|memory)\./;

/**
 * Parses a key. Without "[" the whole text is a name.
 * @throws TemplateError if the text is no key
 */
export function parseMemoryKey(text: string): MemoryKey {
  if (!text.includes('[')) return { text, resolve: () => [text] };
  const name = /^[\w-]+/.exec(text)?.[0];
  if (name === undefined) throw invalidKey(text);
  const steps: (string | EvaluateTemplate)[] = [name];
  for (let at = name.length; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const [, member, doubleQuoted, singleQuoted, index, expression] = STEP.exec(text) ?? [];
    const fixed = member ?? doubleQuoted ?? singleQuoted ?? index;
    if (fixed !== undefined) steps.push(fixed);
    else if (expression === undefined) throw invalidKey(text);
    else if (VARIABLE.test(expression)) steps.push(parseTemplate(`{{ ${expression} }}`));
    else
      throw new TemplateError(
        `"${expression}" in the key "${text}" of the memory: only request, memory, a number or a quoted text can be in brackets`,
      );
  }
  return { text, resolve: scope => steps.map(step => resolveStep(step, text, scope)) };
}

function invalidKey(text: string): TemplateError {
  return new TemplateError(
    `"${text}" is no key of the memory; write a name, with keys in brackets, such as orders[request.path.id]`,
  );
}

function resolveStep(step: string | EvaluateTemplate, text: string, scope: TemplateScope): string {
  if (typeof step === 'string') return step;
  const value = step(scope);
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  const found = typeof value === 'symbol' ? 'undefined' : Array.isArray(value) ? 'a list' : 'an object';
  throw new TemplateError(`a key in "${text}" is ${found}; it must be a text or a number`);
}

/** The value at a path; undefined if there is none. Inherited members such as "constructor" are none. */
export function readMemory(values: Values, path: readonly string[]): unknown {
  let at: unknown = values;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Values)[name];
  }
  return at;
}

/** A copy with another value at the path. @param value undefined: nothing is left there */
export function writeMemory(
  values: Values,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const inner = Object.hasOwn(values, name) ? values[name] : undefined;
  const next = rest.length === 0 ? value : writeMemory(isObject(inner) ? inner : {}, rest, value);
  // A spread and a computed name create own members, also of the name "__proto__". Large memories make the copy costly.
  const written: Record<string, unknown> = {
    ...values,
    [name]: next instanceof ExactNumber ? next.valueOf() : next,
  };
  if (next === undefined) delete written[name];
  copyDigits(values, written);
  if (next instanceof ExactNumber) setDigits(written, name, next.digits);
  return written;
}
