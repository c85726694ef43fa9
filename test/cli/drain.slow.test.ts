// serve --drain: what a server that is told to stop does until it stops.
import { expect, test } from 'vitest';
import { start } from './program.ts';

test('a server that drains answers new requests, says that it stops, and ends by itself', async () => {
  const running = start(['serve', '--specs', 'test/fixtures/pets.yaml', '--port', '0', '--drain', '3s']);
  const [, url = ''] = await running.line(/ on (http:\S+)/);
  expect((await fetch(`${url}/__deadringer/ready`)).status).toBe(200);
  running.signal('SIGTERM');
  await running.line(/stopping after open requests/);
  const ready = await fetch(`${url}/__deadringer/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([503, { status: 'stopping' }]);
  const pets = await fetch(`${url}/pets`);
  expect([pets.status, pets.headers.get('connection')]).toEqual([200, 'close']);
  expect((await running.ended).code).toBe(0);
  await expect(fetch(`${url}/pets`)).rejects.toThrow();
});
