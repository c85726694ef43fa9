// Reads the body patterns of a WireMock stub: of the text, of the JSON value, and of parts of it.
import { Buffer } from 'node:buffer';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { type BodyTest, checkedJsonPath } from '../body-tests.ts';
import { utf8Text } from '../import-input.ts';
import { equalJsonSchema } from '../json-schema.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { allOf, anyOf, equalText, not, PRESENT, satisfying } from '../predicate.ts';
import { readContentPattern, unknownMatcher } from './content-patterns.ts';

/** @throws NotCarriedOver when rules have no such test */
export function readBodyPatterns(patterns: unknown, at: string): BodyTest[] {
  if (!Array.isArray(patterns)) return [];
  return patterns.flatMap((pattern: unknown, index) => readBodyPattern(pattern, `${at}/${index}`));
}

function readBodyPattern(pattern: unknown, at: string): BodyTest[] {
  if (!isObject(pattern)) throw unknownMatcher('bodyPatterns', at);
  if (Array.isArray(pattern.and)) return readBodyPatterns(pattern.and, `${at}/and`);
  if (Array.isArray(pattern.or)) {
    const tests = pattern.or.map((each: unknown, index) =>
      single(readBodyPattern(each, `${at}/or/${index}`), at),
    );
    const [first] = tests;
    if (first === undefined || tests.some(({ key }) => key !== first.key)) throw mixed(at);
    return [{ key: first.key, predicate: anyOf(tests.map(({ predicate }) => predicate)) }];
  }
  if (pattern.not !== undefined) {
    const { key, predicate } = single(readBodyPattern(pattern.not, `${at}/not`), at);
    return [{ key, predicate: not(predicate) }];
  }
  if (pattern.equalToJson !== undefined) return [readEqualToJson(pattern, `${at}/equalToJson`)];
  if (pattern.matchesJsonPath !== undefined)
    return [readJsonPath(pattern.matchesJsonPath, `${at}/matchesJsonPath`)];
  if (pattern.matchesJsonSchema !== undefined) {
    const schema = parsed(pattern.matchesJsonSchema, `${at}/matchesJsonSchema`);
    if (!isObject(schema)) throw unknownMatcher('matchesJsonSchema', at);
    const { $schema: _, ...rest } = schema;
    return [{ key: '', predicate: satisfying(rest) }];
  }
  if (typeof pattern.binaryEqualTo === 'string') {
    const text = utf8Text(Buffer.from(pattern.binaryEqualTo, 'base64'));
    if (text !== undefined) return [{ key: undefined, predicate: equalText(text) }];
    throw new NotCarriedOver(
      'binaryEqualTo',
      'the bytes are no text, and a condition tests texts only',
      'distinguish the requests by a header or by the path',
      at,
    );
  }
  return [{ key: undefined, predicate: readContentPattern(pattern, at) }];
}

/**
 * Tests of the parts of a form, each of which is a text. WireMock does not test their names.
 * @throws NotCarriedOver when rules have no such test
 */
export function readMultipartPatterns(patterns: unknown, at: string): BodyTest[] {
  if (!Array.isArray(patterns)) return [];
  return patterns.map((pattern: unknown, index): BodyTest => {
    const place = `${at}/${index}`;
    if (!isObject(pattern)) throw unknownMatcher('multipartPatterns', place);
    if (pattern.headers !== undefined)
      throw untestablePart(
        'headers',
        'conditions do not see the header fields of a part',
        `${place}/headers`,
      );
    const tests = readBodyPatterns(pattern.bodyPatterns, `${place}/bodyPatterns`);
    if (tests.some(({ key }) => key !== undefined))
      throw untestablePart('bodyPatterns', 'a part is tested as a text', `${place}/bodyPatterns`);
    const { schema } = allOf([PRESENT, ...tests.map(each => each.predicate)]);
    if (pattern.matchingType === 'ALL')
      return { key: '', predicate: satisfying({ type: 'object', additionalProperties: schema }) };
    if (patterns.length === 1) return { key: '$.*', predicate: satisfying(schema) };
    // Each pattern may be about another part.
    const none = { additionalProperties: { not: schema } };
    return { key: '', predicate: satisfying({ type: 'object', not: none }) };
  });
}

function untestablePart(construct: string, reason: string, at: string): NotCarriedOver {
  return new NotCarriedOver(
    construct,
    reason,
    'test the text of the body: when: { text: { matches: ... } }',
    at,
  );
}

function single(tests: readonly BodyTest[], at: string): BodyTest {
  const [only, ...others] = tests;
  if (only === undefined || others.length > 0) throw mixed(at);
  return only;
}

function mixed(at: string): NotCarriedOver {
  return new NotCarriedOver(
    'and, or, not',
    'the alternatives are about different parts of the body, and all conditions of a rule must hold',
    'write one stub for each alternative',
    at,
  );
}

function readEqualToJson(pattern: JsonObject, at: string): BodyTest {
  const schema = equalJsonSchema(parsed(pattern.equalToJson, at), {
    ignoreExtraElements: pattern.ignoreExtraElements === true,
    ignoreArrayOrder: pattern.ignoreArrayOrder === true,
  });
  return { key: '', predicate: satisfying(schema) };
}

function readJsonPath(value: unknown, at: string): BodyTest {
  if (typeof value === 'string') return { key: checkedJsonPath(value, at), predicate: PRESENT };
  if (!isObject(value) || typeof value.expression !== 'string') throw unknownMatcher('matchesJsonPath', at);
  const { expression, ...pattern } = value;
  const key = checkedJsonPath(expression, `${at}/expression`);
  if (Object.keys(pattern).length === 0) return { key, predicate: PRESENT };
  return pattern.equalToJson === undefined
    ? { key, predicate: readContentPattern(pattern, at) }
    : { ...readEqualToJson(pattern, at), key };
}

/** JSON may be written as a text. */
function parsed(value: unknown, at: string): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    const reason = `the text is no JSON: ${(error as Error).message}`;
    throw new NotCarriedOver('JSON in a text', reason, 'correct the JSON', at);
  }
}
