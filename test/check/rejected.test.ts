// An invalid request that was correctly rejected is no violation; coverage counts what was seen.
import { describe, expect, test } from 'vitest';
import { expectAccounting } from '../reporters/parse-accounting.ts';
import { type Call, check, GOOD } from './traffic.ts';

/** An order without a name. */
const INVALID: Call = { method: 'POST', url: '/orders', send: '{}' };
const REJECTED: Call = { ...INVALID, status: 400, body: '' };
const WITHOUT_TOKEN: Call = { ...GOOD, headers: { Authorization: 'Basic FAKE' }, status: 401, body: '' };

describe('an invalid request that was correctly rejected', () => {
  test('does not fail the run, and is counted in a row of its own', async () => {
    const report = await check([GOOD, REJECTED]);
    expect(report).toMatchObject({
      verdict: 'passed',
      exitCode: 0,
      accounting: { total: 2, passed: 1, rejected: { count: 1, reasons: { 400: 1 } }, failed: { count: 0 } },
    });
    expect(report.findings).toMatchObject([{ kind: 'rejected', code: 'request-body-schema', exchanges: 1 }]);
    await expectAccounting(report);
  });

  test('fails the run with --fail-on rejected', async () => {
    const report = await check([GOOD, REJECTED], { failOn: ['violation', 'rejected'] });
    expect(report).toMatchObject({
      verdict: 'failed',
      exitCode: 1,
      reasons: ['1 finding in 1 operation concerns requests that were correctly rejected'],
    });
  });

  test('can lack credentials, and its status need not be declared', async () => {
    const report = await check([WITHOUT_TOKEN]);
    expect(report).toMatchObject({ exitCode: 0, accounting: { rejected: { reasons: { 401: 1 } } } });
    expect(report.findings.map(({ kind, code }) => [kind, code])).toEqual([
      ['rejected', 'credentials-missing'],
      ['undocumented', 'status-undocumented'],
    ]);
  });

  test('is an issue beside that of the same request that was accepted', async () => {
    const report = await check([REJECTED, { ...INVALID, status: 201, body: '{"name":"tea"}' }]);
    expect(report.exitCode).toBe(1);
    expect(report.findings.map(({ kind, exchanges, outcomes }) => [kind, exchanges, outcomes])).toEqual([
      ['violation', 1, { 'accepted-invalid': 1 }],
      ['rejected', 1, { refused: 1 }],
    ]);
  });

  test.for<[string, Call]>([
    ['a server error', { ...INVALID, status: 500, body: '' }],
    [
      'an error that itself violates the document',
      { ...GOOD, url: '/orders?ids=x', status: 200, body: '[7]' },
    ],
    ['a redirection', { ...INVALID, status: 302, body: '' }],
  ])('is not one that got %s', async ([, call]) => {
    const report = await check([call]);
    expect(report).toMatchObject({
      exitCode: 1,
      accounting: { rejected: { count: 0 }, failed: { count: 1 } },
    });
  });

  test('is rejected whichever side can fail the run', async () => {
    for (const side of ['both', 'client', 'provider'] as const)
      expect((await check([REJECTED], { side })).accounting.rejected.count).toBe(1);
  });

  test('suffices for a run in which something was checked', async () => {
    expect(await check([REJECTED])).toMatchObject({ verdict: 'passed', exitCode: 0, reasons: [] });
  });
});

test('coverage counts what was seen in exchanges that were rejected or that the baseline accepts', async () => {
  const minCoverage = { operations: 28, statuses: 22 };
  const { exitCode, coverage } = await check([REJECTED, { ...GOOD, status: 404, body: '' }], { minCoverage });
  expect(coverage.levels.statuses).toMatchObject({ declared: 9, seen: 2, passed: 1 });
  expect(exitCode).toBe(0);
});
