// Turns findings about values that another tool masked in the recording into not-checkable ones.

import { Buffer } from 'node:buffer';
import { decodeBody } from '../exchange/body.ts';
import { decodePercent, header, isRecorded, parseCookies, parsePairs } from '../exchange/exchange.ts';
import { readItems, type SentEvent, type TableRow } from '../exchange/items.ts';
import { looksLikeJson } from '../exchange/json.ts';
import { jsonPointer, splitPointer, valueAt } from '../exchange/json-pointer.ts';
import { itemFormatOf, mediaTypeOf } from '../exchange/media-type.ts';
import { containsMark, isRedactionMark } from '../exchange/redaction-marks.ts';
import { bodyText, type Message } from '../exchange/text-body.ts';
import { type FindingCode, kindOf } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { jsonOrText } from '../schema/type-hints.ts';

interface MaskedMessage extends Message {
  readonly query?: string;
  readonly mayBeMasked?: true;
}

/** Keywords that depend on the values inside an object or a list. All others only look at the value itself. */
const LOOKS_INSIDE =
  /\/(?:oneOf|anyOf|not|if|then|else|const|enum|contains|minContains|maxContains|uniqueItems|discriminator)$/;

/** @param pathValues as sent; undefined for a response */
export function withMaskedValues<List extends readonly Finding[]>(
  findings: List,
  message: MaskedMessage,
  pathValues?: Readonly<Record<string, string>>,
): List | Finding[] {
  if (message.mayBeMasked !== true || findings.length === 0) return findings;
  return findings.map(finding => {
    if (kindOf(finding) !== 'violation' || !isMasked(finding, message, pathValues)) return finding;
    return {
      ...finding,
      code: notCheckableCode(finding),
      message: `${finding.at} cannot be checked: the recording has a mark in place of the value`,
    };
  });
}

function notCheckableCode({ at }: Finding): FindingCode {
  const [direction, part] = splitPointer(at);
  if (direction === 'response')
    return part === 'headers' ? 'response-header-not-checkable' : 'response-body-not-checkable';
  return part === 'body' ? 'request-body-not-checkable' : 'parameter-not-checkable';
}

function isMasked(
  { at, location }: Finding,
  message: MaskedMessage,
  pathValues: Readonly<Record<string, string>> = {},
): boolean {
  const [, part, name = '', ...rest] = splitPointer(at);
  switch (part) {
    case 'headers': {
      const value = header(message.headers, name);
      return value !== undefined && hasMark(value);
    }
    case 'path':
      return Object.hasOwn(pathValues, name) && hasMark(decodePercent(pathValues[name] ?? ''));
    case 'query': {
      const query = message.query ?? '';
      if (name === '') return hasMark(decodePercent(query));
      return (
        isMaskedPair(parsePairs(query), name, rest) || isMaskedJson(decodePercent(query), [name, ...rest])
      );
    }
    case 'cookies':
      return isMaskedPair(parseCookies(header(message.headers, 'cookie')), name, rest);
    case 'body':
      return isMaskedInBody(message, [name, ...rest], at, location?.pointer ?? '');
    default:
      return false;
  }
}

/** @param text of a whole query string, which may be JSON */
function isMaskedJson(text: string, steps: readonly string[]): boolean {
  if (!/^[[{]/.test(text) || !looksLikeJson(text)) return false;
  const value = valueAt(JSON.parse(text), jsonPointer(...steps));
  return typeof value === 'string' && isRedactionMark(value);
}

/** A list may have a mark as one of its items. */
function hasMark(text: string): boolean {
  return isRedactionMark(text) || text.split(/[,;| ]/).some(isRedactionMark);
}

/**
 * @param name also of a deepObject: its pairs are named "filter[color]"
 * @param member of an exploded object: its pair has this name
 */
function isMaskedPair(
  pairs: readonly { name: string; value: string }[],
  name: string,
  [member = name]: readonly string[] = [],
): boolean {
  return pairs.some(
    pair =>
      (pair.name === name || pair.name === member || pair.name.startsWith(`${name}[`)) && hasMark(pair.value),
  );
}

function isMaskedInBody(message: Message, steps: readonly string[], at: string, rule: string): boolean {
  const decoded = decodeBody(message);
  switch (decoded.kind) {
    case 'json': {
      const value = valueAt(decoded.value, at.replace(/^\/[^/]*\/body/, ''));
      return typeof value === 'string'
        ? isRedactionMark(value)
        : LOOKS_INSIDE.test(rule) && containsMark(value);
    }
    case 'form':
      return isMaskedPair(decoded.pairs, steps[0] ?? '');
    case 'multipart':
      return decoded.parts.some(part => part.name === steps[0] && isRedactionMark(textOf(part.bytes)));
    case 'text':
      return isRedactionMark(decoded.text) || isMaskedInItem(message, decoded.text, steps, rule);
    case 'malformed':
      return isRedactionMark(bodyText(message) ?? (isRecorded(message.body) ? textOf(message.body) : ''));
    default:
      return false;
  }
}

/** Whether the value in a text of items is a mark, or an item in which the rule looks has one. */
function isMaskedInItem(message: Message, text: string, steps: readonly string[], rule: string): boolean {
  const format = itemFormatOf(mediaTypeOf(message.headers)?.essence ?? '');
  const read = format && readItems(format, text);
  if (read === undefined || 'malformed' in read) return false;
  const [index = '', ...inner] = steps;
  const isTable = format === 'csv' || format === 'tsv';
  const names = isTable ? (read.items[0] as TableRow | undefined) : undefined;
  const column = names?.indexOf(inner[0] ?? '') ?? -1;
  const item = read.items[Number(index) + (column < 0 ? 0 : 1)];
  const holder =
    format === 'events' ? [item, jsonOrText((item as SentEvent | undefined)?.data ?? '')] : [item];
  return holder.some(each => {
    const value =
      column < 0 ? valueAt(each, jsonPointer(...inner)) : (item as TableRow | undefined)?.[column];
    return typeof value === 'string'
      ? isRedactionMark(value)
      : LOOKS_INSIDE.test(rule) && containsMark(value);
  });
}

/** The beginning is enough: a mark is short. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 1000)).toString('utf8');
}
