// How the report counts declared statuses: ranges, "default", and invalid requests that were correctly rejected.
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { type Call, check, folderWith } from './traffic.ts';

const DOCUMENT = `
openapi: 3.1.0
info: { title: Ranges, version: '1' }
servers: [{ url: https://eu.shop.example/v1 }]
paths:
  /ranges:
    get:
      parameters: [{ name: page, in: query, schema: { type: integer } }]
      responses:
        '200': { description: Fine. }
        '400': { description: The request is wrong. }
        5XX: { description: The server is at fault. }
        default: { description: Anything else. }
`;

async function counts(...calls: Call[]): Promise<Report['coverage']['operations'][number] | undefined> {
  const folder = folderWith({ 'ranges.yaml': DOCUMENT });
  const { coverage } = await check(calls, { specs: [path.join(folder, 'ranges.yaml')] });
  return coverage.operations[0];
}

test('a declared range that did not occur has 0, and a status of it is counted as itself', async () => {
  const unseen = await counts({ url: '/ranges' });
  expect(unseen?.statuses).toEqual({ 200: 1, 400: 0, '5XX': 0, default: 0 });
  const seen = await counts({ url: '/ranges', status: 501 }, { url: '/ranges', status: 418 });
  expect(seen?.statuses).toEqual({ 200: 0, 400: 0, 418: 1, 501: 1 });
});

test('an invalid request that is correctly rejected is counted as rejected', async () => {
  const operation = await counts(
    { url: '/ranges?page=x', status: 400 },
    { url: '/ranges', status: 400 },
    { url: '/ranges?page=x' },
  );
  expect(operation).toMatchObject({
    statuses: { 200: 1, 400: 2 },
    passedStatuses: { 400: 1 },
    rejectedStatuses: { 400: 1 },
  });
});
