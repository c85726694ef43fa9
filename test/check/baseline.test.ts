// A baseline accepts what is known, for a reason and for a time; everything else still fails.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readBaseline, updateBaseline } from '../../src/check/baseline.ts';
import { checkTraffic } from '../../src/index.ts';
import { type Call, check, folderWith, GOOD, har, SHOP } from './traffic.ts';

const NAME: Call = { ...GOOD, body: '{"name":9}' };
const STATE: Call = { ...GOOD, body: '{"name":"tea","state":"lost"}' };

/** A baseline file that accepts what these calls show. */
async function accept(calls: readonly Call[], edit = (text: string) => text): Promise<string> {
  const file = path.join(folderWith({}), 'accepted.yaml');
  writeFileSync(file, edit(updateBaseline(await check(calls), undefined).text));
  return file;
}

test('a failing run passes with the baseline until a new issue appears', async () => {
  const baseline = await accept([NAME]);
  const known = await check([NAME, GOOD], { baseline });
  expect(known).toMatchObject({
    verdict: 'passed',
    exitCode: 0,
    accounting: { passed: 1, failed: { count: 1, reasons: { accepted: 1 } } },
    baseline: { accepted: 1, stale: [], expired: [] },
  });
  const news = await check([NAME, STATE], { baseline });
  expect(news).toMatchObject({
    verdict: 'failed',
    exitCode: 1,
    accounting: { failed: { reasons: { accepted: 1, response: 1 } } },
  });
});

test('a stale entry is reported with its line', async () => {
  const baseline = await accept([NAME, STATE]);
  const { baseline: summary } = await check([NAME], { baseline });
  const line = readFileSync(baseline, 'utf8')
    .split('\n')
    .findIndex(text => text.includes('/response/body/state'));
  expect(summary?.stale).toHaveLength(1);
  expect(summary?.stale[0]).toMatchObject({ at: '/response/body/state', code: 'response-body-schema' });
  expect(summary?.stale[0]?.line).toBe(line - 3);
});

test('an expired entry accepts nothing and is reported', async () => {
  const baseline = await accept([NAME], text =>
    text.replace('reason: ""', 'reason: the old app\n    owner: shop\n    expires: 2026-01-31'),
  );
  const report = await check([NAME], { baseline });
  expect(report.exitCode).toBe(1);
  expect(report.baseline?.expired).toMatchObject([{ expires: '2026-01-31' }]);
  expect(report.reasons.join()).toContain('the first on 2026-01-31');
});

test('an entry is accepted up to and including its expiry date; its fields are in the report', async () => {
  const baseline = await accept([NAME], text =>
    text.replace('reason: ""', 'reason: the old app\n    owner: shop\n    expires: 9999-01-31'),
  );
  const report = await check([NAME], { baseline });
  expect(report.findings[0]?.accepted).toEqual({
    reason: 'the old app',
    owner: 'shop',
    expires: '9999-01-31',
  });
});

test('a second update gives the same bytes, keeps written fields and drops stale entries', async () => {
  const file = await accept([NAME, STATE], text => text.replaceAll('reason: ""', 'reason: known since May'));
  const before = readBaseline(file, readFileSync(file, 'utf8'));
  const once = updateBaseline(await check([NAME]), before).text;
  const twice = updateBaseline(await check([NAME]), readBaseline(file, once)).text;
  expect(twice).toBe(once);
  expect(once).toContain('reason: known since May');
  expect(once).not.toContain('/response/body/state');
});

test('an update with another --fail-on keeps entries that are still found', async () => {
  const undocumented: Call = { ...GOOD, body: '{"name":"tea","colour":"green"}' };
  const all = updateBaseline(
    await check([NAME, undocumented], { failOn: ['violation', 'undocumented'] }),
    undefined,
  );
  expect(all).toMatchObject({ accepted: 2, added: 2, dropped: 0 });
  const again = updateBaseline(await check([NAME, undocumented]), readBaseline('accepted.yaml', all.text));
  expect(again).toEqual({ text: all.text, accepted: 2, added: 0, replaced: 0, dropped: 0 });
});

test.for([
  ['no YAML', 'accepted: [', /accepted\.yaml:1:\d+ /],
  ['another version', 'version: 2\naccepted: []', /accepted\.yaml:1:1 not a valid baseline: \/version /],
  [
    'a date that is none',
    'version: 1\naccepted:\n  - { fingerprint: 0123456789abcdef, code: x, api: a, operation: o, at: "", expires: soon }',
    /accepted\.yaml:3:\d+ .*must be a date such as 2027-01-31/,
  ],
  [
    'one entry twice',
    'version: 1\naccepted:\n  - &a { fingerprint: 0123456789abcdef, code: x, api: a, operation: o, at: "" }\n  - *a',
    /accepted\.yaml:4 0123456789abcdef is already listed in line 3/,
  ],
] as const)('a file with %s is refused with its line', async ([, text, complaint]) => {
  const folder = folderWith({ 'accepted.yaml': text, 'traffic.har': har([GOOD]) });
  const run = checkTraffic({
    specs: [SHOP],
    traffic: [path.join(folder, 'traffic.har')],
    baseline: path.join(folder, 'accepted.yaml'),
  });
  await expect(run).rejects.toThrow(complaint);
});

test('a missing baseline is rejected with the remedy', async () => {
  await expect(check([GOOD], { baseline: '/nowhere/accepted.yaml' })).rejects.toThrow(
    'baseline /nowhere/accepted.yaml does not exist; --update-baseline creates it',
  );
});
