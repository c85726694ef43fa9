// Shards of a run, put together again, are that run.
import path from 'node:path';
import { expect, test } from 'vitest';
import { mergeReports } from '../../src/check/merge-reports.ts';
import { checkTraffic, type Report } from '../../src/index.ts';
import { fc } from '../random.ts';
import { amount, seedOr } from '../suite.ts';
import { type Call, check, folderWith, GOOD, har, SHOP } from './traffic.ts';

const CALLS: readonly Call[] = [
  GOOD,
  { ...GOOD, body: '{"name":9}' },
  { ...GOOD, body: '{"name":"tea","state":"paid"}' },
  { ...GOOD, status: 404, body: '' },
  { ...GOOD, status: 418, startedDateTime: '2026-11-20T04:00:00.000Z' },
  { ...GOOD, url: '/orders/7?debug=1' },
  { ...GOOD, url: 'https://other.example/x' },
  { url: '/invoices/1', body: '{}' },
  { method: 'POST', url: '/orders', send: '{}', status: 400, body: '' },
  { url: '/orders?tag=new', body: '[{"name":1},{"name":2}]', answer: { 'X-Total': '2' } },
  { ...GOOD, more: { request: 'broken' } },
  { url: '/orders/latest', body: '{"latest":"tea"}' },
];

async function shards(traffic: readonly string[], of: number): Promise<Report[]> {
  const reports: Report[] = [];
  for (let index = 1; index <= of; index++) {
    const shard = await checkTraffic({ specs: [SHOP], traffic, shard: { index, of }, threads: 1 });
    // As it comes back from a file.
    reports.push(JSON.parse(JSON.stringify(shard)) as Report);
  }
  return reports;
}

test('three shards of several files, one truncated, merge to the bytes of one run', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...CALLS), { minLength: 1, maxLength: 30 }), async calls => {
      const whole = har(calls);
      const folder = folderWith({
        'a.har': whole,
        'b.har': har(calls.slice(0, 5)),
        'c.har': whole.slice(0, Math.floor(whole.length * 0.8)),
      });
      const traffic = ['a.har', 'b.har', 'c.har'].map(name => path.join(folder, name));
      const run = await checkTraffic({ specs: [SHOP], traffic, threads: 1 });
      const parts = await shards(traffic, 3);
      expect(JSON.stringify(mergeReports(parts))).toBe(JSON.stringify(run));
      expect(JSON.stringify(mergeReports(parts.reverse()))).toBe(JSON.stringify(run));
    }),
    { numRuns: amount(8, 60), seed: seedOr(7) },
  );
});

test('a single report is unchanged by a merge', async () => {
  const report = await check(CALLS);
  expect(JSON.stringify(mergeReports([report]))).toBe(JSON.stringify(report));
});

test('reports of different recordings add up', async () => {
  const [left, right] = [await check([GOOD, GOOD]), await check([{ ...GOOD, body: '{"name":9}' }])];
  expect(mergeReports([left, right]).accounting).toMatchObject({ total: 3, kept: 2, broken: { count: 1 } });
});

test.for([
  ['a shard is missing', [1, 3], 'shard 2 of 3 is missing'],
  ['a shard is there twice', [1, 2, 2], 'shard 2 of 3 is there twice'],
] as const)('when %s that is said', async ([, indexes, complaint]) => {
  const folder = folderWith({ 'a.har': har(CALLS) });
  const all = await shards([path.join(folder, 'a.har')], 3);
  const chosen = indexes.map(index => all[index - 1] as Report);
  expect(() => mergeReports(chosen)).toThrow(complaint);
});

test('reports with different settings are rejected', async () => {
  const [left, right] = [await check([GOOD]), await check([GOOD], { failOn: ['advice'] })];
  expect(() => mergeReports([left, right])).toThrow('the reports were made with different settings');
});
