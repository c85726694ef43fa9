// What a report promises: numbers that add up, groups that stay the same, a verdict with its reasons, and no secret.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/check/report-schema.ts';
import { checkTraffic } from '../../src/index.ts';
import { expectAccounting } from '../reporters/parse-accounting.ts';
import { type Call, check, entry, findingLines, folderWith, GOOD, HOST, har, only, SHOP } from './traffic.ts';

const BROKEN: Call = { ...GOOD, body: '{"id":7,"name":9}' };
const UNDOCUMENTED: Call = { ...GOOD, body: '{"name":"tea","colour":"green"}' };
const UNJUDGED: Call = {
  ...GOOD,
  body: { size: 14, mimeType: 'application/json' },
  answer: { 'Content-Type': 'application/json', 'Content-Length': '14' },
};
const FOREIGN: Call = { ...GOOD, url: 'https://other.example/orders/7' };

describe('the accounting', () => {
  test('counts every exchange in exactly one class', async () => {
    const { accounting } = await check([
      GOOD,
      GOOD,
      BROKEN,
      UNDOCUMENTED,
      UNJUDGED,
      FOREIGN,
      { ...GOOD, more: { request: 7 } },
    ]);
    expect(accounting).toEqual({
      total: 7,
      passed: 3,
      rejected: { count: 0, reasons: {} },
      failed: { count: 1, reasons: { response: 1 } },
      notCheckable: { count: 1, reasons: { 'response-body-not-checkable': 1 } },
      outOfScope: { count: 1, reasons: { 'other-host': 1 } },
      unreadable: { count: 1, reasons: { entry: 1 } },
    });
  });

  test('is the same in every format', async () => {
    await expectAccounting(
      await check([GOOD, GOOD, BROKEN, UNDOCUMENTED, UNJUDGED, FOREIGN, { ...GOOD, more: { request: 7 } }]),
    );
  });

  test('matches the published schema', async () => {
    const report = await check([GOOD, BROKEN, UNDOCUMENTED, UNJUDGED, FOREIGN]);
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });
});

describe('an issue', () => {
  test('names line, request, response, expected and actual value, and a curl command', async () => {
    const finding = only(await check([{ ...BROKEN, startedDateTime: '2026-11-20T08:00:00.000Z' }]));
    expect(finding).toMatchObject({
      code: 'response-body-schema',
      at: '/response/body/name',
      location: { file: SHOP, line: 91 },
      exchanges: 1,
      firstSeen: '2026-11-20T08:00:00.000Z',
      sample: {
        place: { entry: 1 },
        expected: 'type: "string"',
        actual: '9',
        request: { method: 'GET', url: `${HOST}/orders/7` },
        response: { status: 200, body: { text: '{"id":7,"name":9}' } },
      },
    });
    expect(finding.sample.curl).toMatch(/^curl https:\/\/eu\.shop\.example\/v1\/orders\/7 -H /);
  });

  test('is reported once for all exchanges and items', async () => {
    const items = (count: number): Call => ({
      url: '/orders',
      answer: { 'X-Total': '9' },
      body: JSON.stringify(Array.from({ length: count }, () => ({ name: 1 }))),
    });
    const finding = only(await check([items(1), items(2), items(1)]));
    expect(finding).toMatchObject({ at: '/response/body/*/name', exchanges: 3, occurrences: 4 });
    expect(finding.places.map(place => place.entry)).toEqual([1, 2, 3]);
  });

  test('keeps its fingerprint when lines, values and ids change', async () => {
    const one = only(await check([BROKEN]));
    const { readFileSync } = await import('node:fs');
    const folder = folderWith({
      'shop.yaml': `# moved\n# down\n${readFileSync(SHOP, 'utf8')}`,
      'traffic.har': har([{ ...BROKEN, url: '/orders/8', body: '{"name":true}' }]),
    });
    const moved = only(
      await checkTraffic({
        specs: [path.join(folder, 'shop.yaml')],
        traffic: [path.join(folder, 'traffic.har')],
      }),
    );
    expect(moved.fingerprint).toBe(one.fingerprint);
    expect(moved.location?.line).toBe((one.location?.line ?? 0) + 2);
  });

  test('differs by undocumented status', async () => {
    const report = await check([418, 418, 500].map(status => ({ ...GOOD, status })));
    expect(report.findings.map(({ exchanges, observed }) => [exchanges, observed])).toEqual(
      expect.arrayContaining([
        [2, ['418 application/json']],
        [1, ['500 application/json']],
      ]),
    );
  });

  test('names the cause', async () => {
    const wrong = { method: 'POST', url: '/orders', send: '{}' };
    const refused = only(await check([{ ...wrong, status: 400, body: '' }]));
    const accepted = only(await check([{ ...wrong, status: 201, body: '{"name":"tea"}' }]));
    expect([refused.outcomes, accepted.outcomes]).toEqual([{ refused: 1 }, { 'accepted-invalid': 1 }]);
  });
});

describe('the verdict', () => {
  test('is passed without violations, with or without undocumented issues', async () => {
    expect(await check([GOOD, UNDOCUMENTED])).toMatchObject({ verdict: 'passed', exitCode: 0, reasons: [] });
  });

  test('is failed with --fail-on undocumented and an undocumented issue', async () => {
    expect(await check([UNDOCUMENTED], { failOn: ['violation', 'undocumented'] })).toMatchObject({
      verdict: 'failed',
      exitCode: 1,
      reasons: ['1 finding in 1 operation is undocumented'],
    });
  });

  test('is never passed with violations, even with --fail-on none', async () => {
    expect(await check([BROKEN], { failOn: [] })).toMatchObject({ verdict: 'failed', exitCode: 0 });
  });

  test.for([
    ['client', 1, 0],
    ['provider', 0, 1],
  ] as const)('with the %s on trial leaves the other out', async ([side, ofRequest, ofResponse]) => {
    const badRequest = { method: 'POST', url: '/orders', send: '{}', status: 201, body: '{"name":"tea"}' };
    expect((await check([badRequest], { side })).exitCode).toBe(ofRequest);
    expect((await check([BROKEN], { side })).exitCode).toBe(ofResponse);
  });

  test('compares coverage with its threshold', async () => {
    const report = await check([GOOD], { minCoverage: { operations: 50 } });
    expect(report.exitCode).toBe(1);
    expect(report.reasons).toEqual(['coverage of operations is 14.2% (1 of 7 seen); 50% is required']);
    expect((await check([GOOD], { minCoverage: { operations: 14 } })).exitCode).toBe(0);
  });

  test('is incomplete with a reason for an empty recording', async () => {
    const report = await check([]);
    expect(report).toMatchObject({ verdict: 'incomplete', exitCode: 3 });
    expect(report.reasons[0]).toMatch(/^nothing to check: no entries in .*traffic\.har$/);
  });

  test('is incomplete for another host, and names it with a remedy', async () => {
    const report = await check([FOREIGN, FOREIGN]);
    expect(report.exitCode).toBe(3);
    expect(report.reasons[0]).toContain('The traffic went to https://other.example (2)');
    expect(report.reasons[0]).toContain('--server https://other.example');
    const mapped = await check([FOREIGN], { servers: ['https://other.example'] });
    expect(mapped.accounting.passed).toBe(1);
  });

  test.for([1, 2])(
    'is incomplete when the file is truncated in entry %i + 1; the entries before are checked',
    async entries => {
      const text = har([GOOD, GOOD, GOOD]);
      const at =
        text
          .split('"startedDateTime"')
          .slice(0, entries + 1)
          .join('"startedDateTime"').length + 40;
      const file = path.join(folderWith({ 'cut.har': text.slice(0, at) }), 'cut.har');
      const report = await checkTraffic({ specs: [SHOP], traffic: [file] });
      expect(report).toMatchObject({
        verdict: 'incomplete',
        exitCode: 3,
        accounting: {
          total: entries + 1,
          passed: entries,
          unreadable: { count: 1, reasons: { 'cut-off': 1 } },
        },
      });
      expect(report.reasons[0]).toContain('is truncated after');
    },
  );

  test('is failed and names the incomplete input when both apply', async () => {
    const text = har([BROKEN, GOOD]);
    const file = path.join(folderWith({ 'cut.har': text.slice(0, -200) }), 'cut.har');
    const report = await checkTraffic({ specs: [SHOP], traffic: [file] });
    expect(report.exitCode).toBe(1);
    expect(report.reasons).toHaveLength(2);
  });

  test('is never passed when a needed schema does not compile', async () => {
    const spec = `openapi: 3.1.0
info: { title: x, version: '1' }
servers: [{ url: https://eu.shop.example/v1 }]
paths:
  /orders/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get:
      responses:
        '200':
          description: x
          content: { application/json: { schema: 7 } }
`;
    const folder = folderWith({ 'bad.yaml': spec, 'traffic.har': har([{ ...GOOD, body: '"x"' }, GOOD]) });
    const report = await checkTraffic({
      specs: [path.join(folder, 'bad.yaml')],
      traffic: [path.join(folder, 'traffic.har')],
    });
    expect(report).toMatchObject({
      verdict: 'incomplete',
      exitCode: 3,
      accounting: { passed: 0, notCheckable: { count: 2 } },
    });
    expect(findingLines(report)).toEqual(['response-not-checkable /response']);
    expect(report.reasons.join()).toMatch(/bad\.yaml:11\); run "deadringer lint" for details/);
  });
});

describe('secrets', () => {
  const SECRETS = [
    'FAKEtok3n-bearer',
    'FAKE-session-cookie',
    'FAKE-key-in-query',
    'FAKE-pass-in-body',
    'FAKE-in-answer',
  ];
  const call: Call = {
    method: 'POST',
    url: `/orders?api_key=${SECRETS[2]}`,
    headers: { Authorization: `Bearer ${SECRETS[0]}`, Cookie: `session=${SECRETS[1]}` },
    send: `{"name":1,"password":"${SECRETS[3]}"}`,
    status: 201,
    body: `{"name":2,"access_token":"${SECRETS[4]}","hint":"you sent ${SECRETS[0]}"}`,
  };

  test('are redacted in every report', async () => {
    const text = JSON.stringify(await check([call]));
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(text).toContain('password');
  });

  test('are shown with --show-values', async () => {
    expect(JSON.stringify(await check([call], { showValues: true }))).toContain(SECRETS[3]);
  });
});

test('large recordings use a second thread on two cores, small ones do not', async () => {
  const body = JSON.stringify({ id: 7, name: 'tea '.repeat(250_000) });
  const large = entry({ ...GOOD, body });
  const file = (name: string, entries: readonly unknown[]): string => {
    const written = path.join(folderWith({}), name);
    writeFileSync(written, JSON.stringify({ log: { creator: { name: 'x' }, entries } }));
    return written;
  };
  let hired = 0;
  const count = (): void => void hired++;
  process.on('worker', count);
  try {
    const report = await checkTraffic({ specs: [SHOP], traffic: [file('small.har', [large])] });
    expect([report.accounting.total, hired]).toEqual([1, 0]);
    const entries = Array.from({ length: 70 }, () => large);
    const whole = await checkTraffic({ specs: [SHOP], traffic: [file('large.har', entries)] });
    expect([whole.accounting.total, hired]).toEqual([70, Math.min(2, availableParallelism()) - 1]);
  } finally {
    process.off('worker', count);
  }
});
