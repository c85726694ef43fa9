// The app that the tests with Playwright look at: pages of an origin of their own that call the API from the browser.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const API = process.env.DEADRINGER_URL ?? 'http://127.0.0.1:4010';

const PAGE = `<!doctype html>
<html lang="en"><title>Pets</title>
<h1>Pets</h1>
<p role="alert"></p>
<ul></ul>
<form><label>Name <input name="name"></label> <button>Add</button></form>
<script type="module">
  const show = message => { document.querySelector('[role=alert]').textContent = message; };
  const list = async () => {
    const response = await fetch('${API}/pets');
    if (!response.ok) return show('The pets cannot be loaded');
    const pets = await response.json();
    document.querySelector('ul').replaceChildren(...pets.map(({ name }) => {
      const item = document.createElement('li');
      item.textContent = name;
      return item;
    }));
  };
  document.querySelector('form').addEventListener('submit', async event => {
    event.preventDefault();
    const body = JSON.stringify({ name: new FormData(event.target).get('name') });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('${API}/pets', { method: 'POST', headers, body });
    show(response.ok ? 'Added' : 'The pet was not added');
  });
  await list();
</script>`;

const SCRIPTS: Readonly<Record<string, string>> = {
  '/worker.js': `onmessage = async ({ data }) => postMessage((await fetch(data)).status);`,
  '/service-worker.js': `
    addEventListener('install', () => skipWaiting());
    addEventListener('activate', event => event.waitUntil(clients.claim()));
    addEventListener('fetch', event => {
      if (event.request.url.includes('/pets')) event.respondWith(fetch(event.request));
    });`,
};

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://app');
  const open = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
  const script = SCRIPTS[url.pathname];
  if (script !== undefined) response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
  // What a request of the browser carries to an origin that is not the mock's.
  else if (url.pathname === '/seen')
    response.writeHead(200, open).end(JSON.stringify({ session: request.headers['x-deadringer-session'] }));
  else if (url.pathname === '/empty')
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
  else if (url.pathname === '/redirect')
    response.writeHead(307, { ...open, location: url.searchParams.get('to') ?? '/' }).end();
  // As the development server of an app does it.
  else if (url.pathname.startsWith('/api/')) {
    const headers = { 'x-deadringer-session': String(request.headers['x-deadringer-session']) };
    const answer = await fetch(API + url.pathname.slice('/api'.length), { headers });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  } else response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
}

const server = createServer((request, response) => void respond(request, response));
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`http://localhost:${port}`);
});
