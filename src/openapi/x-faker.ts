// The keyword x-faker of a schema, which names the method of Faker that makes its values.

import { copyJson } from '../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { nearestWord } from '../finding/nearest-word.ts';
import type { FakerLibrary } from './faker-library.ts';

interface MethodCall {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A call, or a text with calls in it. */
type ReadKeyword =
  | { readonly parts: readonly (string | MethodCall)[] }
  | { readonly call: MethodCall }
  | { readonly problem: string };

/** In a text: "{{person.firstName}}" is replaced by a value. */
const PLACEHOLDER = /\{\{\s*([\w.]{1,60})\s*\}\}/;

/** What takes or makes so many characters or items that it must be limited; for the others a large number is a value. */
const HARMLESS =
  /^(?:number\.|finance\.amount$|commerce\.price$|date\.(?!betweens)|location\.|color\.|helpers\.(?:arrayElement|weightedArrayElement|objectValue|objectKey|rangeToNumber)$)/;
const MAX_ARGUMENT = 1000;

/** A method, an object with one method and its arguments, or a text with methods in double braces. */
function readKeyword(value: unknown, methods: ReadonlySet<string>): ReadKeyword {
  const [name, given] = isObject(value) ? (Object.entries(value)[0] ?? []) : [value, []];
  if (typeof name !== 'string' || (isObject(value) && Object.keys(value).length !== 1))
    return {
      problem: 'write a method such as "person.firstName", or an object with one method and its arguments',
    };
  const args = Array.isArray(given) ? given : [given];
  const template = /^(?:helpers\.)?fake$/.test(name) ? args[0] : name;
  if (typeof template === 'string' && PLACEHOLDER.test(template)) {
    const parts = template
      .split(new RegExp(PLACEHOLDER, 'g'))
      .map((part, index) => (index % 2 === 0 ? part : { method: part, args: [] }));
    const problem = parts.map(part => (typeof part === 'string' ? undefined : problemOf(part, methods)));
    return firstDefined(problem) ?? { parts };
  }
  const call = { method: name, args };
  return firstDefined([problemOf(call, methods)]) ?? { call };
}

function firstDefined(problems: readonly (string | undefined)[]): { readonly problem: string } | undefined {
  const problem = problems.find(each => each !== undefined);
  return problem === undefined ? undefined : { problem };
}

function problemOf({ method, args }: MethodCall, methods: ReadonlySet<string>): string | undefined {
  if (!methods.has(method)) {
    const nearest = nearestMethod(method, [...methods]);
    return `"${method.slice(0, 60)}" is no method of Faker${nearest === undefined ? '' : ` (did you mean "${nearest}"?)`}`;
  }
  if (!HARMLESS.test(method) && hasLargeNumber(args))
    return `an argument of ${method} is above ${MAX_ARGUMENT}`;
  return undefined;
}

/** The same method of another module, for the names of earlier versions, else the name with the fewest other letters. */
function nearestMethod(method: string, methods: readonly string[]): string | undefined {
  const own = method.slice(method.indexOf('.') + 1).toLowerCase();
  const moved = methods.find(each => each.slice(each.indexOf('.') + 1).toLowerCase() === own);
  return moved ?? nearestWord(method, methods);
}

function hasLargeNumber(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) > MAX_ARGUMENT;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLargeNumber);
}

/** What is wrong with the keyword; undefined: nothing. */
export function fakerProblem(value: unknown, library: FakerLibrary): string | undefined {
  const read = readKeyword(value, library.methods);
  if ('problem' in read) return read.problem;
  try {
    const made = makeValue(read, library, () => 0.5);
    return made === undefined ? 'the method makes no JSON value' : undefined;
  } catch (error) {
    return String(error instanceof Error ? error.message : error).slice(0, 200);
  }
}

/** @returns a list with the value; undefined if the keyword cannot be used, which `lint` reports */
export function fakedValue(
  keywords: readonly JsonObject[],
  library: FakerLibrary,
  types: readonly string[],
  random: () => number,
): readonly [value: unknown] | undefined {
  const read = readKeyword(fakerKeyword(keywords), library.methods);
  if ('problem' in read) return undefined;
  let made: unknown;
  try {
    made = makeValue(read, library, random);
  } catch {
    // The arguments are wrong: `lint` reports it with the message of the library.
    return undefined;
  }
  return made === undefined ? undefined : [asType(made, keywords, types)];
}

function makeValue(
  read: Exclude<ReadKeyword, { problem: string }>,
  library: FakerLibrary,
  random: () => number,
): unknown {
  if ('call' in read) return invoke(read.call, library, random);
  return read.parts
    .map(part => (typeof part === 'string' ? part : String(invoke(part, library, random))))
    .join('');
}

/** Only names of the list of methods get here, so nothing else can be reached. */
function invoke({ method, args }: MethodCall, library: FakerLibrary, random: () => number): unknown {
  const [module = '', name = ''] = method.split('.');
  const made: unknown = library.call(random, faker => {
    const holder = faker[module as keyof typeof faker] as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    return holder[name]?.(...copyJson(args));
  });
  if (typeof made === 'bigint') return Number.isSafeInteger(Number(made)) ? Number(made) : String(made);
  const text = JSON.stringify(made) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

/** Many methods make texts of numbers, and times where dates are wanted. */
function asType(value: unknown, keywords: readonly JsonObject[], types: readonly string[]): unknown {
  const isText = types.includes('string');
  if (typeof value === 'string' && isText && keywords.some(({ format }) => format === 'date'))
    return value.replace(/^(\d{4}-\d\d-\d\d)T.*/, '$1');
  if (typeof value === 'string' && !isText && /^-?\d+(?:\.\d+)?$/.test(value))
    return types.includes('number') ? Number(value) : Math.round(Number(value));
  if (typeof value === 'number' && types.join() === 'integer') return Math.round(value);
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return isScalar && types.join() === 'string' ? String(value) : value;
}

/** The keyword of the first schema that has it. */
export function fakerKeyword(keywords: readonly JsonObject[]): unknown {
  return keywords.find(schema => schema['x-faker'] !== undefined)?.['x-faker'];
}
