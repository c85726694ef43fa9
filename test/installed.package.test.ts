// The installed package on each supported line of Node: it serves, records, checks, lints and can be imported.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { CONSOLE_BUILD } from '../build/console.ts';
import { startProcess } from './cli/process.ts';
import { installPackage } from './installed-package.ts';

/** An operation whose answer Prism chooses, one that Faker answers, one that is recorded. */
const COLOURS = `
openapi: 3.1.0
info: { title: Colours, version: '1' }
paths:
  /colour:
    get:
      responses:
        '200':
          description: a colour
          content:
            application/json: { examples: { red: { value: red }, blue: { value: blue } } }
            text/plain: { example: red }
        '404':
          description: none
          content: { application/json: { example: none } }
  /person:
    get:
      responses:
        '200':
          description: a person, whose name Faker makes
          content:
            application/json:
              schema: { type: object, required: [email], properties: { email: { type: string } } }
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [name], properties: { name: { type: string, pattern: '^[A-Z]' } } }
      responses:
        '204': { description: stored }
`;

/** Reads the JSON Schema of reports and starts a mock, as a program of a user does. */
const IMPORT = `
import { startMock } from 'deadringer';
import schema from 'deadringer/report.schema.json' with { type: 'json' };
const mock = await startMock({ specs: ['colours.yaml'] });
console.log(await (await fetch(mock.url + '/colours/colour')).json(), schema.properties.accounting !== undefined);
await mock.close();
`;

const SPECS = ['--specs', 'node_modules/deadringer/specs', '--specs', 'colours.yaml'];

let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'deadringer-installed-'));
  program = installPackage(folder);
  writeFileSync(path.join(folder, 'colours.yaml'), COLOURS);
  writeFileSync(path.join(folder, 'import.js'), IMPORT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(node: string, ...args: string[]): ReturnType<typeof startProcess> {
  return startProcess(args, { node, program, cwd: folder });
}

async function ask(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  return [response.status, response.headers.get('content-type'), text].join(' ');
}

/** What the installed program does on a Node, without what differs between any two runs. */
async function behaviours(node: string) {
  const { child, line, ended } = start(node, 'serve', '--port', '0', ...SPECS);
  const [, url = ''] = await line(/ on (http:\S+)/);
  const post = (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<string> =>
    ask(`${url}/colours/person`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const answers = [
    await ask(`${url}/colours/colour`),
    await ask(`${url}/colours/colour`, { headers: { prefer: 'example=blue' } }),
    await ask(`${url}/colours/colour`, { headers: { prefer: 'code=404' } }),
    await ask(`${url}/colours/colour`, { headers: { accept: 'text/plain;q=0.5, application/xml' } }),
    await ask(`${url}/colours/person`),
    await post('{"name":"Ann"}'),
    await post(new Uint8Array(zlib.zstdCompressSync('{"name":"Ann"}')), { 'content-encoding': 'zstd' }),
  ];
  const metrics = await (await fetch(`${url}/__deadringer/metrics`)).text();
  const refused = await post(new Uint8Array(Buffer.from('{"name":"5 \x80"}', 'latin1')), {
    'content-type': 'application/json; charset=windows-1252',
  });
  const journal = await fetch(`${url}/__deadringer/sessions/default/journal.har`);
  const changed = await changedFilesOfConsole(`${url}/__deadringer/`);
  child.kill('SIGTERM');
  const served = await ended;

  const { log } = (await journal.json()) as { log: { entries: { response: object }[] } };
  const [entry] = log.entries;
  const person = log.entries[4];
  const content = { mimeType: 'application/json', text: '{}' };
  const failed = { ...person, response: { ...person?.response, content } };
  // So many that other threads, which start from files of their own, take part.
  const passed = Array.from({ length: 4000 }, () => entry);
  const har = JSON.stringify({ log: { creator: { name: 'test' }, entries: [...passed, failed] } });
  writeFileSync(path.join(folder, 'traffic.har'), har);
  const checked = await start(node, 'check', 'traffic.har', '--threads', '2', ...SPECS).ended;
  return {
    answers,
    refused,
    changed,
    metrics: metrics.split('\n').filter(each => each.startsWith('# TYPE')),
    served: [served.code, served.err],
    recorded: await record(node),
    checked: [
      checked.code,
      checked.err,
      checked.out.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC|:\d{4,5}\b/g, ''),
    ],
    linted: await start(node, 'lint', 'node_modules/deadringer/specs', 'colours.yaml').ended,
    version: await start(node, '--version').ended,
    imported: await startProcess([], { node, program: 'import.js', cwd: folder }).ended,
  };
}

/** The page that the installed program serves is what a build of the sources makes, byte for byte. */
async function changedFilesOfConsole(url: string): Promise<string[]> {
  consoleBuild ??= build({ ...CONSOLE_BUILD, build: { ...CONSOLE_BUILD.build, write: false } });
  const built = await consoleBuild;
  if (!('output' in built)) throw new Error('the build of the console has several outputs');
  const changed: string[] = [];
  for (const file of built.output) {
    if (file.fileName === 'licences.md') continue;
    const response = await fetch(url + (file.fileName === 'index.html' ? '' : file.fileName));
    const served = Buffer.from(await response.arrayBuffer());
    if (!served.equals(Buffer.from(file.type === 'chunk' ? file.code : file.source)))
      changed.push(file.fileName);
  }
  return changed;
}

let consoleBuild: ReturnType<typeof build> | undefined;

/** Records a service that sends an interim response first. */
async function record(node: string): Promise<unknown> {
  const service = http.createServer((_, outgoing) => {
    outgoing.writeEarlyHints({ link: '</a.css>; rel=preload', 'x-step': '1' }, () => {});
    outgoing.setHeader('content-type', 'application/json').end('"green"');
  });
  onTestFinished(() => void service.close());
  await once(service.listen(0, '127.0.0.1'), 'listening');
  const upstream = `colours=http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const { child, line, ended } = start(
    node,
    ...['record', '--port', '0', '--upstream', upstream, '-o', 'recorded.har', '--specs', 'colours.yaml'],
  );
  const [, url] = await line(/ records (http:\S+)/);
  const request = http.get(`${url}/colours/colour`, { agent: false });
  const interim: unknown[] = [];
  request.on('information', ({ statusCode, rawHeaders }: http.InformationEvent) =>
    interim.push([statusCode, ...rawHeaders]),
  );
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const body = (await response.toArray()).join('');
  child.kill('SIGTERM');
  const { code, err } = await ended;
  const file = path.join(folder, 'recorded.har');
  const { log } = JSON.parse(readFileSync(file, 'utf8')) as {
    log: { entries: { response: { content: { text: string } } }[] };
  };
  rmSync(file);
  return { code, err, interim, body, texts: log.entries.map(({ response: { content } }) => content.text) };
}

let reference: Awaited<ReturnType<typeof behaviours>> | undefined;

test('the program serves, records, checks, lints and can be imported', async () => {
  reference = await behaviours(process.execPath);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(reference).toEqual({
    answers: [
      '200 application/json "red"',
      '200 application/json "blue"',
      '404 application/json "none"',
      '200 text/plain red',
      expect.stringMatching(/^200 application\/json \{"email":"[a-z]+\.[a-z]+@example\.com"\}$/),
      '204  ',
      '204  ',
    ],
    refused: expect.stringMatching(
      /^422 application\/problem\+json .*must match the pattern \^\[A-Z\]; got \\"5 €\\"/s,
    ),
    changed: [],
    metrics: expect.arrayContaining(['# TYPE deadringer_exchanges_total counter']),
    served: [0, ''],
    recorded: {
      code: 0,
      err: '',
      interim: [[103, 'Link', '</a.css>; rel=preload', 'x-step', '1']],
      body: '"green"',
      texts: ['"green"'],
    },
    checked: [1, '', expect.stringContaining('1 of 4001 checked exchanges failed.')],
    linted: { code: 0, out: '6 documents (OpenAPI 3.1.0), 8 operations: no errors\n', err: '' },
    version: { code: 0, out: `${version}\n`, err: '' },
    imported: { code: 0, out: 'red true\n', err: '' },
  });
});

// `npm --prefix test/node-versions ci` installs them.
test.each(['node-22.22', 'node-24.15'])('it does the same on %s', async name => {
  const node = path.resolve('test/node-versions/node_modules', name, 'bin/node');
  expect(await behaviours(node)).toEqual(reference);
});
