// Reads the request of an expectation of MockServer: method, path and conditions.
import { Buffer } from 'node:buffer';
import { isObject, type JsonObject, ownMember, textOfValue } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { satisfies } from '../../schema/schemas.ts';
import { type BodyTest, bodyConditions, checkedJsonPath } from '../body-tests.ts';
import { DOCUMENT_METHODS } from '../document.ts';
import { utf8Text } from '../import-input.ts';
import { equalJsonSchema } from '../json-schema.ts';
import type { Conditions, ImportedWhen } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { literalPath, type PathPattern, regExpPath, templatePath } from '../path-pattern.ts';
import {
  allOf,
  containing,
  equalText,
  matching,
  not,
  PRESENT,
  type Predicate,
  satisfying,
  toCondition,
} from '../predicate.ts';
import { readNamedMatchers, readTextMatcher } from './matchers.ts';

export interface ExpectedRequest {
  readonly methods: readonly string[];
  readonly path: PathPattern;
  readonly when: ImportedWhen;
}

/** Members that conditions do not see. */
const WITHOUT_COUNTERPART: Readonly<Record<string, string>> = {
  specUrlOrPayload: 'give the document to the mock itself: import with --specs',
  operationId: 'write a rule with "on"',
  secure: 'remove the matcher: the mock is served by HTTP',
  protocol: 'remove the matcher: the mock is served by HTTP/1.1',
  keepAlive: 'remove the matcher',
  socketAddress: 'remove the matcher',
  localAddress: 'remove the matcher',
  remoteAddress: 'remove the matcher, or use sessions to separate clients',
  clientCertificateChain: 'remove the matcher',
};

const KNOWN = new Set([
  ...['method', 'path', 'pathParameters', 'queryStringParameters', 'headers', 'cookies', 'body'],
  ...['not', ...Object.keys(WITHOUT_COUNTERPART)],
]);

/** @throws NotCarriedOver when rules cannot test what the expectation tests */
export function readExpectedRequest(request: JsonObject): ExpectedRequest {
  const at = '/httpRequest';
  for (const name of Object.keys(request))
    if (!KNOWN.has(name) || ownMember(WITHOUT_COUNTERPART, name) !== undefined)
      throw new NotCarriedOver(
        name,
        'rules have no such condition',
        ownMember(WITHOUT_COUNTERPART, name) ?? 'write the condition by hand, see docs/scenarios.md',
        at + jsonPointer(name),
      );
  if (request.not === true)
    throw new NotCarriedOver(
      'not',
      'conditions of a rule are not negated together',
      'negate each',
      `${at}/not`,
    );
  const path = readPath(
    request.path,
    isObject(request.pathParameters) || Array.isArray(request.pathParameters),
    at,
  );
  const pathTests = readNamedMatchers(request.pathParameters, 'pathParameters', `${at}/pathParameters`).map(
    ([name, predicate]): [number, Predicate] => {
      const index = path.segments.findIndex(segment => 'name' in segment && segment.name === name);
      if (index >= 0) return [index, predicate];
      throw new NotCarriedOver(
        'pathParameters',
        `the path has no variable "${name}"`,
        'name it in "path", as {name}',
        `${at}/pathParameters${jsonPointer(name)}`,
      );
    },
  );
  const named = (
    key: 'query' | 'headers' | 'cookies',
    member: string,
  ): { [name in typeof key]?: Conditions } => {
    const tests = readNamedMatchers(request[member], member, `${at}/${member}`);
    return tests.length === 0
      ? {}
      : { [key]: Object.fromEntries(tests.map(([name, predicate]) => [name, toCondition(predicate)])) };
  };
  return {
    methods: readMethods(request.method, `${at}/method`),
    path,
    when: {
      ...(pathTests.length > 0 && { path: new Map(pathTests) }),
      ...named('query', 'queryStringParameters'),
      ...named('headers', 'headers'),
      ...named('cookies', 'cookies'),
      ...(request.body === undefined ? {} : bodyConditions(readBodyMatcher(request.body, `${at}/body`))),
    },
  };
}

function readMethods(method: unknown, at: string): string[] {
  if (method === undefined || method === '' || method === '.*') return [];
  const { schema } = readTextMatcher(method, at);
  const methods = [...DOCUMENT_METHODS].filter(name => satisfies(schema, name));
  if (methods.length > 0) return methods;
  throw new NotCarriedOver('method', 'no method of OpenAPI 3.1 matches it', 'name a method', at);
}

function readPath(path: unknown, isTemplate: boolean, at: string): PathPattern {
  if (path === undefined || path === '') return { segments: [], isOpen: true };
  if (typeof path !== 'string' || path.startsWith('!'))
    throw new NotCarriedOver(
      'path',
      'a rule is for a path, not for all others',
      'name the path',
      `${at}/path`,
    );
  if (isTemplate || /\{[A-Za-z_]\w*\}/.test(path)) return templatePath(path);
  return /[\\^$*+?()[\]|]|\{\d/.test(path) ? regExpPath(path, `${at}/path`) : literalPath(path);
}

/** Types without a condition, with the remedy. */
const OTHER_BODIES: Readonly<Record<string, string>> = {
  XML: 'test the text of the body: when: { text: { matches: ... } }',
  XML_SCHEMA: 'test the text of the body: when: { text: { matches: ... } }',
  XPATH: 'test the text of the body: when: { text: { matches: ... } }',
};

function readBodyMatcher(body: unknown, at: string): BodyTest[] {
  if (typeof body === 'string') return [{ key: undefined, predicate: readTextMatcher(body, at) }];
  if (!isObject(body) || (typeof body.type !== 'string' && !isWrapped(body)))
    return [{ key: '', predicate: lenientJson(body, true) }];
  const tests = readTypedBody(body, at);
  if (body.not !== true && body.optional !== true) return tests;
  const [only, ...others] = tests;
  const name = body.not === true ? 'not' : 'optional';
  if (only === undefined || others.length > 0)
    throw new NotCarriedOver(
      name,
      'it is about one test, and the body has several',
      'write an expectation for each',
      `${at}/${name}`,
    );
  const predicate = body.not === true ? not(only.predicate) : only.predicate;
  return [{ ...only, predicate: body.optional === true ? { ...predicate, absent: true } : predicate }];
}

/** MockServer writes a body without a type as { "json": ... }, { "string": ... } and so on. */
function isWrapped(body: JsonObject): boolean {
  const names = Object.keys(body).filter(
    name => !['not', 'optional', 'contentType', 'charset'].includes(name),
  );
  return (
    names.length === 1 &&
    ['json', 'string', 'regex', 'jsonPath', 'jsonSchema', 'parameters'].includes(names[0] ?? '')
  );
}

function readTypedBody(body: JsonObject, at: string): BodyTest[] {
  const has = (name: string): boolean => body[name] !== undefined;
  const type = typeof body.type === 'string' ? body.type.toUpperCase() : '';
  if (type === 'STRING' || has('string')) {
    const text = textOfValue(body.string);
    return [{ key: undefined, predicate: body.subString === true ? containing(text) : equalText(text) }];
  }
  if (type === 'REGEX' || has('regex'))
    return [{ key: undefined, predicate: matching(`^(?:${textOfValue(body.regex)})$`, `${at}/regex`) }];
  if (type === 'JSON' || has('json'))
    return [
      { key: '', predicate: lenientJson(parsed(body.json, `${at}/json`), body.matchType !== 'STRICT') },
    ];
  if (type === 'JSON_SCHEMA' || has('jsonSchema')) {
    const schema = parsed(body.jsonSchema, `${at}/jsonSchema`);
    if (!isObject(schema))
      throw new NotCarriedOver('jsonSchema', 'it is no schema', 'correct it', `${at}/jsonSchema`);
    const { $schema: _, ...rest } = schema;
    return [{ key: '', predicate: satisfying(rest) }];
  }
  if (type === 'JSON_PATH' || has('jsonPath'))
    return [{ key: checkedJsonPath(textOfValue(body.jsonPath), `${at}/jsonPath`), predicate: PRESENT }];
  if (type === 'PARAMETERS' || has('parameters'))
    return readNamedMatchers(body.parameters, 'parameters', `${at}/parameters`).map(([name, predicate]) => ({
      key: jsonPointer(name),
      predicate,
    }));
  if (Array.isArray(body.bodyAllOf))
    return body.bodyAllOf.flatMap((each: unknown, index) =>
      readBodyMatcher(each, `${at}/bodyAllOf/${index}`),
    );
  const text =
    typeof body.base64Bytes === 'string' ? utf8Text(Buffer.from(body.base64Bytes, 'base64')) : undefined;
  if (type === 'BINARY' && text !== undefined) return [{ key: undefined, predicate: equalText(text) }];
  throw new NotCarriedOver(
    `body ${type || Object.keys(body)[0] || ''}`,
    'rules have no such condition',
    ownMember(OTHER_BODIES, type) ?? 'write the condition by hand, see docs/scenarios.md',
    at,
  );
}

/** Unless it is strict, a body may have more members, and lists may be in another order. */
function lenientJson(value: unknown, isLenient: boolean): Predicate {
  return allOf([
    satisfying(
      equalJsonSchema(value, {
        ignoreExtraElements: isLenient,
        ignoreArrayOrder: isLenient,
        keepsLength: true,
      }),
    ),
  ]);
}

function parsed(value: unknown, at: string): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    throw new NotCarriedOver(
      'JSON in a text',
      `the text is no JSON: ${(error as Error).message}`,
      'correct the JSON',
      at,
    );
  }
}
