// Generates random OpenAPI documents: operations of many kinds, with valid and invalid exchanges.
import fc from 'fast-check';
import type { Headers, Request, Response } from '../../src/exchange/exchange.ts';
import { AUTHORIZATIONS, isJson, type Json, JUNK, jsonBody, mutations } from './corrupt.ts';
import { anySchema, instances, primitives, some, type Version } from './random-schemas.ts';

const STYLES = [
  { in: 'query', style: 'form', explode: true },
  { in: 'query', style: 'form', explode: false },
  { in: 'query', style: 'spaceDelimited', explode: false },
  { in: 'query', style: 'pipeDelimited', explode: false },
  { in: 'query', style: 'deepObject', explode: true },
  { in: 'header', style: 'simple', explode: false },
  { in: 'header', style: 'simple', explode: true },
  ...['simple', 'label', 'matrix'].flatMap(style => [
    { in: 'path', style, explode: false },
    { in: 'path', style, explode: true },
  ]),
] as const;

interface RandomParameter {
  readonly parameter: { name: string; in: string; style: string; explode: boolean; schema: Json };
  readonly values: readonly unknown[];
}

/** A parameter of any style with values for it. */
function anyParameter(version: Version, name: string): fc.Arbitrary<RandomParameter> {
  const { primitive } = primitives(version);
  const array = some(
    { type: fc.constant('array'), items: primitive, maxItems: fc.constant(2) },
    'type',
    'items',
  );
  const object = some(
    {
      type: fc.constant('object'),
      properties: fc.record({ r: primitive, G: primitive }),
      required: fc.subarray(['r', 'G'], { minLength: 1 }),
      additionalProperties: fc.constant(false),
    },
    'type',
    'properties',
  );
  return fc.constantFrom(...STYLES).chain(serialization => {
    const kinds =
      serialization.style === 'deepObject'
        ? [object]
        : serialization.style.endsWith('Delimited')
          ? [array]
          : [primitive, array, object];
    return fc.tuple(fc.oneof(...kinds), fc.boolean()).chain(([schema, required]) =>
      fc.array(instances(schema), { minLength: 4, maxLength: 4 }).map(values => ({
        parameter: { name, ...serialization, required: required || serialization.in === 'path', schema },
        values,
      })),
    );
  });
}

/** Serializes a value in a style (OpenAPI, "Style Values"): name=value pairs for a query, text for a path or header. */
function serialize(
  { name, in: location, style, explode }: RandomParameter['parameter'],
  value: unknown,
): string {
  const text = (each: unknown): string =>
    location === 'header' ? String(each) : encodeURIComponent(String(each));
  const members = isJson(value) ? Object.entries(value).map(([key, each]) => [key, text(each)]) : undefined;
  const items = Array.isArray(value) ? value.map(text) : undefined;
  const flat = members?.flat() ?? items ?? [text(value)];
  const named = members?.map(pair => pair.join('=')) ?? items;
  if (location === 'query') {
    if (style === 'deepObject')
      return (members ?? []).map(([key, each]) => `${name}[${key}]=${each}`).join('&');
    if (explode && items) return items.map(each => `${name}=${each}`).join('&');
    if (explode && members) return members.map(pair => pair.join('=')).join('&');
    return `${name}=${flat.join(style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '|' : ',')}`;
  }
  if (style === 'label') return `.${(explode ? (named ?? flat) : flat).join(explode ? '.' : ',')}`;
  if (style === 'matrix') {
    if (explode && items) return items.map(each => `;${name}=${each}`).join('');
    if (explode && members) return members.map(pair => `;${pair.join('=')}`).join('');
    return `;${name}=${flat.join(',')}`;
  }
  return (explode ? (named ?? flat) : flat).join(',');
}

const SCHEMES = {
  basic: { type: 'http', scheme: 'basic' },
  bearer: { type: 'http', scheme: 'bearer' },
  digest: { type: 'http', scheme: 'digest' },
  openId: { type: 'openIdConnect', openIdConnectUrl: 'https://example.com/id' },
  header: { type: 'apiKey', in: 'header', name: 'X-Key' },
  query: { type: 'apiKey', in: 'query', name: 'key' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'key' },
};
const DIGEST = 'Digest username="a", realm="b", nonce="c", uri="d", response="e"';

export interface Plan {
  readonly path: string;
  readonly requests: readonly Request[];
  readonly responses: readonly Response[];
}

/** A document of random operations, with valid and invalid exchanges for each. */
export function randomDocument(
  version: Version,
  count: number,
  seed: number,
): { document: Json; plans: Plan[] } {
  const security = fc.array(fc.subarray(Object.keys(SCHEMES), { maxLength: 2 }), { maxLength: 2 });
  const credentials = fc.record({
    authorization: fc.option(fc.constantFrom(...AUTHORIZATIONS, DIGEST)),
    'x-key': fc.option(fc.constantFrom('k', '')),
    cookie: fc.option(fc.constantFrom('key=k', 'other=k')),
    query: fc.constantFrom('', '', 'key=k', 'key='),
  });
  const operation = fc
    .record({
      parameter: anyParameter(version, 'p'),
      body: anySchema(version),
      header: primitives(version).primitive,
      security,
      credentials: fc.array(credentials, { minLength: 6, maxLength: 6 }),
    })
    .chain(parts =>
      fc.tuple(
        fc.constant(parts),
        fc.array(instances(parts.body), { minLength: 4, maxLength: 4 }),
        fc.array(instances(parts.header), { minLength: 3, maxLength: 3 }),
      ),
    );
  const paths: Record<string, Json> = {};
  const plans = fc.sample(operation, { numRuns: count, seed }).map(([parts, bodies, fields], index): Plan => {
    const { parameter, values } = parts.parameter;
    const path = `/op${index}${parameter.in === 'path' ? '/{p}' : ''}`;
    const content = { 'application/json': { schema: parts.body } };
    const headers = { 'X-Field': { required: true, schema: parts.header } };
    paths[path] = {
      post: {
        parameters: [parameter],
        requestBody: { content },
        responses: { 200: { description: 'Response.', headers, content } },
        security: parts.security.map(names => Object.fromEntries(names.map(name => [name, []]))),
      },
    };
    const texts = values.map(value => serialize(parameter, value));
    const plain = { 'content-type': ['application/json'] };
    const request = (text: string, body: unknown, sent: Headers = {}, query = ''): Request => ({
      method: 'POST',
      path: path.replace('{p}', text),
      query: [parameter.in === 'query' ? text : '', query].filter(piece => piece !== '').join('&'),
      headers: { ...plain, ...(parameter.in === 'header' && text !== '' && { p: [text] }), ...sent },
      body: jsonBody(body),
    });
    const [text = '', validBody = null] = [texts[0], bodies[0]];
    const duplicates = parameter.in === 'query' ? [`${text}&${text}`] : [];
    const mutated = bodies
      .flatMap(body => [...mutations(body)])
      .filter((_, at, { length }) => at % Math.ceil(length / 10) === 0);
    const junk = JUNK.map(each =>
      parameter.in === 'query' ? `p${parameter.style === 'deepObject' ? '[r]' : ''}=${each}` : each,
    );
    return {
      path,
      requests: [
        ...texts.concat(junk, duplicates, '').map(each => request(each, validBody)),
        ...bodies.concat(mutated).map(body => request(text, body)),
        ...parts.credentials.map(({ query, ...fields }) => request(text, validBody, fieldsOf(fields), query)),
      ],
      responses: [
        ...bodies.concat(mutated).map(body => [body, fields[0]]),
        ...fields.concat('x', '').map(field => [validBody, field]),
      ].map(([body, field]) => ({
        status: 200,
        headers: { ...plain, 'x-field': [String(field)] },
        body: jsonBody(body),
      })),
    };
  });
  const tree = {
    type: 'object',
    properties: { label: { type: 'string' }, inner: { $ref: '#/components/schemas/Tree' } },
  };
  const components = { schemas: { Tree: tree }, securitySchemes: SCHEMES };
  const info = { title: 'Random', version: '1' };
  return { document: { openapi: `${version}.0`, info, paths, components }, plans };
}

function fieldsOf(fields: Record<string, string | null>): Headers {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, [value]]])),
  );
}
