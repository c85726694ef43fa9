// A rule that operations share is one issue, and a baseline of an earlier version still accepts it.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBaseline, updateBaseline } from '../../src/check/baseline.ts';
import { checkRecordings } from '../../src/check/check.ts';
import { mergeReports } from '../../src/check/merge-reports.ts';
import type { Report } from '../../src/check/report.ts';
import { renderReport } from '../../src/reporters/formats.ts';
import { type Call, check, folderWith, GOOD, har, only, SHOP } from './traffic.ts';

/** The name of an order is a number, in three operations that share its schema. */
const FETCHED: Call = { ...GOOD, body: '{"name":9}' };
const LISTED: Call = { url: '/orders', answer: { 'X-Total': '1' }, body: '[{"name":9}]' };
const CREATED: Call = {
  method: 'POST',
  url: '/orders',
  send: '{"name":"tea"}',
  status: 201,
  body: '{"name":9}',
};

/** Fingerprints of `FETCHED` and `LISTED` in the reports of version 2. */
const FORMER = { fetched: 'e92ecd3188a9c121', listed: '3f5061902a510c1c' };

const OPERATIONS = ['createOrder', 'getOrder', 'listOrders'];

test('three operations with one schema give one issue that lists them', async () => {
  const report = await check([LISTED, FETCHED, CREATED, FETCHED]);
  const issue = only(report);
  expect(issue).toMatchObject({
    operation: { id: 'listOrders' },
    at: '/response/body/*/name',
    location: { pointer: '/components/schemas/Order/properties/name/type' },
    exchanges: 4,
  });
  expect(issue.operations.map(({ id }) => id)).toEqual(OPERATIONS);
  expect(report.reasons).toEqual(['1 finding in 3 operations violates the contract']);
});

test('the issue has the same fingerprint in whichever operation it is seen, and is another for another property', async () => {
  const [fetched, listed, created] = await Promise.all(
    [FETCHED, LISTED, CREATED].map(async call => only(await check([call])).fingerprint),
  );
  expect([listed, created]).toEqual([fetched, fetched]);
  const other = only(await check([{ ...GOOD, body: '{"name":"tea","state":"lost"}' }]));
  expect(other.fingerprint).not.toBe(fetched);
});

test('shards give the report of a single run', async () => {
  const calls = [LISTED, FETCHED, CREATED, FETCHED];
  const shards = await Promise.all(
    [1, 2].map(async index => await sharedRun(calls, { shard: { index, of: 2 } })),
  );
  expect(await renderReport(mergeReports(shards), 'json')).toBe(
    await renderReport(await sharedRun(calls), 'json'),
  );
});

test('every operation has a failed test case in JUnit, and a text names all of them', async () => {
  const report = await check([LISTED, FETCHED, CREATED]);
  expect((await renderReport(report, 'junit')).match(/<failure /g)).toHaveLength(3);
  expect(await renderReport(report, 'text')).toContain(
    'listOrders (GET /orders), createOrder (POST /orders), getOrder (GET /orders/{id})',
  );
});

describe('a baseline of an earlier version', () => {
  test('accepts the operations that it lists', async () => {
    const baseline = baselineWith(FORMER.fetched, FORMER.listed);
    expect(await check([LISTED, FETCHED], { baseline })).toMatchObject({
      exitCode: 0,
      accounting: { failed: { reasons: { accepted: 2 } } },
      baseline: { accepted: 1, stale: [], expired: [] },
      findings: [{ accepted: { reason: 'known' } }],
    });
  });

  test('does not accept another operation', async () => {
    const baseline = baselineWith(FORMER.fetched);
    for (const calls of [
      [FETCHED, LISTED],
      [LISTED, FETCHED],
    ])
      expect(await check(calls, { baseline })).toMatchObject({
        exitCode: 1,
        accounting: { failed: { reasons: { accepted: 1, response: 1 } } },
        baseline: { accepted: 0, stale: [] },
      });
  });

  test('gets one entry for the rule by an update, with the reason that it had', async () => {
    const file = baselineWith(FORMER.fetched, FORMER.listed);
    const { report, baseline, baselineMatches } = await run([LISTED, FETCHED], file);
    const update = updateBaseline(report, baseline, baselineMatches);
    expect(update).toMatchObject({ accepted: 1, added: 0, replaced: 2, dropped: 0 });
    expect([...readBaseline(file, update.text).entries.values()]).toMatchObject([
      { fingerprint: report.findings[0]?.fingerprint, reason: 'known' },
    ]);
  });
});

function baselineWith(...fingerprints: readonly string[]): string {
  const file = path.join(folderWith({}), 'accepted.yaml');
  const entries = fingerprints.map(
    fingerprint =>
      `  - { fingerprint: ${fingerprint}, code: response-body-schema, api: shop, operation: x, at: "", reason: known }\n`,
  );
  writeFileSync(file, `version: 1\naccepted:\n${entries.join('')}`);
  return file;
}

function run(
  calls: readonly Call[],
  baseline?: string,
  shard?: Report['shard'],
): ReturnType<typeof checkRecordings> {
  return checkRecordings({
    specs: [SHOP],
    load: { relativeTo: path.resolve('.') },
    traffic: ['-'],
    stdin: (async function* () {
      yield Buffer.from(har(calls));
    })(),
    servers: [],
    settings: { failOn: ['violation'], minCoverage: {}, side: 'both' },
    version: '1.0.0',
    today: '2026-11-21',
    showValues: false,
    ...(baseline !== undefined && { baseline }),
    ...(shard !== undefined && { shard }),
  });
}

async function sharedRun(
  calls: readonly Call[],
  { shard }: { shard?: Report['shard'] } = {},
): Promise<Report> {
  return (await run(calls, undefined, shard)).report;
}
