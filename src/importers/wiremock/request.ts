// Reads the request of a WireMock stub: methods, path and conditions.
import { Buffer } from 'node:buffer';
import { parsePairs } from '../../exchange/exchange.ts';
import { isObject, type JsonObject, ownMember, textOfValue } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { type BodyTest, bodyConditions } from '../body-tests.ts';
import { DOCUMENT_METHODS } from '../document.ts';
import { below, placedObjects } from '../import-input.ts';
import type { LossList } from '../loss-list.ts';
import type { Conditions, ImportedWhen, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { literalPath, type PathPattern, regExpPath, templatePath } from '../path-pattern.ts';
import { allOf, equalText, escapeRegExp, matching, type Predicate, toCondition } from '../predicate.ts';
import { readBodyPatterns, readMultipartPatterns } from './body-patterns.ts';
import { readContentPattern, readNamedPatterns } from './content-patterns.ts';

export interface StubRequest {
  readonly methods: readonly string[];
  readonly path: PathPattern;
  readonly when: ImportedWhen;
}

/** Members that rules cannot test. */
const WITHOUT_COUNTERPART: Readonly<Record<string, string>> = {
  scheme: 'remove the matcher: the mock is served by HTTP',
  port: 'remove the matcher: the mock is served on one port',
  clientIp: 'remove the matcher, or use sessions to separate clients',
  customMatcher: 'write the condition by hand, see docs/scenarios.md',
};

const KNOWN = new Set([
  ...['method', 'url', 'urlPath', 'urlPattern', 'urlPathPattern', 'urlPathTemplate', 'pathParameters'],
  ...['queryParameters', 'formParameters', 'headers', 'cookies', 'host', 'scheme', 'basicAuthCredentials'],
  ...['bodyPatterns', 'multipartPatterns'],
]);

/** @throws NotCarriedOver when rules cannot test what the stub tests */
export function readStubRequest(request: JsonObject, place: ImportPlace, losses: LossList): StubRequest {
  const at = '/request';
  for (const [name, value] of Object.entries(request))
    if (!KNOWN.has(name) || (name === 'scheme' && value !== 'http'))
      throw new NotCarriedOver(
        name,
        'rules have no such condition',
        ownMember(WITHOUT_COUNTERPART, name) ??
          'correct the name, or write the condition by hand, see docs/scenarios.md',
        at + jsonPointer(name),
      );
  const query = readNamedPatterns(request.queryParameters, `${at}/queryParameters`);
  const headers = readNamedPatterns(request.headers, `${at}/headers`);
  if (isObject(request.basicAuthCredentials)) {
    const { username, password } = request.basicAuthCredentials;
    const credentials = Buffer.from(`${textOfValue(username)}:${textOfValue(password)}`).toString('base64');
    headers.push(['Authorization', equalText(`Basic ${credentials}`)]);
  }
  if (request.host !== undefined) headers.push(['Host', hostPattern(request.host, `${at}/host`)]);
  const body = [
    ...readBodyPatterns(request.bodyPatterns, `${at}/bodyPatterns`),
    ...readMultipartPatterns(request.multipartPatterns, `${at}/multipartPatterns`),
    ...readNamedPatterns(request.formParameters, `${at}/formParameters`).map(
      ([name, predicate]): BodyTest => ({ key: jsonPointer(name), predicate }),
    ),
  ];
  const { path, pairs } = readUrl(request, at);
  if (typeof request.url === 'string' || typeof request.urlPattern === 'string')
    losses.add(
      place,
      `${at}/${typeof request.url === 'string' ? 'url' : 'urlPattern'}`,
      typeof request.url === 'string' ? 'url' : 'urlPattern',
      'a request with further query parameters gets the reply, too',
      'none is needed, unless a client sends such a request on purpose',
    );
  addIgnoredNames(request.multipartPatterns, place, losses);
  const pathTests = readPathParameters(request.pathParameters, path, `${at}/pathParameters`);
  return {
    methods: readMethods(request.method, `${at}/method`),
    path,
    when: {
      ...(pathTests.size > 0 && { path: pathTests }),
      ...conditions('query', [...pairs, ...query]),
      ...conditions('headers', headers),
      ...conditions('cookies', readNamedPatterns(request.cookies, `${at}/cookies`)),
      ...bodyConditions(body),
    },
  };
}

function addIgnoredNames(patterns: unknown, place: ImportPlace, losses: LossList): void {
  for (const [pattern, at] of placedObjects(patterns, below(place, 'request', 'multipartPatterns')))
    for (const name of ['name', 'fileName'])
      if (pattern[name] !== undefined)
        losses.add(
          at,
          `/${name}`,
          `${name} of a part`,
          'WireMock does not test it, and neither does the rule',
          'test the part by its name: when: { body: { /name: ... } }',
        );
}

/** Several tests of one name become one condition. */
function conditions(
  key: 'query' | 'headers' | 'cookies',
  tests: readonly (readonly [string, Predicate])[],
): {
  readonly [name in typeof key]?: Conditions;
} {
  if (tests.length === 0) return {};
  const byName = Map.groupBy(tests, ([name]) => name);
  return {
    [key]: Object.fromEntries(
      [...byName].map(([name, own]) => [name, toCondition(allOf(own.map(([, predicate]) => predicate)))]),
    ),
  };
}

function readMethods(method: unknown, at: string): string[] {
  const name = typeof method === 'string' ? method.toUpperCase() : 'ANY';
  if (name === 'ANY') return [];
  if (name === 'GET_OR_HEAD') return ['GET', 'HEAD'];
  if (DOCUMENT_METHODS.has(name)) return [name];
  throw new NotCarriedOver('method', `OpenAPI 3.1 has no method ${name}`, 'use another method', at);
}

function hostPattern(host: unknown, at: string): Predicate {
  if (typeof host === 'string') return matching(`^${escapeRegExp(host)}(?::\\d+)?$`, at);
  if (isObject(host) && typeof host.equalTo === 'string')
    return matching(`^${escapeRegExp(host.equalTo)}(?::\\d+)?$`, at);
  return readContentPattern(host, at);
}

interface Url {
  readonly path: PathPattern;
  readonly pairs: readonly (readonly [string, Predicate])[];
}

function readUrl(request: JsonObject, at: string): Url {
  const { url, urlPath, urlPattern, urlPathPattern, urlPathTemplate } = request;
  if (typeof urlPath === 'string') return { path: literalPath(urlPath), pairs: [] };
  if (typeof urlPathTemplate === 'string') return { path: templatePath(urlPathTemplate), pairs: [] };
  if (typeof urlPathPattern === 'string')
    return { path: regExpPath(urlPathPattern, `${at}/urlPathPattern`), pairs: [] };
  if (typeof url === 'string') {
    const [path = '', ...query] = url.split('?');
    const pairs = parsePairs(query.join('?')).map(({ name, value }) => [name, equalText(value)] as const);
    return { path: literalPath(path), pairs };
  }
  if (typeof urlPattern === 'string') return readUrlPattern(urlPattern, `${at}/urlPattern`);
  return { path: { segments: [], isOpen: true }, pairs: [] };
}

/** The query is a list of "name=expression". */
function readUrlPattern(source: string, at: string): Url {
  const [path = '', ...rest] = source.split('\\?');
  const query = rest.join('\\?').replace(/(?<!\\)\$$/, '');
  if (query === '' || query === '.*') return { path: regExpPath(path, at), pairs: [] };
  const pairs = query.split('&').map(pair => {
    const [, name, expression] = /^([\w.-]+)=(.+)$/.exec(pair) ?? [];
    if (name === undefined || expression === undefined)
      throw new NotCarriedOver(
        'urlPattern',
        `the query /${query}/ cannot be divided into parameters`,
        'use "urlPathPattern" and "queryParameters"',
        at,
      );
    return [name, matching(`^(?:${expression})$`, at)] as const;
  });
  return { path: regExpPath(path, at), pairs };
}

function readPathParameters(value: unknown, { segments }: PathPattern, at: string): Map<number, Predicate> {
  return new Map(
    readNamedPatterns(value, at).map(([name, predicate]) => {
      const index = segments.findIndex(segment => 'name' in segment && segment.name === name);
      if (index >= 0) return [index, predicate];
      throw new NotCarriedOver(
        'pathParameters',
        `the path has no variable "${name}"`,
        'name it in "urlPathTemplate"',
        at + jsonPointer(name),
      );
    }),
  );
}
