// Hostile recordings: none of them makes a check pass wrongly, leak a secret or crash.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { updateBaseline } from '../../src/check/baseline.ts';
import { mergeReports } from '../../src/check/merge-reports.ts';
import { checkTraffic, type Report } from '../../src/index.ts';
import { REPORT_FORMATS, renderReport } from '../../src/reporters/formats.ts';
import { type Call, check, folderWith, GOOD, har, only, SHOP } from './traffic.ts';

const BROKEN: Call = { ...GOOD, body: '{"name":9}' };

/** A document whose answers allow no other property, so that each surplus name is a cause of its own. */
const STRICT = `openapi: 3.1.0
info: { title: x, version: '1' }
servers: [{ url: https://eu.shop.example/v1 }]
paths:
  /a:
    get:
      parameters: [{ name: constructor, in: header, schema: { type: string } }]
      responses:
        '200':
          description: x
          content: { application/json: { schema: { type: object, additionalProperties: false } } }
`;

/** The statuses of one operation share a schema. */
const SHARED = `openapi: 3.1.0
info: { title: shared, version: '1' }
servers: [{ url: https://eu.shop.example/v1 }]
paths:
  /a:
    get:
      responses:
        default: { description: x, content: { application/json: { schema: { $ref: '#/components/schemas/Named' } } } }
components:
  schemas:
    Named: { type: object, properties: { name: { type: string } } }
`;

/** No digits, which would be taken for an id. */
const letters = (number: number): string =>
  [...String(number)].map(digit => 'abcdefghij'[Number(digit)]).join('');

/** A number of issues in invalid responses, three per exchange. */
function manyCauses(count: number): Call[] {
  return Array.from({ length: count / 3 }, (_, index) => ({
    url: '/a',
    body: JSON.stringify(Object.fromEntries([0, 1, 2].map(each => [letters(3 * index + each), 1]))),
  }));
}

describe('more issues than the report lists', () => {
  test('do not hide issues that the baseline does not accept', async () => {
    const folder = folderWith({ 'strict.yaml': STRICT, 'many.har': har(manyCauses(1500)) });
    const run = { specs: [path.join(folder, 'strict.yaml')], traffic: [path.join(folder, 'many.har')] };
    const baseline = path.join(folder, 'accepted.yaml');
    writeFileSync(baseline, updateBaseline(await checkTraffic(run), undefined).text);
    const again = await checkTraffic({ ...run, baseline });
    expect(again).toMatchObject({ verdict: 'failed', exitCode: 1, baseline: { accepted: 1000, stale: [] } });
  });

  test('keep failing issues in the list when its limit is reached', async () => {
    const folder = folderWith({ 'strict.yaml': STRICT });
    const calls = [...manyCauses(1500), { url: '/a?zzz=1', body: '{}' }];
    writeFileSync(path.join(folder, 'many.har'), har(calls));
    const report = await checkTraffic({
      specs: [path.join(folder, 'strict.yaml')],
      traffic: [path.join(folder, 'many.har')],
      failOn: ['undocumented'],
    });
    expect(report.exitCode).toBe(1);
    expect(report.findings.map(({ code }) => code)).toContain('parameter-undocumented');
  });
});

describe('reports of different runs', () => {
  const shard = async (calls: Call[], index: number): Promise<Report> => {
    const file = path.join(folderWith({ [`${calls.length}.har`]: har(calls) }), `${calls.length}.har`);
    return await checkTraffic({ specs: [SHOP], traffic: [file], shard: { index, of: 2 } });
  };

  test('are not merged as shards of one run', async () => {
    const parts = [await shard([GOOD, BROKEN], 1), await shard([BROKEN, GOOD, GOOD], 2)];
    expect(() => mergeReports(parts)).toThrow('they did not read the same recordings');
  });

  test('with edited totals are rejected', async () => {
    const report = await check([GOOD, BROKEN]);
    const changed = { ...report, accounting: { ...report.accounting, passed: 2 } };
    expect(() => mergeReports([changed, report])).toThrow('do not add up');
  });
});

describe('traffic for another host', () => {
  test.for([
    ['the usual port written out', 'https://eu.shop.example:443/v1/orders/7'],
    ['a host in capitals', 'https://EU.SHOP.example/v1/orders/7'],
    ['the final dot of a name', 'https://eu.shop.example./v1/orders/7'],
    ['user and password', 'https://me:FAKEpw@eu.shop.example/v1/orders/7'],
  ])('is matched in spite of %s', async ([, url]) => {
    expect((await check([{ ...GOOD, url: url as string }])).accounting.passed).toBe(1);
  });

  test('matches the longest of several servers', async () => {
    const call = { ...GOOD, url: 'https://other.example/deep/orders/7' };
    const servers = ['https://other.example', 'https://other.example/deep'];
    expect((await check([call], { servers })).accounting.passed).toBe(1);
    expect((await check([call], { servers: servers.toReversed() })).accounting.passed).toBe(1);
  });
});

test('a response with an undocumented status is not counted as passed', async () => {
  const calls = [
    { ...GOOD, status: 500 },
    { ...GOOD, answer: { 'Content-Type': 'text/html' }, body: '<h1>' },
  ];
  const report = await check(calls, { minCoverage: { operations: 10 } });
  expect(report.accounting).toMatchObject({
    passed: 0,
    notCheckable: { reasons: { 'response-media-type': 1, 'status-undocumented': 1 } },
  });
  // The operation was seen, which is what its coverage requires, but nothing was checked.
  expect(report.exitCode).toBe(3);
});

test('accepting an issue of an error does not accept it for a success that shares the schema', async () => {
  const folder = folderWith({ 'strict.yaml': SHARED });
  const specs = [path.join(folder, 'strict.yaml')];
  const fingerprintOf = async (status: number): Promise<string> => {
    const file = path.join(folder, `${status}.har`);
    writeFileSync(file, har([{ url: '/a', status, body: '{"name":9}' }]));
    return only(await checkTraffic({ specs, traffic: [file] })).fingerprint;
  };
  expect(await fingerprintOf(200)).toBe(await fingerprintOf(201));
  expect(await fingerprintOf(200)).not.toBe(await fingerprintOf(500));
});

describe('one malformed entry', () => {
  const deep = `{"name":"t","a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  test.for<[string, Partial<Call>]>([
    ['a body nested without end', { status: 418, body: deep }],
    ['half a surrogate pair', { url: '/orders/7?token=\ud800abcdef', status: 418 }],
    ['a time beyond all times', { status: 418, startedDateTime: 1e20 as unknown as string }],
    ['a year of six digits', { status: 418, startedDateTime: '+012345-01-01T00:00:00Z' }],
  ])('with %s does not end the run', async ([, odd]) => {
    const report = await check([{ ...GOOD, ...odd }, GOOD]);
    expect(report.accounting).toMatchObject({ total: 2, passed: 1 });
    expect(JSON.stringify(mergeReports([JSON.parse(JSON.stringify(report)) as Report]))).toBe(
      JSON.stringify(report),
    );
  });

  test('a header named like an Object.prototype member does not end the run', async () => {
    const folder = folderWith({ 'strict.yaml': STRICT, 'a.har': har([{ url: '/a', body: '{}' }]) });
    const report = await checkTraffic({
      specs: [path.join(folder, 'strict.yaml')],
      traffic: [path.join(folder, 'a.har')],
    });
    expect(report.accounting.passed).toBe(1);
  });
});

test('a curl line in a report runs nothing but curl', async () => {
  const folder = folderWith({});
  const mark = path.join(folder, 'pwned');
  const call = {
    ...GOOD,
    method: `X;touch ${mark};#`,
    headers: { 'X-A': `$(touch ${mark})\`touch ${mark}\`'` },
  };
  for (const { sample } of (await check([call])).findings) {
    execFileSync('sh', ['-c', `curl() { :; }; ${sample.curl}`]);
  }
  expect(existsSync(mark)).toBe(false);
});

describe('a secret', () => {
  const SECRET = 'FAKEs3cretOfThisTest';
  const numbers = '{"name":9,"pin":98761234,"password":31337313}';
  test.for<[string, Call]>([
    [
      'in the path of an unknown endpoint, sent as a token too',
      { url: `/nothing/${SECRET}`, headers: { 'X-Token': SECRET } },
    ],
    ['in the path alone', { url: `/nothing/reset/${SECRET}` }],
    [
      'in a URL in another header',
      { ...BROKEN, headers: { Referer: `https://app.example/?access_token=${SECRET}` } },
    ],
    [
      'in the fragment of a Location',
      { ...BROKEN, answer: { Location: `https://app.example/#access_token=${SECRET}` } },
    ],
    [
      'in a Set-Cookie, and in the body',
      { ...GOOD, answer: { 'Set-Cookie': `sid=${SECRET}; Path=/` }, body: `{"name":9,"note":"${SECRET}"}` },
    ],
    ['below a secret name', { ...GOOD, body: `{"name":9,"token":{"value":"${SECRET}"}}` }],
    ['as a name in a body', { ...GOOD, headers: { 'X-Token': SECRET }, body: `{"name":9,"${SECRET}":1}` }],
    ['in JSON that is cut', { ...GOOD, body: `{"name":1,"password":"${SECRET}","x":` }],
    [
      'in XML',
      {
        ...GOOD,
        answer: { 'Content-Type': 'application/xml' },
        body: `<a><password>${SECRET}</password></a>`,
      },
    ],
    [
      'in a part of a multipart body',
      {
        method: 'POST',
        url: '/orders',
        headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
        send: {
          mimeType: 'multipart/form-data; boundary=b',
          text: `--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n${SECRET}\r\n--b--\r\n`,
        },
        status: 201,
        body: '{"name":9}',
      },
    ],
    [
      'that is a JSON Web Token under an innocent name',
      { ...GOOD, body: `{"name":9,"id":"eyJhbGciOiJub25l.eyJ${SECRET}.x"}` },
    ],
    ['in a query of a known name', { ...BROKEN, url: `/orders/7?key=${SECRET}&code=${SECRET}` }],
  ])('%s is in no report', async ([, call]) => {
    const report = await check([call]);
    expect(report.findings.length).toBeGreaterThan(0);
    for (const format of REPORT_FORMATS) {
      const text = await renderReport(report, format);
      expect({ format, leaks: text.includes(SECRET) }).toEqual({ format, leaks: false });
    }
  });

  test('that is a number: none of its digits is in the report', async () => {
    const text = JSON.stringify(await check([{ ...GOOD, body: numbers }]));
    expect(text).not.toMatch(/98761234|31337313/);
  });
});
