// The migration page and the inputs of MockServer against the types of its client, which are made from its schema.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const TYPES = 'test/peers/node_modules/mockserver-client/mockServer.d.ts';
const FIXTURES = path.join(import.meta.dirname, 'mockserver');

/** The types of an expectation, but for actions that are no HTTP responses: of those the page has the name. */
const READ = [
  ...['Expectation', 'HttpRequest', 'OpenAPIDefinition', 'ConditionalRequestDefinition', 'Jwt'],
  ...['DnsRequestDefinition', 'BinaryRequestDefinition', 'StringOrJsonSchema', 'SocketAddress', 'Body'],
  ...[
    'HttpResponse',
    'BodyWithContentType',
    'ConnectionOptions',
    'Delay',
    'DelayDistribution',
    'HttpTemplate',
  ],
  ...['HttpForward', 'HttpClassCallback', 'HttpObjectCallback', 'HttpError', 'Times', 'TimeToLive'],
  ...['KeyToMultiValue', 'KeyToValue'],
];

test('they have every member of the types', () => {
  const source = readFileSync(TYPES, 'utf8').replace(/\/\*.*?\*\//gs, '');
  const types = new Map(
    [...source.matchAll(/^export (?:type|interface) (\w+)(.*?)(?=^export )/gms)].map(
      ([, name = '', text = '']) => [name, text],
    ),
  );
  const members = READ.flatMap(name =>
    [...(types.get(name) ?? '').matchAll(/(?<=[{;\s])(\w+)\??:/g)].map(([, member = '']) => member),
  );
  expect(members.length).toBeGreaterThan(130);
  const page = readFileSync('docs/from-mockserver.md', 'utf8');
  const inputs = readdirSync(FIXTURES)
    .map(file => readFileSync(path.join(FIXTURES, file), 'utf8'))
    .join('\n');
  const names = [...new Set(members)].filter(name => name !== 'key');
  expect(names.filter(name => !page.includes(`\`${name}\``))).toEqual([]);
  expect(names.filter(name => !inputs.includes(`"${name}"`))).toEqual([]);
});
