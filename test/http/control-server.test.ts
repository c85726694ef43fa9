// What the control API tells about the server, and the events that say what changes in it.
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/start.ts';
import { type ControlApi, openControl } from './described-control.ts';

let api: ControlApi;
beforeAll(async () => {
  api = await openControl({ specs: ['test/fixtures/pets.yaml'] });
});
afterAll(async () => await api.close());

test('the metrics count exchanges from the time when they are first asked for', async () => {
  await api.control('GET', '/metrics');
  await fetch(`${api.url}/pets/pets`);
  expect((await api.control('GET', '/metrics')).body).toContain(
    'deadringer_exchanges_total{api="pets",operation="listPets",status="200",problem=""} 1',
  );
});

test('GET /server describes the documents, the addresses, and a first request to each', async () => {
  const { body } = await api.control('GET', '/server');
  expect(body).toMatchObject({
    revision: 1,
    urls: [{ url: api.url, kind: 'local' }],
    token: false,
    readOnly: false,
    findings: [],
    documents: [
      {
        api: 'pets',
        title: 'Pets',
        version: '1',
        openapi: '3.1.0',
        file: 'test/fixtures/pets.yaml',
        unusable: 0,
      },
    ],
  });
  const [pets] = body.documents;
  expect(pets.basePaths).toContain('/pets/v1');
  expect(pets.firstRequest).toEqual({
    operation: 'listPets',
    curl: expect.stringContaining(`${api.url}/pets/v1/pets`),
  });
  const anna = await api.control('GET', '/server?session=anna');
  expect(anna.body.documents[0].firstRequest.curl).toContain(`${api.url}/~anna/pets/v1/pets`);
  expect((await api.control('GET', '/server?session=no%20name')).status).toBe(404);
});

test('GET /server names what is wrong with a document, and with one that cannot be served', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync('test/fixtures/pets.yaml', path.join(folder, 'pets.yaml'));
  writeFileSync(path.join(folder, 'broken.yaml'), 'openapi: 3.1.0\npaths: [');
  writeFileSync(
    path.join(folder, 'wrong.yaml'),
    "openapi: 3.1.0\ninfo: { title: Wrong, version: '7' }\npaths:\n  /a:\n    get:\n      responses:\n        '200': { description: ok, content: { application/json: { schema: { type: strange } } } }\n",
  );
  const wrong = await openControl({ specs: [folder] });
  const { body } = await wrong.control('GET', '/server');
  expect(body.findings).toMatchObject([
    { level: 'error', location: expect.stringMatching(/broken\.yaml:\d+/) },
  ]);
  const byApi = Object.fromEntries(
    body.documents.map(({ api: name, findings }: { api: string; findings: unknown[] }) => [name, findings]),
  );
  expect(byApi.pets).toEqual([]);
  expect(byApi.wrong).toMatchObject([
    { code: 'spec-schema', level: 'error', location: expect.stringMatching(/wrong\.yaml:7:\d+$/) },
  ]);
  await wrong.close();
});

test('GET /server says which version of the files is served: another one after a reload of a changed file', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'pets.yaml');
  copyFileSync('test/fixtures/pets.yaml', file);
  const mock = await startServer({ specs: [file] });
  onTestFinished(() => mock.close(0));
  const served = async (): Promise<{ documentsVersion: string; replicas?: unknown }> =>
    (await fetch(`${mock.url}/__deadringer/server`)).json() as never;
  const before = await served();
  expect(before.replicas).toBeUndefined();
  expect(before.documentsVersion).toBe((await api.control('GET', '/server')).body.documentsVersion);
  appendFileSync(file, '# changed\n');
  expect(await served()).toMatchObject({ documentsVersion: before.documentsVersion });
  await mock.reload();
  expect((await served()).documentsVersion).not.toBe(before.documentsVersion);
});

test('GET /events says that documents were loaded again, and that sessions begin, change and end', async () => {
  const mock = await startServer({ specs: ['test/fixtures/pets.yaml'] });
  onTestFinished(async () => await mock.close());
  const base = `${mock.url}/__deadringer`;
  await fetch(`${mock.url}/pets/pets`);
  const response = await fetch(`${base}/events?from=now&summary=true`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  /** Waits until this many events have come, and returns them without ids. */
  const events = async (count: number): Promise<string[]> => {
    while (text.split('\n\n').length <= count) text += (await reader?.read())?.value ?? '';
    return text.split('\n\n').map(event => event.replace(/^id: .*\n/, '').replace('\ndata: ', ' '));
  };
  await fetch(`${base}/sessions`, { method: 'POST', body: '{"id":"anna"}' });
  await fetch(`${base}/sessions/anna/reset`, { method: 'POST' });
  await fetch(`${base}/sessions/anna`, { method: 'DELETE' });
  await mock.reload();
  await fetch(`${mock.url}/pets/pets`, { headers: { 'x-deadringer-session': 'bob' } });
  const seen = await events(7);
  expect(seen.slice(0, 6)).toEqual([
    'event: session {"id":"anna","ended":false}',
    'event: session {"id":"anna","ended":false}',
    'event: session {"id":"anna","ended":false}',
    'event: session {"id":"anna","ended":true}',
    'event: reloaded {"revision":2}',
    'event: session {"id":"bob","ended":false}',
  ]);
  const [, summary = ''] = /^event: exchange (.*)$/.exec(seen[6] ?? '') ?? [];
  expect(JSON.parse(summary)).toMatchObject({ session: 'bob', operation: 'listPets', status: 200 });
  expect(JSON.parse(summary)).not.toHaveProperty('response');
  await reader?.cancel();
});
