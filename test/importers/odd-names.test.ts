// Names that every object inherits, and members named like its methods, in the files of other mock servers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeImport } from '../../src/importers/describe-import.ts';
import { importFiles } from '../../src/importers/import-files.ts';
import { readInputs } from '../../src/importers/read-inputs.ts';
import { writeImport } from '../../src/importers/write-import.ts';
import { loadContract } from '../../src/openapi/load.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-odd-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Has no text: String() throws. */
const ODD = { toString: null, constructor: 1 };
const stub = (request: object, response: object): object => ({
  request: { method: 'GET', urlPath: '/a', ...request },
  response: { status: 200, ...response },
});
const route = (response: object, more: object = {}): object => ({
  ...{ lastMigration: 33, endpointPrefix: '' },
  routes: [
    { type: 'http', method: 'get', endpoint: 'a', responses: [{ statusCode: 200, ...response }], ...more },
  ],
});
const rule = (target: unknown, operator: unknown): object =>
  route({ rules: [{ target, modifier: 'x', value: 'y', operator, invert: false }] });
const expectation = (request: object, response: object): object[] => [
  { httpRequest: { path: '/a', ...request }, httpResponse: { statusCode: 200, ...response } },
];

test.each([
  ['a helper', stub({}, { body: '{{constructor 1}}', transformers: ['response-template'] })],
  ['a condition', stub({}, { body: '{{#if (toString 1)}}a{{/if}}', transformers: ['response-template'] })],
  ['a matcher', stub({ headers: { a: { constructor: 'x' } } }, {})],
  ['a part of a request', stub({ constructor: {} }, {})],
  ['a fault', stub({}, { fault: 'constructor' })],
  ['a fault without text', stub({}, { fault: ODD })],
  ['a header without text', stub({}, { headers: { a: ODD, b: [ODD] } })],
  ['a distribution', stub({}, { delayDistribution: { type: ODD } })],
  ['a helper of Mockoon', route({ body: '{{constructor 1 2}}' })],
  ['a method of Faker', route({ body: "{{faker 'constructor'}}" })],
  ['a type of a route', route({}, { type: ODD })],
  ['a target', rule('constructor', 'equals')],
  ['a target without text', rule(ODD, ODD)],
  ['a condition of MockServer', expectation({ constructor: {} }, {})],
  ['a type of a body', expectation({ body: { type: 'constructor' } }, {})],
  ['a regular expression', expectation({ body: { type: 'REGEX', regex: ODD } }, {})],
  ['a unit', expectation({}, { delay: { timeUnit: 'constructor', value: 1 } })],
  ['a header of MockServer', expectation({}, { headers: { a: [ODD] } })],
])('%s', async (_, input) => {
  const file = path.join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify(input));
  const { losses } = await importFiles(readInputs(file, file), undefined);
  for (const { construct, reason, remedy } of losses)
    expect([construct, reason, remedy].map(each => typeof each)).toEqual(['string', 'string', 'string']);
  expect(JSON.stringify(losses)).not.toMatch(/\[object |native code/);
});

test('a rule that cannot be used is left out and listed, and a reply to HEAD has no body', async () => {
  const file = path.join(folder, 'rules.json');
  const document = path.join(folder, 'api.yaml');
  const schema = { schema: { type: 'no type' } };
  const body = { type: 'BINARY', base64Bytes: 'iVBORw==', contentType: 'image/png' };
  writeFileSync(
    file,
    JSON.stringify([
      ...expectation({ queryStringParameters: { n: [schema] } }, { body: 'a' }),
      { httpRequest: { path: '/b' }, httpResponse: { statusCode: 200, body } },
    ]),
  );
  const imported = await importFiles(readInputs(file, file), undefined);
  writeFileSync(document, describeImport(imported, 'api', 'rules.json'));
  const { contract } = await loadContract([`api=${document}`], { relativeTo: folder });
  const { losses, files } = writeImport(contract, imported, 'rules.json', true);
  expect(losses).toContainEqual(
    expect.objectContaining({
      construct: 'rule',
      reason: expect.stringMatching(/schema .*the rule is left/),
    }),
  );
  expect(files.map(({ name }) => name)).toEqual(['api/files/body.png', 'api/mockserver.yaml']);
});
