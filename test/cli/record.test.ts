// record as a user starts it: a service behind it, a recording that check reads, and no secret in any file.
import { Buffer } from 'node:buffer';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMock } from '../../src/index.ts';
import { folderWith } from '../check/traffic.ts';
import { closedPort, listening } from './listening.ts';
import { type Ended, type Running, run, start } from './program.ts';

const PETS = 'test/fixtures/pets.yaml';

interface Recording {
  readonly url: string;
  readonly program: Running;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<Ended>;
}

async function record(...args: string[]): Promise<Recording> {
  const program = start(['record', '--port', '0', ...args]);
  const [, url = ''] = await program.line(/records into .+ what goes through (\S+)/);
  const stop = (): Promise<Ended> => {
    program.signal('SIGINT');
    return program.ended;
  };
  return { url, program, stop };
}

async function vendor(): Promise<string> {
  const mock = await startMock({ specs: [PETS] });
  onTestFinished(() => mock.close(0));
  return `${mock.url}/pets/v1`;
}

describe.for([['har'], ['ndjson']] as const)('a recording as %s', ([format]) => {
  test('logs each exchange with its class as check counts it, and appends', async () => {
    const file = path.join(folderWith({}), `traffic.${format}`);
    const service = await vendor();
    const { url, program, stop } = await record('--specs', PETS, '--upstream', `pets=${service}`, '-o', file);
    expect(await (await fetch(`${url}/pets/v1/pets`)).json()).toBeInstanceOf(Array);
    await fetch(`${url}/pets/v1/lies`);
    await fetch(`${url}/pets/v1/pets?limit=many`);
    await program.line(/GET +\/pets\/v1\/pets listPets 200 [\d.]+ms kept\n/);
    await program.line(/GET +\/pets\/v1\/lies lie 200 [\d.]+ms broken\n {2}\S+pets\.yaml:\d+:\d+ error /);
    const { code, out } = await stop();
    expect(code).toBe(0);
    expect(out).toMatch(/3 exchanges recorded: 1 kept, 1 broken, 0 not checkable, 1 out of scope; 0 lost/);
    const next = /Next: deadringer (check .*)\n/.exec(out)?.[1]?.split(' ') ?? [];
    expect(next.slice(2)).toEqual(['--specs', PETS, '--server', `pets=${service}`]);
    const checked = await run(...next, '--format', 'json');
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.out)).toMatchObject({
      accounting: { total: 3, kept: 1, broken: { count: 1 }, outOfScope: { count: 1 } },
    });
    expect(
      (await run('record', '--port', '0', '--specs', PETS, '--upstream', `pets=${service}`, '-o', file)).err,
    ).toMatch(/exists: add --append/);
    const again = await record('--specs', PETS, '--upstream', `pets=${service}`, '-o', file, '--append');
    await fetch(`${again.url}/pets/v1/pets`);
    await again.stop();
    const more = JSON.parse((await run(...next, '--format', 'json')).out) as object;
    expect(more).toMatchObject({ accounting: { total: 4, kept: 2 } });
    expect(existsSync(`${file}.lock`)).toBe(false);
  });
});

test('prints where to send requests, and a hint when none came', async () => {
  const service = await vendor();
  const file = path.join(folderWith({}), 'traffic.har');
  const { url, program, stop } = await record('--specs', PETS, '--upstream', `pets=${service}`, '-o', file);
  await program.line(new RegExp(`\n {2}pets: ${url}/pets is asked of ${service}\n`));
  const { out } = await stop();
  expect(out).toContain(`Nothing went through: call ${url}/pets instead of the real service\n`);
  expect(out).not.toContain('Next:');
});

test('the suggested check command is quoted for a shell', async () => {
  const folder = folderWith({ 'my pets.yaml': readFileSync(PETS, 'utf8') });
  const specs = path.join(folder, 'my pets.yaml');
  const file = path.join(folder, 'my traffic.har');
  const service = await vendor();
  const { url, stop } = await record('--specs', specs, '--upstream', service, '-o', file);
  await fetch(`${url}/my%20pets/pets`);
  const { out } = await stop();
  expect(out).toContain(
    `Next: deadringer check '${file}' --specs '${specs}' --server 'my pets=${service}'\n`,
  );
});

test('a refused connection is recorded as no response and logged', async () => {
  const file = path.join(folderWith({}), 'traffic.har');
  const upstream = `http://127.0.0.1:${await closedPort()}`;
  const { url, stop } = await record('--specs', PETS, '--upstream', upstream, '-o', file);
  expect((await fetch(`${url}/pets/v1/pets`)).headers.get('x-deadringer-error')).toBe('upstream-unreachable');
  const { out } = await stop();
  expect(out).toMatch(/1 exchange recorded: 0 kept, 0 broken, 0 not checkable, 1 out of scope/);
  const { log } = JSON.parse(readFileSync(file, 'utf8')) as { log: { entries: { response: object }[] } };
  expect(log.entries[0]?.response).toMatchObject({
    status: 0,
    _error: expect.stringMatching(/refuses connections/),
  });
  const checked = await run('check', file, '--specs', PETS, '--format', 'json');
  expect(JSON.parse(checked.out)).toMatchObject({
    accounting: { outOfScope: { reasons: { 'no-response': 1 } } },
  });
});

test.for([
  ['no upstream', ['-o', 'a.har'], /name the real service with --upstream/],
  ['no file', ['--upstream', 'https://api.example.com'], /-o traffic\.har/],
  [
    'another format',
    ['--upstream', 'https://api.example.com', '-o', 'a.pcap'],
    /end its name in \.har or \.ndjson/,
  ],
] as const)('%s is wrong usage', async ([, args, complaint]) => {
  const { code, err } = await run('record', '--port', '0', '--specs', PETS, ...args);
  expect(code).toBe(2);
  expect(err).toMatch(complaint);
});

test('exchanges that cannot be written are counted and exit with 3; the client is not affected', async () => {
  const folder = folderWith({});
  mkdirSync(path.join(folder, 'in'));
  const file = path.join(folder, 'in', 'traffic.ndjson');
  const { url, stop } = await record('--specs', PETS, '--upstream', `pets=${await vendor()}`, '-o', file);
  const { rm } = await import('node:fs/promises');
  await rm(path.join(folder, 'in'), { recursive: true });
  expect((await fetch(`${url}/pets/v1/pets`)).status).toBe(200);
  const { code, err, out } = await stop();
  expect(code).toBe(3);
  expect(err).toMatch(/cannot be written, and exchanges are lost/);
  expect(err).toMatch(/1 exchange lost: the recording is incomplete/);
  expect(out).toMatch(/0 exchanges recorded: 1 kept.*; 1 lost/);
});

const SECRETS = {
  token: 'FAKEtoken-Ab3dEf6h',
  cookie: 'FAKEcookie/Zz9Yy8',
  password: 'FAKEpa"ss:w0rd',
  header: 'FAKEheaderKey12',
  query: 'FAKEquery+Key34',
  body: 'FAKEbody\\Key5é6',
  sentence: 'FAKEsentence78',
} as const;

const SECURED = `openapi: 3.1.0
info: { title: Secured, version: '1' }
servers: [{ url: https://secured.example.com/v1 }]
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    basic: { type: http, scheme: basic }
    header: { type: apiKey, in: header, name: X-Custom }
    query: { type: apiKey, in: query, name: q }
    cookie: { type: apiKey, in: cookie, name: sid }
security: [{ bearer: [], header: [], query: [], cookie: [] }]
paths:
  /things:
    post:
      operationId: addThing
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties: { password: { type: string, minLength: 15, pattern: '^FAKE' } }
      responses:
        '400': { description: x, content: { application/json: { schema: { type: object, properties: { error: { type: string }, code: { type: integer } } } } } }
  /login:
    get:
      operationId: login
      security: [{ basic: [] }]
      responses:
        '200': { description: x, content: { application/json: { schema: { type: object, required: [missing] } } } }
`;

/** As it may stand in a file: plain, escaped for JSON or a URL, in base64 at any offset. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].map(shift =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(shift === 0 ? 0 : 4, -2),
  );
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [secret, escaped, JSON.stringify(escaped).slice(1, -1), encodeURIComponent(secret), ...inBase64];
}

function toldIn(folder: string): string[] {
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name !== 'secured.yaml' && /\.\w+$/.test(name))
    .map(name => [name, readFileSync(path.join(folder, name), 'utf8')] as const);
  expect(texts.length).toBeGreaterThan(2);
  return texts.flatMap(([name, text]) =>
    Object.entries(SECRETS).flatMap(([what, secret]) =>
      formsOf(secret).some(form => text.includes(form)) ? [`${what} in ${name}`] : [],
    ),
  );
}

async function securedVendor(): Promise<string> {
  const server = http.createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => {
      outgoing.setHeader('content-type', 'application/json');
      outgoing.setHeader('set-cookie', `sid=${encodeURIComponent(SECRETS.cookie)}; HttpOnly`);
      const isLogin = incoming.url?.startsWith('/v1/login') === true;
      outgoing.statusCode = isLogin ? 200 : 400;
      const { sentence, header, body } = SECRETS;
      const error = `Invalid API key: ${sentence}${isLogin ? '' : `; ${header} does not know ${body}`}`;
      outgoing.end(JSON.stringify({ error, code: 'x' }));
    });
  });
  return `http://127.0.0.1:${await listening(server)}/v1`;
}

async function callSecured(url: string): Promise<void> {
  await fetch(`${url}/secured/things?q=${encodeURIComponent(SECRETS.query)}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SECRETS.token}`,
      cookie: `sid=${encodeURIComponent(SECRETS.cookie)}`,
      'x-custom': SECRETS.header,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ password: SECRETS.body }),
  });
  await fetch(`${url}/secured/login`, {
    headers: { authorization: `Basic ${Buffer.from(`FAKEuser:${SECRETS.password}`).toString('base64')}` },
  });
}

/** Checks it into a folder, in every format that is kept. @returns what it came to, without what names files, times and ports */
async function checkInto(folder: string, file: string, specs: string, service: string): Promise<unknown> {
  const formats = 'json,html,markdown,sarif,junit';
  const server = `secured=${service}`;
  await run('check', file, '--specs', specs, '--server', server, '--format', formats, '--output', folder);
  const { accounting, findings, verdict } = JSON.parse(
    readFileSync(path.join(folder, 'deadringer.json'), 'utf8'),
  ) as {
    accounting: object;
    verdict: string;
    findings: { fingerprint: string; code: string; at: string }[];
  };
  const shown = findings.map(({ fingerprint, code, at }) => `${fingerprint} ${code} ${at}`);
  return { accounting, verdict, findings: shown };
}

test('secrets are in no file without --keep-secrets, and the findings are the same', async () => {
  const folder = folderWith({ 'secured.yaml': SECURED });
  const kept = folderWith({});
  const specs = path.join(folder, 'secured.yaml');
  const service = await securedVendor();
  const from = ['--specs', specs, '--upstream', `secured=${service}`];
  const verdicts: unknown[] = [];
  for (const format of ['har', 'ndjson']) {
    const file = path.join(folder, `traffic.${format}`);
    const secretly = path.join(kept, `traffic.${format}`);
    const [closed, open] = await Promise.all([
      record(...from, '-o', file),
      record(...from, '-o', secretly, '--keep-secrets'),
    ]);
    await callSecured(closed.url);
    await callSecured(open.url);
    const exported = path.join(folder, `journal.${format}`);
    expect((await run('journal', '--server', closed.url, `--${format}`, '-o', exported)).code).toBe(0);
    if (format === 'har') {
      const { out, err } = await run('journal', '--server', closed.url, '--json');
      writeFileSync(path.join(folder, 'shown.txt'), out + err);
    }
    const [ended, warned] = await Promise.all([closed.stop(), open.stop()]);
    writeFileSync(path.join(folder, `told-${format}.txt`), ended.out + ended.err);
    expect(ended.out).toMatch(/2 exchanges recorded: 0 kept, 2 broken/);
    expect(warned.err.match(/WARNING: .*credentials as they were sent/g)).toHaveLength(2);
    expect(readFileSync(secretly, 'utf8')).toContain('recorded with --keep-secrets');
    verdicts.push(await checkInto(path.join(folder, `report-${format}`), file, specs, service));
    verdicts.push(await checkInto(path.join(kept, `report-${format}`), secretly, specs, service));
  }
  expect(toldIn(folder)).toEqual([]);
  expect(new Set(toldIn(kept).map(told => told.split(' ')[0]))).toEqual(new Set(Object.keys(SECRETS)));
  expect(verdicts[0]).toMatchObject({ verdict: 'broken', accounting: { total: 2, broken: { count: 2 } } });
  for (const verdict of verdicts) expect(verdict).toEqual(verdicts[0]);
});

test.for([['pretty'], ['json']] as const)('a token in a path is not in the log: %s', async ([log]) => {
  const upstream = ['--specs', PETS, '--upstream', `pets=${await vendor()}`];
  const file = path.join(folderWith({}), 'traffic.har');
  const program = start(['record', '--port', '0', ...upstream, '-o', file, '--log', log]);
  const [, url = ''] = await program.line(/(?:goes through |"listening":")(http:[^\s"]+)/);
  await fetch(`${url}/pets/v1/pets/eyJhbGciOiJI.eyJzdWIiOiJG.FAKEsignature`);
  await program.line(/getPet/);
  program.signal('SIGINT');
  const { out, err } = await program.ended;
  expect(out + err).toContain('/pets/v1/pets/eyJ');
  expect(out + err).not.toContain('FAKEsignature');
});

test('an exported journal contains the upstream requests', async () => {
  const folder = folderWith({});
  const service = await vendor();
  const mock = await startMock({ specs: [PETS], upstreams: [`pets=${service}`] });
  onTestFinished(() => mock.close(0));
  await fetch(`${mock.url}/pets/pets`);
  const { out } = await run('journal', '--server', mock.url, '--har');
  const { log } = JSON.parse(out) as { log: { entries: { request: { url: string } }[] } };
  expect(log.entries.map(({ request }) => request.url)).toEqual([`${service}/pets`]);
  const file = path.join(folder, 'journal.ndjson');
  await run('journal', '--server', mock.url, '--ndjson', '-o', file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ upstream: { path: '/pets/v1/pets' } });
  const checked = await run(
    'check',
    file,
    '--specs',
    PETS,
    '--server',
    `pets=${service}`,
    '--format',
    'json',
  );
  expect(JSON.parse(checked.out)).toMatchObject({ accounting: { total: 1, kept: 1 } });
  expect((await run('journal', '--har', '--ndjson')).code).toBe(2);
  expect((await run('journal', '--har', '--follow')).code).toBe(2);
  expect((await run('journal', '-o', file)).code).toBe(2);
});
