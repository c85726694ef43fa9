// npm run verify:image -- <folder>: builds the image of the Dockerfile in a folder without a container engine, starts it, and uses it.
// Needs root, Debian's debootstrap, curl and the network; takes two minutes, so CI does not run it.
import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildImage } from './build-image.ts';
import { run } from './root-folders.ts';
import { type Container, startContainer } from './try-image.ts';

const URL_INSIDE = 'http://127.0.0.1:4010';
const PET = ['-H', 'accept: application/json', `${URL_INSIDE}/pets/pets/7`];
const BEARER = ['-H', 'Authorization: Bearer FAKE-token'];

const folder = path.resolve(process.argv[2] ?? mkdtempSync(path.join(tmpdir(), 'deadringer-image-')));
console.log(`building in ${folder}`);
const { root, stage } = buildImage(folder);
console.log(`image: ${run('du', ['-sm', path.join(root, 'app')]).split('\t')[0]} MB below /app`);

const specs = mkdtempSync(path.join(folder, 'specs-'));
const scenarios = mkdtempSync(path.join(folder, 'scenarios-'));
chmodSync(specs, 0o755);
cpSync('test/fixtures/pets.yaml', path.join(specs, 'pets.yaml'));
run('chown', ['65532:65532', scenarios]);
const documents = { from: specs, to: '/specs' };

async function untilHealthy(container: Container): Promise<void> {
  let ended = false;
  void container.ended.then(() => {
    ended = true;
  });
  for (let attempt = 0; (await container.health()) !== 0; attempt++) {
    assert.ok(!ended && attempt < 100, `the container is not healthy:\n${container.output()}`);
    await sleep(200);
  }
}

async function stop(container: Container): Promise<void> {
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.output());
}

async function step(name: string, test: () => Promise<void>): Promise<void> {
  await test();
  console.log(`passed: ${name}`);
}

await step('without a token it ends at once and says what is missing', async () => {
  const container = await startContainer(root, stage, [], {}, [documents]);
  assert.equal(await container.ended, 2);
  assert.match(container.output(), /set --token \(or DEADRINGER_TOKEN\)/);
});

await step('without documents it serves the bundled examples and says so', async () => {
  const container = await startContainer(root, stage, [], { DEADRINGER_TOKEN: 'FAKE-token' });
  await untilHealthy(container);
  assert.match(container.output(), /serves 5 APIs/);
  assert.match(container.output(), /These are bundled examples/);
  await stop(container);
});

await step('with documents on a read-only root it serves, as a user without privileges', async () => {
  const container = await startContainer(root, stage, [], { DEADRINGER_TOKEN: 'FAKE-token' }, [documents]);
  await untilHealthy(container);
  assert.match(await container.curl(...PET), /^200 /);
  assert.match(await container.curl('-i', `${URL_INSIDE}/pets/pets/x`), /\(specs\/pets\.yaml:\d+\)/);
  assert.match(await container.curl(`${URL_INSIDE}/__deadringer/sessions`), /^401 /);
  assert.match(await container.curl(...BEARER, `${URL_INSIDE}/__deadringer/sessions`), /^200 /);
  assert.match(await container.curl(`${URL_INSIDE}/__deadringer/`), /^200 <!doctype html>/i);
  const script = `
    if (process.getuid() !== 65532) process.exit(3);
    for (const file of ['/new', '/app/new', '/specs/new', '/tmp/new'])
      try { fs.writeFileSync(file, ''); process.exit(4); } catch (error) { if (error.code !== 'EROFS') process.exit(5); }
    if (fs.existsSync('/bin/sh') || fs.existsSync('/app/src')) process.exit(6);`;
  assert.equal(await container.exec(['/nodejs/bin/node', '-e', script]), 0);
  const refused = await container.curl(
    ...[...BEARER, '-X', 'PUT', '--json', '{"text":"rules: []"}'],
    `${URL_INSIDE}/__deadringer/scenarios/pets%2Fnew`,
  );
  assert.match(refused, /^4\d\d /, refused);
  await stop(container);
});

await step('a scenario is saved in a writable volume', async () => {
  const volumes = [documents, { from: scenarios, to: '/scenarios', writable: true }];
  const container = await startContainer(root, stage, [], { DEADRINGER_TOKEN: 'FAKE-token' }, volumes);
  await untilHealthy(container);
  const text = 'title: No pet\nrules:\n  - on: getPet\n    reply: { status: 404 }\n';
  const saved = await container.curl(
    ...[...BEARER, '-X', 'PUT', '--json', JSON.stringify({ text })],
    `${URL_INSIDE}/__deadringer/scenarios/pets%2Fgone`,
  );
  assert.match(saved, /^20\d /, saved);
  await stop(container);
});

await step(
  'SIGTERM: the pending response ends, new connections are refused, the exit code is 0',
  async () => {
    const container = await startContainer(
      root,
      stage,
      ['serve', '--log', 'json'],
      {
        DEADRINGER_TOKEN: 'FAKE-token',
      },
      [documents],
    );
    await untilHealthy(container);
    const slow = JSON.stringify({ deliver: { delay: '3s' } });
    await container.curl(
      ...[...BEARER, '-X', 'PATCH', '--json', slow],
      `${URL_INSIDE}/__deadringer/sessions/default/switches/*`,
    );
    const pending = container.curl(...PET);
    await sleep(1000);
    container.signal('SIGTERM');
    const health = `${URL_INSIDE}/__deadringer/health`;
    for (let attempt = 0; !(await container.curl(health)).startsWith('000'); attempt++)
      assert.ok(attempt < 20, 'connections are still accepted');
    assert.notEqual(await container.health(), 0);
    assert.match(await pending, /^200 /);
    assert.equal(await container.ended, 0);
  },
);

await step('another port and the other commands', async () => {
  const env = { DEADRINGER_TOKEN: 'FAKE-token', DEADRINGER_URL: 'http://127.0.0.1:8080' };
  const container = await startContainer(root, stage, ['serve', '--port', '8080'], env, [documents]);
  await untilHealthy(container);
  await container.curl('http://127.0.0.1:8080/pets/pets/7');
  const har = await container.curl(
    ...BEARER,
    'http://127.0.0.1:8080/__deadringer/sessions/default/journal.har',
  );
  assert.equal(
    await container.exec(['/nodejs/bin/node', '/app/bin/deadringer.js', 'use', 'pets.addPet.201']),
    0,
  );
  await stop(container);
  writeFileSync(path.join(specs, 'traffic.har'), har.slice(4));
  const check = await startContainer(
    root,
    stage,
    ['check', 'specs/traffic.har', '--specs', 'specs/pets.yaml'],
    {},
    [documents],
  );
  assert.equal(await check.ended, 0, check.output());
  assert.match(check.output(), /Passed: 1 of 1/);
});
console.log('the image works');
