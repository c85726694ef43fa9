// A page of another origin on the same machine, in a real browser: whatever it tries, it reads nothing and changes nothing.
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { setUpConsole } from './console-page.ts';

const setup = setUpConsole();

/** A server of the same machine, which is the same site for a browser. */
async function serveOtherPage(): Promise<string> {
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>other</title><p id="out"></p>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Everything that a page can send without being asked. @returns what it could read */
const ATTACK = `async base => {
  const body = JSON.stringify({ id: 'intruder' });
  const read = [];
  const attempts = [
    () => fetch(base + 'sessions'),
    () => fetch(base + 'sessions', { mode: 'no-cors' }),
    () => fetch(base + 'sessions', { method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body }),
    () => fetch(base + 'sessions', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
    () => fetch(base + 'sessions/victim', { method: 'DELETE' }),
    () => fetch(base + 'sessions/victim/switches/*', { method: 'PATCH', body: '{"status":503}' }),
    () => fetch(base + 'sessions/victim/reset', { method: 'POST', mode: 'no-cors' }),
    async () => navigator.sendBeacon(base + 'sessions', body),
  ];
  for (const attempt of attempts) {
    try {
      const answer = await attempt();
      if (answer instanceof Response && answer.type !== 'opaque') read.push(await answer.text());
    } catch {}
  }
  await new Promise(resolve => {
    const source = new EventSource(base + 'events');
    source.onmessage = event => read.push(event.data);
    source.addEventListener('exchange', event => read.push(event.data));
    source.onerror = () => { source.close(); resolve(); };
  });
  await new Promise(resolve => {
    const script = document.createElement('script');
    script.src = base + 'apis';
    script.onerror = script.onload = event => { if (event.type === 'load') read.push('script'); resolve(); };
    document.body.append(script);
  });
  const frame = document.createElement('iframe');
  frame.name = 'target';
  frame.src = base;
  document.body.append(frame);
  await new Promise(resolve => { frame.onload = resolve; });
  try { if (frame.contentDocument.body.textContent !== '') read.push(frame.contentDocument.body.textContent); } catch {}
  const form = document.createElement('form');
  form.method = 'post';
  form.enctype = 'text/plain';
  form.target = 'target';
  form.action = base + 'sessions';
  const field = document.createElement('input');
  field.name = '{"id":"intruder","seed":"';
  field.value = '"}';
  form.append(field);
  document.body.append(form);
  form.submit();
  await new Promise(resolve => { frame.onload = resolve; });
  return read;
}`;

test('a page of another port can neither read nor change anything', async () => {
  const { state, url } = setup.mock;
  const base = `${url}/__deadringer/`;
  await fetch(`${base}sessions`, { method: 'POST', body: '{"id":"victim","scenarios":["pets/flaky"]}' });
  await fetch(`${url}/pets/pets`, { headers: { 'x-deadringer-session': 'victim' } });
  const page = await setup.browser.newPage();
  onTestFinished(async () => await page.close());
  await page.goto(await serveOtherPage());
  expect(await page.evaluate(`(${ATTACK})(${JSON.stringify(base)})`)).toEqual([]);
  expect(await state.sessions.get('intruder')).toBeUndefined();
  const victim = await state.sessions.get('victim');
  expect(victim?.activeScenarios).toEqual(['pets/flaky']);
  expect(victim?.switches.size).toBe(0);
  expect(victim?.journal.length).toBe(1);
});

test('a link of another page opens the console, which shares nothing with it', async () => {
  const page = await setup.browser.newPage();
  onTestFinished(async () => await page.close());
  await page.goto(await serveOtherPage());
  const opening = page.waitForEvent('popup');
  await page.evaluate(`window.opened = open(${JSON.stringify(`${setup.mock.url}/__deadringer/`)})`);
  const popup = await opening;
  await popup.getByRole('heading', { level: 1, name: 'Start' }).waitFor();
  expect(await popup.evaluate('opener')).toBeNull();
  expect(await page.evaluate('opened.closed')).toBe(true);
  await popup.close();
});
