// Tests of --redact-personal: personal data leaves no command that writes what was exchanged.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../check/traffic.ts';
import { run, start } from './program.ts';

const SHOP = `
openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /customers/{email}:
    parameters:
      - { name: email, in: path, required: true, schema: { type: string } }
      - { name: phone, in: query, schema: { type: string, pattern: '^[+][1-9]' } }
    put:
      operationId: putCustomer
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                cpf: { type: integer }
                birthDate: { type: string, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }
                color: { enum: [red] }
      responses:
        '200': { description: ok, content: { application/json: { example: { surname: Lovelace, rank: first } } } }
`;
const BODY = JSON.stringify({
  firstName: 'Augusta',
  cpf: 12345678909,
  birthDate: '1815-12-10',
  address: { street: 'St James Square', number: 120045 },
  remark: 'call +44 20 7946 0018, pay from GB82WEST12345698765432',
  color: 'red',
});
/** What must not be written. */
const PERSONAL = /augusta|lovelace|12345678909|1815|james|120045|7946|GB82|\bada\b|203\.0\.113/i;

/** Sends a documented and an undocumented request. */
async function send(url: string): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' };
  for (const target of [
    '/shop/customers/ada@example.org?phone=%2B442079460018',
    '/shop/unknown/ada%40example.org/203.0.113.7',
  ])
    await (await fetch(url + target, { method: 'PUT', headers, body: BODY })).text();
}

test('a recording, its log, the journal, reports and scenarios have no personal data', async () => {
  const folder = folderWith({ 'shop.yaml': SHOP });
  const spec = path.join(folder, 'shop.yaml');
  const served = start(['serve', '--specs', spec, '--port', '0', '--log', 'json', '--redact-personal']);
  const { listening } = JSON.parse((await served.line(/^.*"listening".*$/m))[0]) as { listening: string };
  const file = path.join(folder, 'traffic.har');
  const recorder = start([
    ...['record', '--specs', spec, '--port', '0', '-o', file, '--redact-personal'],
    ...['--upstream', `shop=${listening}/shop`],
  ]);
  const [, url = ''] = await recorder.line(/records (\S+) into/);
  await send(url);
  recorder.signal('SIGINT');
  const recorded = await recorder.ended;
  const journal = await (await fetch(`${listening}/__deadringer/sessions/default/journal`)).text();
  served.signal('SIGINT');
  const har = readFileSync(file, 'utf8');
  const texts = { log: (await served.ended).out, recorder: recorded.out + recorded.err, har, journal };
  for (const [name, text] of Object.entries(texts))
    expect(`${name} ${text.match(PERSONAL)}`).toBe(`${name} null`);
  expect(har).toContain('first');

  const server = `shop=${listening}/shop`;
  const checked = await run('check', file, '--specs', spec, '--server', server, '--format', 'json');
  expect(JSON.parse(checked.out)).toMatchObject({ accounting: { passed: 1, failed: { count: 0 } } });
  const options = ['--specs', spec, '--server', server, '--redact-personal'];
  const into = path.join(folder, 'scenarios');
  const generated = await run('scenarios', 'from', file, ...options, '-o', into);
  expect(generated.code, generated.err).toBe(0);
});

test('without the option personal data is recorded as it was', async () => {
  const folder = folderWith({ 'shop.yaml': SHOP });
  const served = start(['serve', '--specs', path.join(folder, 'shop.yaml'), '--port', '0', '--log', 'json']);
  const { listening } = JSON.parse((await served.line(/^.*"listening".*$/m))[0]) as { listening: string };
  await send(listening);
  const journal = await (await fetch(`${listening}/__deadringer/sessions/default/journal`)).text();
  for (const text of ['Augusta', '12345678909', 'Lovelace', 'ada@example.org'])
    expect(journal).toContain(text);
});

test('a report quotes no personal data of the traffic', async () => {
  const entry = (route: string, body: string): object => ({
    startedDateTime: '2026-01-02T03:04:05Z',
    time: 1,
    request: {
      method: 'PUT',
      url: `https://shop.example.com${route}`,
      headers: [{ name: 'content-type', value: 'application/json' }],
      postData: { mimeType: 'application/json', text: body },
    },
    response: {
      status: 200,
      headers: [{ name: 'content-type', value: 'application/json' }],
      content: { mimeType: 'application/json', text: '{"surname":"Lovelace"}' },
    },
  });
  const entries = [
    entry('/customers/ada@example.org', BODY.replace('"red"', '"ada@example.org"')),
    entry('/unknown/ada@example.org', BODY),
  ];
  const folder = folderWith({ 'shop.yaml': SHOP, 'traffic.har': JSON.stringify({ log: { entries } }) });
  const args = ['--specs', path.join(folder, 'shop.yaml'), '--server', 'https://shop.example.com'];
  const traffic = path.join(folder, 'traffic.har');
  const open = await run('check', traffic, ...args, '--format', 'json');
  expect(open.out).toMatch(PERSONAL);
  for (const threads of ['1', '2']) {
    const report = await run(
      'check',
      traffic,
      ...args,
      '--format',
      'json',
      '--redact-personal',
      '--threads',
      threads,
    );
    expect(report.out).toContain('"request-body-schema"');
    expect(report.out.match(PERSONAL)).toBeNull();
  }
});

test.for([
  ['record', '--upstream', 'http://127.0.0.1:9', '--keep-secrets'],
  ['check', 'traffic.har', '--show-values'],
])('%s refuses to show and to hide at once', async ([command = '', ...args]) => {
  const specs = ['--specs', path.join(folderWith({ 'shop.yaml': SHOP }), 'shop.yaml')];
  const ended = await run(command, ...args, ...specs, '--redact-personal');
  expect(ended.code).toBe(2);
  expect(ended.err).toContain('contradict each other');
});
