// Generates a string for `pattern`, `format` and the limits of its length. JSON Schema Faker makes those of patterns and formats.

import { Buffer } from 'node:buffer';
import type { JsonObject } from '../../exchange/json.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { SchemaReader } from '../../schema/annotations.ts';
import { type Faker, fake, MAX_LENGTH, randomLetters, stringsMatching } from './string-patterns.ts';

/** Used if no string can be generated. If it is invalid, the response has a finding. */
const PLACEHOLDER = 'string';

export interface StringOptions {
  readonly generate: Faker;
  readonly reader: Pick<SchemaReader, 'matchesName'>;
}

export function generateString(
  { generate, reader }: StringOptions,
  keywords: readonly JsonObject[],
  random: () => number,
  attempt: number,
  /** Texts that a reader expects. */
  expected: readonly string[] = [],
): string {
  const { minLength, maxLength, patterns, formats } = limitsOf(keywords);
  const fits = (text: string): boolean =>
    (minLength === 0 || [...text].length >= minLength) &&
    (text.length <= maxLength || [...text].length <= maxLength) &&
    patterns.every(each => reader.matchesName(each, text));
  const candidates = function* (): Generator<string> {
    yield* expected;
    // Sentences are repeated.
    for (const text of expected)
      if (text.length < minLength && text.includes(' ')) yield text.padEnd(minLength, ` ${text}`);
    for (const format of formats) yield* formatted(format, minLength, maxLength, random, generate);
    // Later attempts begin with another of the patterns that have to match together.
    for (const [index] of patterns.entries()) {
      const pattern = patterns[(index + attempt) % patterns.length] ?? '';
      yield* stringsMatching(pattern, minLength, maxLength, random, generate);
    }
    if (texts(keywords, 'contentEncoding').includes('base64') && patterns.length === 0)
      yield* formatted('byte', minLength, maxLength, random, generate);
  };
  let first: string | undefined;
  for (const candidate of candidates()) {
    if (fits(candidate)) return candidate;
    first ??= candidate;
  }
  if (patterns.length > 0) return first ?? PLACEHOLDER;
  const length = Math.min(maxLength, Math.max(minLength, 5 + Math.floor(random() * 6)));
  return randomLetters(length, random);
}

const limitsOf = perObject((keywords: readonly JsonObject[]) => ({
  minLength: Math.min(MAX_LENGTH, Math.max(0, ...numbers(keywords, 'minLength'))),
  maxLength: Math.min(MAX_LENGTH, ...numbers(keywords, 'maxLength')),
  patterns: texts(keywords, 'pattern'),
  formats: texts(keywords, 'format'),
}));

export function maxLengthOf(keywords: readonly JsonObject[]): number {
  return limitsOf(keywords).maxLength;
}

function numbers(keywords: readonly JsonObject[], name: string): number[] {
  return keywords.map(schema => schema[name]).filter(value => typeof value === 'number');
}

function texts(keywords: readonly JsonObject[], name: string): string[] {
  return keywords.map(schema => schema[name]).filter(value => typeof value === 'string');
}

/** Strings of a format: a usual one, a longer or a shorter one. */
function* formatted(
  format: string,
  minLength: number,
  maxLength: number,
  random: () => number,
  generate: Faker,
): Generator<string> {
  const filler = (used: number): string =>
    randomLetters(Math.max(1, Math.min(MAX_LENGTH, minLength - used)), random);
  const name = randomLetters(6, random);
  switch (format) {
    case 'email':
    case 'idn-email': {
      yield `${name}@example.com`;
      // The local part has at most 64 characters, a label of the domain 63 (RFC 5321, RFC 1035).
      const labels = randomLetters(Math.max(1, minLength - 69), random).replace(/.{60}(?=.)/g, '$&.');
      yield `${randomLetters(Math.max(1, Math.min(64, minLength - 5)), random)}@${labels}.com`;
      yield `${randomLetters(Math.max(1, maxLength - 5), random).slice(0, 60)}@a.co`;
      return;
    }
    case 'hostname':
    case 'idn-hostname':
      yield `${name}.example.com`;
      yield filler(4)
        .replace(/.{60}(?=.)/g, '$&.')
        .concat('.com');
      yield randomLetters(Math.max(1, Math.min(60, maxLength)), random);
      return;
    case 'uri':
    case 'url':
    case 'iri':
    case 'uri-reference':
    case 'iri-reference':
    case 'uri-template':
      yield `https://example.com/${name}`;
      yield `https://example.com/${filler(20)}`;
      yield 'http://a.co';
      yield 'a:b';
      return;
    case 'byte': {
      const bytes = Math.max(6, Math.ceil(minLength / 4) * 3);
      yield Buffer.from(randomLetters(bytes, random)).toString('base64');
      yield Buffer.from(
        randomLetters(Math.max(0, Math.floor(maxLength / 4) * 3), random).slice(0, 300),
      ).toString('base64');
      return;
    }
    case 'regex':
      yield filler(0);
      return;
    case 'json-pointer':
      yield `/${filler(1)}`;
      yield '';
      return;
    case 'relative-json-pointer':
      yield '0';
      yield `0/${filler(2)}`;
      return;
    case 'json-pointer-uri-fragment':
      yield `#/${filler(2)}`;
      yield '#';
      return;
    case 'int32':
    case 'int64':
      yield String(Math.floor(random() * 1000)).padStart(minLength, '1');
      return;
    case 'decimal':
    case 'double':
    case 'float':
      yield (random() * 1000).toFixed(2);
      return;
    case 'date':
    case 'date-time':
    case 'time':
    case 'duration':
    case 'uuid':
    case 'guid':
    case 'ipv4':
    case 'ipv6': {
      const text = fake(generate, { format: format === 'guid' ? 'uuid' : format }, random);
      if (text !== undefined) yield text;
      if (format === 'date-time' && text !== undefined) {
        yield text.replace(/\.\d+/, '');
        yield text.replace(/(\.\d+)?Z$/, `.${'0'.repeat(Math.min(9, Math.max(1, minLength - 21)))}Z`);
      }
      if (format === 'ipv6') yield '::1';
      // Patterns beside the format often allow some units only.
      if (format === 'duration') yield* ['P1D', 'PT1H', 'PT1M', 'PT1S'];
      return;
    }
    default:
      return;
  }
}
