// Applying the suggested overlays with another tool removes the undocumented issues.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openapiOverlay } from 'openapi-format';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkRecordings } from '../../src/check/check.ts';
import { suggestOverlays } from '../../src/check/overlay.ts';
import { type Call, findingLines, folderWith, GOOD, har, SHOP } from './traffic.ts';

async function run(spec: string, calls: readonly Call[]) {
  const file = path.join(folderWith({ 'traffic.har': har(calls) }), 'traffic.har');
  return await checkRecordings({
    specs: [spec],
    load: { relativeTo: process.cwd() },
    traffic: [file],
    servers: [],
    settings: { failOn: ['violation', 'undocumented'], minCoverage: {}, side: 'both' },
    showValues: false,
    version: '0.0.0',
    today: '2026-11-21',
  });
}

const UNDOCUMENTED: readonly Call[] = [
  { ...GOOD, status: 418 },
  { ...GOOD, status: 503, body: '', answer: {} },
  { ...GOOD, body: '{"name":"tea","colour":"green"}' },
  { ...GOOD, body: '{"name":"tea","colour":null,"weight":1.5}' },
  { ...GOOD, body: '{"name":"tea","weight":2}' },
  { ...GOOD, url: '/orders/7?debug=1' },
  { ...GOOD, answer: { 'Content-Type': 'text/html' }, body: '<p>' },
  { method: 'DELETE', url: '/orders/7', status: 204, send: '{"why":"late"}' },
  { method: 'POST', url: '/orders', send: '{"name":"tea","gift":true}', status: 400, body: '{"no":1}' },
  { url: '/invoices/12/lines/4711', body: '{}' },
  { method: 'PUT', url: '/orders/7', send: '{"name":"tea"}', body: '{}' },
];

test('applying the overlay removes undocumented issues of every kind', async () => {
  const { report, contract } = await run(SHOP, UNDOCUMENTED);
  expect(report.exitCode).toBe(1);
  expect(new Set(findingLines(report).map(line => line.split(' ')[0]))).toEqual(
    new Set([
      'operation-undocumented',
      'parameter-undocumented',
      'request-body-undocumented',
      'request-property-undocumented',
      'response-body-undocumented',
      'response-media-type',
      'response-property-undocumented',
      'status-undocumented',
    ]),
  );
  const overlay = suggestOverlays(report, contract).get(SHOP);
  if (overlay === undefined) throw new Error('nothing was suggested');
  const { data, resultData } = await openapiOverlay(
    parse(readFileSync(SHOP, 'utf8')) as Parameters<typeof openapiOverlay>[0],
    {
      overlaySet: JSON.parse(JSON.stringify(overlay)) as NonNullable<
        Parameters<typeof openapiOverlay>[1]
      >['overlaySet'],
    },
  );
  expect(resultData.totalUnusedActions).toBe(0);
  const changed = path.join(folderWith({ 'shop.json': JSON.stringify(data) }), 'shop.json');
  const after = await run(changed, UNDOCUMENTED);
  expect(findingLines(after.report)).toEqual([]);
  expect(after.report).toMatchObject({ verdict: 'passed', accounting: { passed: UNDOCUMENTED.length } });
});

test('the overlay names what was observed and which document it extends', async () => {
  const { report, contract } = await run(SHOP, UNDOCUMENTED.slice(2, 4));
  expect(suggestOverlays(report, contract).get(SHOP)).toEqual({
    overlay: '1.0.0',
    info: { title: `Undocumented in ${SHOP}, seen in traffic`, version: '1.0.0' },
    extends: SHOP,
    actions: [
      {
        target: "$['components']['schemas']['Order']",
        description: 'response body /colour is not declared by the schema (seen in 2 exchanges)',
        update: { properties: { colour: { type: ['null', 'string'] } } },
      },
      {
        target: "$['components']['schemas']['Order']",
        description: 'response body /weight is not declared by the schema (seen in 1 exchange)',
        update: { properties: { weight: { type: 'number' } } },
      },
    ],
  });
});

test('an undeclared member of a query string is added to the schema of the parameter', async () => {
  const schema = { type: 'object', properties: { page: { type: 'integer' } } };
  const content = { 'application/x-www-form-urlencoded': { schema } };
  const parameters = [{ name: 'all', in: 'querystring', content }];
  const paths = { '/items': { get: { parameters, responses: { 200: { description: 'Done.' } } } } };
  const info = { title: 'Items', version: '1' };
  const servers = [{ url: 'https://eu.shop.example/v1' }];
  const file = path.join(
    folderWith({ 'items.json': JSON.stringify({ openapi: '3.2.0', info, servers, paths }) }),
    'items.json',
  );
  const { report, contract } = await run(file, [{ url: '/items?page=1&size=2', body: '' }]);
  expect(findingLines(report)).toEqual([expect.stringContaining('/request/query/size')]);
  const [overlay] = suggestOverlays(report, contract).values();
  expect(overlay?.actions[0]?.update).toEqual({ properties: { size: { type: 'string' } } });
});

test('traffic without undocumented parts gives no overlay', async () => {
  const { report, contract } = await run(SHOP, [GOOD, { ...GOOD, body: '{"name":7}' }]);
  expect(suggestOverlays(report, contract).size).toBe(0);
});
