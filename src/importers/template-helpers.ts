// Handlebars helpers that several tools share, as filters and conditions of Liquid.

import { ownMember } from '../exchange/json.ts';
import { offsetSeconds, strftimeFormat } from './java-dates.ts';
import { type LiquidValue, member, plain } from './liquid-values.ts';
import type { HelperArguments } from './liquid-writer.ts';
import { liquidString } from './path-marks.ts';

function withFilter({ operand, filters }: LiquidValue, filter: string): LiquidValue {
  return { operand, filters: `${filters} | ${filter}` };
}

/** Helpers that are one filter on their first argument. */
const FILTERS: Readonly<Record<string, string>> = {
  upper: 'upcase',
  uppercase: 'upcase',
  lower: 'downcase',
  lowercase: 'downcase',
  capitalize: 'capitalize',
  capitalizeFirst: 'capitalize',
  trim: 'strip',
  size: 'size',
  length: 'size',
  len: 'size',
  ceil: 'ceil',
  floor: 'floor',
  reverse: 'reverse',
  first: 'first',
  last: 'last',
};

const ARITHMETIC: Readonly<Record<string, string>> = {
  '+': 'plus',
  '-': 'minus',
  '*': 'times',
  '/': 'divided_by',
  '%': 'modulo',
};

const COMPARISONS: Readonly<Record<string, string>> = {
  eq: '==',
  neq: '!=',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

/** A helper whose result depends on its arguments only. */
export function sharedHelper(name: string, helper: HelperArguments): LiquidValue | undefined {
  const { args, named, operand, value, text } = helper;
  const [first, second, third] = args;
  const filter = ownMember(FILTERS, name);
  if (filter !== undefined) return withFilter(value(first), filter);
  switch (name) {
    case 'base64':
      return withFilter(value(first), isTrue(helper, 'decode') ? 'base64_decode' : 'base64_encode');
    case 'urlEncode':
      return withFilter(value(first), isTrue(helper, 'decode') ? 'url_decode' : 'url_encode');
    case 'encodeURIComponent':
      return withFilter(value(first), 'url_encode');
    case 'replace':
      return withFilter(value(first), `replace: ${operand(second)}, ${operand(third)}`);
    case 'substring':
      return third === undefined
        ? withFilter(value(first), `slice: ${operand(second)}, 1000000`)
        : substring(helper);
    case 'split':
      return withFilter(value(first), `split: ${second === undefined ? '","' : operand(second)}`);
    case 'defaultIfEmpty':
      return withFilter(value(first), `default: ${operand(second)}`);
    case 'concat':
      return args
        .slice(1)
        .reduce((whole, each) => withFilter(whole, `append: ${operand(each)}`), value(first));
    case 'math': {
      const operator = ARITHMETIC[text(second) ?? ''];
      return operator === undefined ? undefined : withFilter(value(first), `${operator}: ${operand(third)}`);
    }
    case 'now':
      return now(text(named.format) ?? '', text(named.offset));
    default:
      return undefined;
  }
}

function isTrue({ named }: HelperArguments, name: string): boolean {
  const { [name]: value } = named;
  return value?.kind === 'literal' && value.value === true;
}

function substring({ args, operand, value }: HelperArguments): LiquidValue | undefined {
  const [first, start, end] = args;
  if (start?.kind !== 'literal' || end?.kind !== 'literal') return undefined;
  return withFilter(value(first), `slice: ${operand(start)}, ${Number(end.value) - Number(start.value)}`);
}

/** @param format empty: ISO 8601 in seconds */
export function now(format: string, offset: string | undefined): LiquidValue | undefined {
  const wanted = dateFilter(format);
  if (wanted === undefined) return undefined;
  if (offset === undefined || offset === '') return { operand: 'now', filters: wanted };
  const seconds = offsetSeconds(offset);
  return seconds === undefined
    ? undefined
    : { operand: 'now', filters: ` | date: "%s" | plus: ${seconds}${wanted}` };
}

function dateFilter(format: string): string | undefined {
  // Seconds and milliseconds since 1970.
  if (format === 'unix') return ' | date: "%s" | plus: 0';
  if (format === 'epoch') return ' | date: "%s%L" | plus: 0';
  const strftime = format === '' ? '%Y-%m-%dT%H:%M:%SZ' : strftimeFormat(format);
  return strftime === undefined ? undefined : ` | date: ${liquidString(strftime)}, 0`;
}

/** A condition of "if", also of a block with this name. */
export function sharedCondition(name: string, { args, operand }: HelperArguments): string | undefined {
  const [first, second] = args;
  const comparison = ownMember(COMPARISONS, name);
  if (comparison !== undefined) return `${operand(first)} ${comparison} ${operand(second)}`;
  if (name === 'contains' || name === 'includes') return `${operand(first)} contains ${operand(second)}`;
  return undefined;
}

/** A random text of digits and small letters; undefined: a UUID has not that many. */
export function randomText(length: number, isUpper = false): LiquidValue | undefined {
  if (!(length >= 1 && length <= 32)) return undefined;
  return { operand: 'uuid', filters: ` | remove: "-" | slice: 0, ${length}${isUpper ? ' | upcase' : ''}` };
}

/** @param upper exclusive */
export function randomInteger(lower: number, upper: number): LiquidValue {
  const shift = lower === 0 ? '' : ` | plus: ${lower}`;
  return { operand: 'random', filters: ` | times: ${upper - lower}${shift} | floor` };
}

/** A simple JSONPath such as $.a.b[0] as a member of a value; undefined: it is not simple. */
export function jsonPathMember(base: string, path: string): LiquidValue | undefined {
  if (!/^\$(?:\.[\w-]+|\[\d+\]|\['[^']*'\]|\["[^"]*"\])*$/.test(path)) return undefined;
  const steps = [...path.matchAll(/\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g)].map(
    ([, name, index, single, double]) => name ?? index ?? single ?? double ?? '',
  );
  return plain(member(base, steps));
}
