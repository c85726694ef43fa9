// The helpers of Mockoon in Liquid. Values of Faker become one fixed value each, since templates here make no names.

import { isObject } from '../../exchange/json.ts';
import { valueAt } from '../../exchange/json-pointer.ts';
import type { FakerLibrary } from '../../openapi/faker-library.ts';
import {
  type HelperArguments,
  type LiquidValue,
  member,
  plain,
  type TemplateDialect,
} from '../liquid-writer.ts';
import { liquidString, segmentMark } from '../path-marks.ts';
import { jsonPathMember, now, randomInteger, sharedCondition, sharedHelper } from '../template-helpers.ts';

export interface MockoonTemplates {
  readonly names: readonly (string | undefined)[];
  readonly bucket: (name: string) => unknown;
  readonly faker: FakerLibrary;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly note: (construct: string, reason: string) => void;
  /**
   * Set for templates that are rendered once, by the import, when there is no request.
   * @returns the operand for a value that is made anew wherever it is shown
   */
  readonly once?: (make: () => string) => string;
}

/** Helpers that read the request. */
const OF_REQUEST = new Set([
  ...['body', 'bodyRaw', 'queryParam', 'queryParamRaw', 'header', 'cookie', 'urlParam', 'method'],
  ...['hostname', 'baseUrl', 'ip', 'path'],
]);

export function mockoonDialect(context: MockoonTemplates): TemplateDialect {
  return {
    path: () => undefined,
    call: (name, helper) => callValue(name, helper, context),
    condition: sharedCondition,
    repetition: (name, { args, named, text }) => {
      if (name !== 'repeat') return undefined;
      const [lower, upper] = args.map(each => Number(text(each)));
      if (lower === undefined || !(lower >= 0)) return undefined;
      if (upper !== undefined && (context.once === undefined || !(upper >= lower))) return undefined;
      const count = upper === undefined ? lower : lower + Math.floor(context.random() * (upper - lower + 1));
      const hasCommas = !(named.comma?.kind === 'literal' && named.comma.value === false);
      return { range: `(1..${count})`, hasCommas };
    },
  };
}

function callValue(
  name: string,
  helper: HelperArguments,
  context: MockoonTemplates,
): LiquidValue | undefined {
  const { args, text, operand } = helper;
  const [first, second] = args;
  if (context.once !== undefined && OF_REQUEST.has(name)) return undefined;
  const key = text(first);
  const withDefault = (value: LiquidValue): LiquidValue =>
    second === undefined ? value : { ...value, filters: `${value.filters} | default: ${operand(second)}` };
  switch (name) {
    case 'body':
    case 'bodyRaw': {
      if (key === undefined) return first === undefined ? plain('request.text') : undefined;
      const value = key === '' ? plain('request.text') : bodyMember(key);
      return value && withDefault(value);
    }
    case 'queryParam':
    case 'queryParamRaw':
      return key === undefined || key.includes('$')
        ? undefined
        : withDefault(plain(member('request.query', [key])));
    case 'header':
      return key === undefined
        ? undefined
        : withDefault(plain(member('request.headers', [key.toLowerCase()])));
    case 'cookie':
      return key === undefined ? undefined : withDefault(plain(member('request.cookies', [key])));
    case 'urlParam': {
      const index = context.names.indexOf(key);
      // An optional segment that the path does not have.
      return plain(index < 0 ? '""' : segmentMark(index));
    }
    case 'method':
      return plain('request.method');
    case 'hostname':
      return { operand: 'request.headers.host', filters: ' | split: ":" | first' };
    case 'baseUrl':
      return { operand: '"http://"', filters: ' | append: request.headers.host' };
    case 'uuid':
    case 'guid':
      return plain('uuid');
    case 'int':
      return randomInteger(Number(key ?? '0'), Number(text(second) ?? '9007199254740991') + 1);
    case 'float':
      return {
        operand: 'random',
        filters: ` | times: ${Number(text(second) ?? '1') - Number(key ?? '0')} | plus: ${Number(key ?? '0')}`,
      };
    case 'now':
      return now(key ?? '', undefined);
    case 'data':
    case 'dataRaw':
      return bucketValue(key, text(second) ?? '', context);
    case 'faker':
      return fakerValue(key, helper, context);
    case 'newline':
      return undefined;
    default:
      return arithmetic(name, helper) ?? sharedHelper(name, helper);
  }
}

function bodyMember(path: string): LiquidValue | undefined {
  if (path.startsWith('$')) return jsonPathMember('request.body', path);
  return plain(member('request.body', path.split('.')));
}

const ARITHMETIC: Readonly<Record<string, string>> = {
  add: 'plus',
  subtract: 'minus',
  multiply: 'times',
  divide: 'divided_by',
  modulo: 'modulo',
};

function arithmetic(name: string, { args, value, operand }: HelperArguments): LiquidValue | undefined {
  const filter = ARITHMETIC[name];
  if (filter === undefined) return undefined;
  const first = value(args[0]);
  const filters = args.slice(1).map(each => ` | ${filter}: ${operand(each)}`);
  return { ...first, filters: first.filters + filters.join('') };
}

/** A part of a data bucket, as it is at the start. */
function bucketValue(
  name: string | undefined,
  path: string,
  { bucket, note }: MockoonTemplates,
): LiquidValue | undefined {
  const value = name === undefined ? undefined : bucket(name);
  const part = path === '' ? value : valueAt(value, `/${path.replaceAll('.', '/')}`);
  if (part === undefined) return undefined;
  note(`data '${name}'`, 'the value is that of the file, and does not change');
  if (typeof part === 'number' || typeof part === 'boolean') return plain(String(part));
  const written = typeof part === 'string' ? part : JSON.stringify(part);
  // Liquid has no escapes in texts.
  return written.includes('"') && written.includes("'") ? undefined : plain(liquidString(written));
}

/** Methods of Faker with a counterpart. */
const FAKER_VALUES: Readonly<Record<string, string>> = {
  'string.uuid': 'uuid',
  'datatype.uuid': 'uuid',
  'date.recent': 'now',
  'date.anytime': 'now',
};

function fakerValue(
  method: string | undefined,
  { named, args, text }: HelperArguments,
  { faker, random, note, once }: MockoonTemplates,
): LiquidValue | undefined {
  if (method === undefined) return undefined;
  const known = FAKER_VALUES[method];
  if (known !== undefined) return plain(known);
  if (/^(?:number\.int|datatype\.number)$/.test(method)) {
    const [low, high] = [Number(text(named.min) ?? '0'), Number(text(named.max) ?? '99999')];
    return randomInteger(low, high + 1);
  }
  if (!faker.methods.has(method)) return undefined;
  const options = Object.fromEntries(Object.keys(named).map(name => [name, literal(text(named[name]))]));
  const given: unknown[] = args.slice(1).map(each => literal(text(each)));
  if (Object.keys(options).length > 0) given.push(options);
  const make = (): string | number | boolean | undefined => {
    const value: unknown = faker.call(random, library => {
      const [module = '', name = ''] = method.split('.');
      const holder = (library as unknown as Record<string, Record<string, (...all: unknown[]) => unknown>>)[
        module
      ];
      return holder?.[name]?.(...given);
    });
    if (typeof value === 'number' || typeof value === 'boolean') return value;
    return value === undefined || isObject(value) ? undefined : String(value);
  };
  try {
    const value = make();
    if (value === undefined) return undefined;
    if (once !== undefined) return plain(once(() => String(make())));
    note(`faker '${method}'`, 'the value is the same at each request');
    return plain(typeof value === 'string' ? liquidString(value) : String(value));
  } catch {
    // The arguments are wrong: Mockoon answers with an error as well.
    return undefined;
  }
}

function literal(value: string | undefined): unknown {
  if (value === undefined) return undefined;
  return /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(value) ? (JSON.parse(value) as unknown) : value;
}
