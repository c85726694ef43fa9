// What the templates of WireMock name, in Liquid: the request, its parts, and the helpers that have a counterpart.
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { type LiquidValue, member, plain } from '../liquid-values.ts';
import type { HelperArguments, TemplateDialect } from '../liquid-writer.ts';
import { liquidString, PATH_MARK, segmentMark } from '../path-marks.ts';
import {
  jsonPathMember,
  randomInteger,
  randomText,
  sharedCondition,
  sharedHelper,
} from '../template-helpers.ts';

/** @param names of the variables in the path template, by segment; undefined: a segment without a name */
export function wireMockDialect(
  names: readonly (string | undefined)[],
  parameters: unknown,
  note: (construct: string, reason: string) => void,
): TemplateDialect {
  return {
    path: steps => templateValue(steps, names, isObject(parameters) ? parameters : {}, note),
    call: (name, helper) => callValue(name, helper, note),
    condition: sharedCondition,
  };
}

function templateValue(
  [root, part, ...rest]: readonly string[],
  names: readonly (string | undefined)[],
  parameters: JsonObject,
  note: (construct: string, reason: string) => void,
): LiquidValue | undefined {
  if (root === 'parameters') {
    const value = [part, ...rest].reduce<unknown>(
      (holder, step) => (isObject(holder) && step !== undefined ? holder[step] : undefined),
      parameters,
    );
    if (typeof value === 'string') return plain(liquidString(value));
    return typeof value === 'number' || typeof value === 'boolean' ? plain(String(value)) : undefined;
  }
  if (root !== 'request' || part === undefined) return undefined;
  const [first, second, ...others] = rest;
  switch (part) {
    case 'method':
      return plain('request.method');
    case 'body':
      return plain('request.text');
    case 'url':
      note('request.url', 'it has no query here');
      return plain(PATH_MARK);
    case 'path':
    case 'pathSegments':
      return pathValue(part, first, names);
    case 'query':
    case 'headers':
    case 'cookies': {
      if (first === undefined || (second !== undefined && second !== '0') || others.length > 0)
        return undefined;
      return plain(member(`request.${part}`, [part === 'headers' ? first.toLowerCase() : first]));
    }
    case 'scheme':
      return plain('"http"');
    case 'host':
      return { operand: 'request.headers.host', filters: ' | split: ":" | first' };
    case 'port':
      return { operand: 'request.headers.host', filters: ' | split: ":" | last' };
    case 'baseUrl':
      return { operand: '"http://"', filters: ' | append: request.headers.host' };
    case 'id':
      return plain('uuid');
    default:
      return undefined;
  }
}

function pathValue(
  part: string,
  step: string | undefined,
  names: readonly (string | undefined)[],
): LiquidValue | undefined {
  if (step === undefined) return plain(PATH_MARK);
  if (/^\d+$/.test(step)) return plain(segmentMark(Number(step)));
  const index = part === 'path' ? names.indexOf(step) : -1;
  return index < 0 ? undefined : plain(segmentMark(index));
}

function callValue(
  name: string,
  helper: HelperArguments,
  note: (construct: string, reason: string) => void,
): LiquidValue | undefined {
  const { args, named, text, value } = helper;
  const [first, second] = args;
  switch (name) {
    case 'jsonPath': {
      const path = text(second);
      if (path === undefined || value(first).operand !== 'request.text') return undefined;
      note('jsonPath', 'a list or an object that it selects is written as text, not as JSON');
      return jsonPathMember('request.body', path);
    }
    case 'randomValue': {
      const type = text(named.type) ?? 'ALPHANUMERIC';
      const length = Number(text(named.length) ?? '36');
      if (type === 'UUID') return plain('uuid');
      if (type === 'NUMERIC' && length >= 1 && length <= 15)
        return randomInteger(10 ** (length - 1), 10 ** length);
      return type === 'ALPHANUMERIC' || type === 'HEXADECIMAL'
        ? randomText(length, text(named.uppercase) === 'true')
        : undefined;
    }
    case 'randomInt': {
      const [lower, upper] = [Number(text(named.lower) ?? '0'), Number(text(named.upper) ?? '2147483647')];
      return randomInteger(lower, upper);
    }
    case 'randomDecimal': {
      const [lower, upper] = [Number(text(named.lower) ?? '0'), Number(text(named.upper) ?? '1')];
      return { operand: 'random', filters: ` | times: ${upper - lower} | plus: ${lower}` };
    }
    default:
      return sharedHelper(name, helper);
  }
}
