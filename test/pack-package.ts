// Packs the package, installs the tarball in an empty folder as a user would, and asks the installed program for its work.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { CONSOLE_BUILD } from '../build/console.ts';

/** An operation whose answer Prism chooses. */
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
`;
const NEGOTIATED = [
  '200 application/json "red"',
  '200 application/json "blue"',
  '404 application/json "none"',
  '200 text/plain red',
  '200 text/plain red',
];

/** The page that the installed program serves is what a fresh build makes, byte for byte. */
async function verifyConsole(url: string): Promise<void> {
  const built = await build({ ...CONSOLE_BUILD, build: { ...CONSOLE_BUILD.build, write: false } });
  if (!('output' in built)) throw new Error('the build of the console has several outputs');
  for (const file of built.output) {
    if (file.fileName === 'licences.md') continue;
    const response = await fetch(url + (file.fileName === 'index.html' ? '' : file.fileName));
    const served = Buffer.from(await response.arrayBuffer());
    if (!served.equals(Buffer.from(file.type === 'chunk' ? file.code : file.source)))
      throw new Error(`the console of the package differs from a fresh build: ${file.fileName}`);
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-pack-'));
try {
  const run = (command: string, args: string[], cwd: string): string =>
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], '.'),
  ) as { filename: string }[];
  if (packed === undefined) throw new Error('npm pack made no tarball');
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  run(
    'npm',
    ['install', '--silent', '--ignore-scripts', '--omit=dev', path.join(folder, packed.filename)],
    folder,
  );

  const { packages } = JSON.parse(
    readFileSync(path.join(folder, 'node_modules', '.package-lock.json'), 'utf8'),
  ) as { packages: Record<string, { hasInstallScript?: true }> };
  const unwanted = Object.entries(packages)
    .filter(
      ([at, { hasInstallScript }]) =>
        hasInstallScript || /node_modules\/@(?:stoplight|scarf|faker-js)\//.test(at),
    )
    .map(([at]) => at);
  if (unwanted.length > 0)
    throw new Error(`an install must run no script and need no Prism and no Faker: ${unwanted.join(', ')}`);

  const bin = path.join(folder, 'node_modules', '.bin', 'deadringer');
  const linted = run(process.execPath, [bin, 'lint', 'node_modules/deadringer/specs'], folder);
  if (!linted.includes('5 documents (OpenAPI 3.1.0), 5 operations'))
    throw new Error(`the installed program lints: ${linted}`);

  writeFileSync(path.join(folder, 'colours.yaml'), COLOURS);
  const specs = ['--specs', 'node_modules/deadringer/specs', 'colours.yaml'];
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', '--log', 'json', ...specs], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    for await (const line of createInterface(child.stdout)) {
      const { listening } = JSON.parse(line) as { listening: string };
      const response = await fetch(`${listening}/bunce/v1/customers/0000/devices`, {
        method: 'POST',
        headers: { 'x-authorization': 'test-key' },
      });
      if (response.status !== 200)
        throw new Error(`the installed program answers ${response.status}: ${await response.text()}`);
      const journal = await fetch(`${listening}/__deadringer/sessions/default/journal.har`);
      const [entry] = ((await journal.json()) as { log: { entries: object[] } }).log.entries;
      // Large enough that other threads, which are started from files of their own, are called in.
      const log = { creator: { name: 'pack' }, entries: Array.from({ length: 8000 }, () => entry) };
      writeFileSync(path.join(folder, 'traffic.har'), JSON.stringify({ log }));
      const negotiated = await Promise.all(
        [
          {},
          { prefer: 'example=blue' },
          { prefer: 'code=404' },
          { accept: 'text/plain;q=0.5, application/xml' },
          { accept: 'text/plain' },
        ].map(async headers => {
          const answer = await fetch(`${listening}/colours/colour`, { headers });
          return `${answer.status} ${answer.headers.get('content-type')} ${await answer.text()}`;
        }),
      );
      if (negotiated.join() !== NEGOTIATED.join())
        throw new Error(`the installed program negotiates: ${negotiated.join()}`);
      const person = await (await fetch(`${listening}/colours/person`)).text();
      if (!/^\{"email":"[a-z]+\.[a-z]+@example\.com"\}$/.test(person))
        throw new Error(`the installed program generates: ${person}`);
      const described = await fetch(`${listening}/__deadringer/openapi.yaml`);
      if (!(await described.text()).includes('openapi: 3.1.0'))
        throw new Error('the control API is not described');
      await verifyConsole(`${listening}/__deadringer/`);
      break;
    }
  } finally {
    child.kill();
    await once(child, 'close');
  }

  const checked = run(
    process.execPath,
    [bin, 'check', 'traffic.har', '--specs', 'node_modules/deadringer/specs', '--threads', '2'],
    folder,
  );
  if (!checked.includes('Passed: 8000 of 8000 checked exchanges passed.'))
    throw new Error(`the installed program checks: ${checked}`);

  writeFileSync(
    path.join(folder, 'use.js'),
    "import { startMock } from 'deadringer'; import schema from 'deadringer/report.schema.json' with { type: 'json' }; if (schema.properties.accounting === undefined) throw new Error('no schema'); const mock = await startMock({ specs: ['node_modules/deadringer/specs'] }); await mock.close(); console.log('imported');",
  );
  if (run(process.execPath, ['use.js'], folder).trim() !== 'imported')
    throw new Error('the package cannot be imported');
  console.log(`${packed.filename}: packed, installed, linted, served, checked, imported`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
