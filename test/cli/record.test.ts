// Tests of the record command: its log and summary, recordings that check accepts, and redaction of secrets.
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
  /** Sends SIGINT, as Ctrl-C does. */
  stop(): Promise<Ended>;
}

async function record(...args: string[]): Promise<Recording> {
  const program = start(['record', '--port', '0', ...args]);
  const [, url = ''] = await program.line(/records (\S+) into \S/);
  const stop = (): Promise<Ended> => {
    program.signal('SIGINT');
    return program.ended;
  };
  return { url, program, stop };
}

async function startPets(): Promise<string> {
  const mock = await startMock({ specs: [PETS] });
  onTestFinished(() => mock.close(0));
  return `${mock.url}/pets/v1`;
}

describe.for([['har'], ['ndjson']] as const)('a recording as %s', ([format]) => {
  test('logs each exchange with its class as check counts it, and appends', async () => {
    const file = path.join(folderWith({}), `traffic.${format}`);
    const service = await startPets();
    const { url, program, stop } = await record('--specs', PETS, '--upstream', `pets=${service}`, '-o', file);
    expect(await (await fetch(`${url}/pets/v1/pets`)).json()).toBeInstanceOf(Array);
    await fetch(`${url}/pets/v1/lies`);
    await fetch(`${url}/pets/v1/pets?limit=many`);
    await program.line(/GET +\/pets\/v1\/pets listPets 200 [\d.]+ms passed\n/);
    await program.line(/GET +\/pets\/v1\/lies lie 200 [\d.]+ms failed\n {2}\S+pets\.yaml:\d+:\d+ error /);
    const { code, out } = await stop();
    expect(code).toBe(0);
    expect(out).toMatch(
      /3 exchanges recorded \(1 passed, 0 rejected, 1 failed, 0 not checkable, 1 out of scope\), 0 not recorded\n/,
    );
    const next = /Next: deadringer (check .*)\n/.exec(out)?.[1]?.split(' ') ?? [];
    expect(next.slice(2)).toEqual(['--specs', PETS, '--server', `pets=${service}`]);
    const checked = await run(...next, '--format', 'json');
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.out)).toMatchObject({
      accounting: { total: 3, passed: 1, failed: { count: 1 }, outOfScope: { count: 1 } },
    });
    expect(
      (await run('record', '--port', '0', '--specs', PETS, '--upstream', `pets=${service}`, '-o', file)).err,
    ).toMatch(/exists: add --append/);
    const again = await record('--specs', PETS, '--upstream', `pets=${service}`, '-o', file, '--append');
    await fetch(`${again.url}/pets/v1/pets`);
    await again.stop();
    const more = JSON.parse((await run(...next, '--format', 'json')).out) as object;
    expect(more).toMatchObject({ accounting: { total: 4, passed: 2 } });
    expect(existsSync(`${file}.lock`)).toBe(false);
  });
});

test('says once that bodies have links which lead past the recorder, escaped or not', async () => {
  const server = http.createServer((_, outgoing) =>
    outgoing
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify([{ name: `${service}/v1/pets/8` }]).replaceAll('/', '\\/')),
  );
  const service = `http://127.0.0.1:${await listening(server)}`;
  const file = path.join(folderWith({}), 'traffic.har');
  const { url, stop } = await record('--specs', PETS, '--upstream', `pets=${service}`, '-o', file);
  for (let call = 0; call < 2; call++) await (await fetch(`${url}/pets/v1/pets`)).arrayBuffer();
  expect((await stop()).err).toBe(
    `the bodies of responses have links to ${service}: a client that follows them is not recorded, because bodies are passed on unchanged\n`,
  );
});

test('prints where to send requests, and a hint when none came', async () => {
  const service = await startPets();
  const file = path.join(folderWith({}), 'traffic.har');
  const { url, program, stop } = await record('--specs', PETS, '--upstream', `pets=${service}`, '-o', file);
  await program.line(new RegExp(`\n {2}pets: ${url}/pets -> ${service}\n`));
  const { out } = await stop();
  expect(out).toContain(`No requests received: send requests to ${url}/pets instead of the real service\n`);
  expect(out).not.toContain('Next:');
});

test('the suggested check command is quoted for a shell', async () => {
  const folder = folderWith({ 'my pets.yaml': readFileSync(PETS, 'utf8') });
  const specs = path.join(folder, 'my pets.yaml');
  const file = path.join(folder, 'my traffic.har');
  const service = await startPets();
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
  expect(out).toMatch(
    /1 exchange recorded \(0 passed, 0 rejected, 0 failed, 0 not checkable, 1 out of scope\), 0 not recorded\n/,
  );
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
  ['a missing --upstream', ['-o', 'a.har'], /--upstream is required: the URL of the real service\n/],
  [
    'a missing --output',
    ['--upstream', 'https://api.example.com'],
    /--output is required: traffic\.har or traffic\.ndjson\n/,
  ],
  [
    'an unknown file extension',
    ['--upstream', 'https://api.example.com', '-o', 'a.pcap'],
    /a\.pcap has no known extension: use \.har or \.ndjson\n/,
  ],
] as const)('%s is a usage error', async ([, args, message]) => {
  const { code, err } = await run('record', '--port', '0', '--specs', PETS, ...args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test('exchanges that cannot be written are counted and exit with 3; the client is not affected', async () => {
  const folder = folderWith({});
  mkdirSync(path.join(folder, 'in'));
  const file = path.join(folder, 'in', 'traffic.ndjson');
  const { url, stop } = await record('--specs', PETS, '--upstream', `pets=${await startPets()}`, '-o', file);
  const { rm } = await import('node:fs/promises');
  await rm(path.join(folder, 'in'), { recursive: true });
  expect((await fetch(`${url}/pets/v1/pets`)).status).toBe(200);
  const { code, err, out } = await stop();
  expect(code).toBe(3);
  expect(err).toMatch(/cannot be written; exchanges are not recorded: /);
  expect(err).toMatch(/1 exchange not recorded: the recording is incomplete\n/);
  expect(out).toMatch(/0 exchanges recorded \(1 passed, .*\), 1 not recorded\n/);
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

/** The forms in which a file can contain a secret: plain, escaped for JSON or a URL, in base64 at any offset. */
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

function secretsFoundIn(folder: string): string[] {
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

async function startSecured(): Promise<string> {
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

/** Writes the check report of a recording in all file formats. @returns the parts without file names, times and ports */
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
  const unredacted = folderWith({});
  const specs = path.join(folder, 'secured.yaml');
  const service = await startSecured();
  const options = ['--specs', specs, '--upstream', `secured=${service}`];
  const results: unknown[] = [];
  for (const format of ['har', 'ndjson']) {
    const file = path.join(folder, `traffic.${format}`);
    const unredactedFile = path.join(unredacted, `traffic.${format}`);
    const [redacting, keeping] = await Promise.all([
      record(...options, '-o', file),
      record(...options, '-o', unredactedFile, '--keep-secrets'),
    ]);
    await callSecured(redacting.url);
    await callSecured(keeping.url);
    const exported = path.join(folder, `journal.${format}`);
    expect((await run('journal', '--server', redacting.url, `--${format}`, '-o', exported)).code).toBe(0);
    if (format === 'har') {
      const { out, err } = await run('journal', '--server', redacting.url, '--json');
      writeFileSync(path.join(folder, 'shown.txt'), out + err);
    }
    const [ended, warned] = await Promise.all([redacting.stop(), keeping.stop()]);
    writeFileSync(path.join(folder, `output-${format}.txt`), ended.out + ended.err);
    expect(ended.out).toMatch(/2 exchanges recorded \(0 passed, 0 rejected, 2 failed, /);
    expect(
      warned.err.match(
        /WARNING: .* unredacted credentials \(--keep-secrets\)\. Do not share, and delete after use\.\n/g,
      ),
    ).toHaveLength(2);
    expect(readFileSync(unredactedFile, 'utf8')).toContain('recorded with --keep-secrets');
    results.push(await checkInto(path.join(folder, `report-${format}`), file, specs, service));
    results.push(await checkInto(path.join(unredacted, `report-${format}`), unredactedFile, specs, service));
  }
  expect(secretsFoundIn(folder)).toEqual([]);
  expect(new Set(secretsFoundIn(unredacted).map(found => found.split(' ')[0]))).toEqual(
    new Set(Object.keys(SECRETS)),
  );
  expect(results[0]).toMatchObject({ verdict: 'failed', accounting: { total: 2, failed: { count: 2 } } });
  for (const result of results) expect(result).toEqual(results[0]);
});

test.for([['pretty'], ['json']] as const)('a token in a path is not in the log: %s', async ([log]) => {
  const upstream = ['--specs', PETS, '--upstream', `pets=${await startPets()}`];
  const file = path.join(folderWith({}), 'traffic.har');
  const program = start(['record', '--port', '0', ...upstream, '-o', file, '--log', log]);
  const [, url = ''] = await program.line(/(?:records |"listening":")(http:[^\s"]+)/);
  await fetch(`${url}/pets/v1/pets/eyJhbGciOiJI.eyJzdWIiOiJG.FAKEsignature`);
  await program.line(/getPet/);
  program.signal('SIGINT');
  const { out, err } = await program.ended;
  expect(out + err).toContain('/pets/v1/pets/eyJ');
  expect(out + err).not.toContain('FAKEsignature');
});

test('an exported journal contains the upstream requests', async () => {
  const folder = folderWith({});
  const service = await startPets();
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
  expect(JSON.parse(checked.out)).toMatchObject({ accounting: { total: 1, passed: 1 } });
  expect((await run('journal', '--har', '--ndjson')).code).toBe(2);
  expect((await run('journal', '--har', '--follow')).code).toBe(2);
  expect((await run('journal', '-o', file)).code).toBe(2);
});
