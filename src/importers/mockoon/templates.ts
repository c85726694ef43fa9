// The helpers of Mockoon in Liquid.

import { ownMember } from '../../exchange/json.ts';
import { valueAt } from '../../exchange/json-pointer.ts';
import { type LiquidValue, member, plain } from '../liquid-values.ts';
import type { HelperArguments, TemplateDialect } from '../liquid-writer.ts';
import { liquidString, segmentMark } from '../path-marks.ts';
import { jsonPathMember, now, randomInteger, sharedCondition, sharedHelper } from '../template-helpers.ts';
import { type FakerValues, fakerValue, OLD_FAKER_HELPERS } from './faker-values.ts';

export interface MockoonTemplates extends FakerValues {
  readonly names: readonly (string | undefined)[];
  readonly bucket: (name: string) => unknown;
}

/** Helpers that read the request. */
const OF_REQUEST = new Set([
  ...['body', 'bodyRaw', 'queryParam', 'queryParamRaw', 'header', 'cookie', 'urlParam', 'method'],
  ...['hostname', 'baseUrl', 'ip', 'path'],
]);

export function mockoonDialect(context: MockoonTemplates): TemplateDialect {
  return {
    // "@name" is what "setVar" has set.
    path: ([first = '', ...others]) =>
      others.length === 0 && /^@(?!index$|first$|last$|key$|root$)\w+$/.test(first)
        ? plain(first === '@total' ? 'forloop.length' : variable(first.slice(1)))
        : undefined,
    stripsBlockLines: true,
    call: (name, helper) => callValue(name, helper, context),
    condition: (name, helper) => presence(name, helper, context) ?? sharedCondition(name, helper),
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
      return plain('"\n"');
    case 'oneOf':
      return oneOf(first?.kind === 'call' && first.name === 'array' ? first.args : args, helper);
    case 'setVar':
      if (key === undefined || !/^\w+$/.test(key)) return undefined;
      helper.assign(helper.value(second), variable(key));
      return plain('""');
    case 'getVar':
      return key === undefined || !/^\w+$/.test(key) ? undefined : plain(variable(key));
    default:
      return (
        arithmetic(name, helper) ??
        sharedHelper(name, helper) ??
        fakerValue(OLD_FAKER_HELPERS[name], { ...helper, args: [NO_METHOD], named: {} }, context)
      );
  }
}

function bodyMember(path: string): LiquidValue | undefined {
  if (path.startsWith('$')) return jsonPathMember('request.body', path);
  return plain(member('request.body', path.split('.')));
}

/** To Mockoon, a text is true in "if", also an empty one and that of a parameter that is missing. */
function presence(name: string, helper: HelperArguments, context: MockoonTemplates): string | undefined {
  const value = name === 'queryParam' || name === 'body' ? callValue(name, helper, context) : undefined;
  if (value === undefined) return undefined;
  const raw = `${name}Raw`;
  context.note(
    `if (${name})`,
    `an empty or missing text is true, as in Mockoon; use ${raw} there to test whether it was sent`,
  );
  const tested = helper.assign(value);
  return `${tested} != 0 and ${tested} != false`;
}

function variable(name: string): string {
  return `var_${name}`;
}

/** One of the texts, by chance. */
function oneOf(items: HelperArguments['args'], { text, assign }: HelperArguments): LiquidValue | undefined {
  const texts = items.map(each => text(each) ?? '');
  const separator = [',', '|', ';', '~'].find(mark => texts.every(each => !each.includes(mark)));
  if (separator === undefined || items.length === 0 || items.some(({ kind }) => kind !== 'literal'))
    return undefined;
  const list = { operand: liquidString(texts.join(separator)), filters: ` | split: "${separator}"` };
  return plain(`${assign(list)}[${assign(randomInteger(0, texts.length))}]`);
}

const NO_METHOD: HelperArguments['args'][number] = { kind: 'literal', value: '' };

const ARITHMETIC: Readonly<Record<string, string>> = {
  add: 'plus',
  subtract: 'minus',
  multiply: 'times',
  divide: 'divided_by',
  modulo: 'modulo',
};

function arithmetic(name: string, { args, value, operand }: HelperArguments): LiquidValue | undefined {
  const filter = ownMember(ARITHMETIC, name);
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
