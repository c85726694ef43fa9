// Callbacks in the console: the badge in the list, the link to the exchange that caused one, and why others are not sent.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole({
  specs: ['test/fixtures/streams.yaml'],
  scenarios: ['test/fixtures/sent-scenarios'],
});

test('a callback has a badge, its answer is judged, and it links to its cause', async () => {
  const receiver = createServer((_, outgoing) => outgoing.writeHead(500).end());
  receiver.listen(0, '127.0.0.1');
  onTestFinished(() => {
    receiver.closeAllConnections();
    receiver.close();
  });
  await once(receiver, 'listening');
  const to = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const page = await setup.open('#/traffic?session=default');
  await page.getByText('No calls yet').waitFor();
  await fetch(`${setup.mock.url}/streams/streams/1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ callbackUrl: `${to}/events` }),
  });
  const row = page.getByRole('row', { name: new RegExp(`500 POST ${to}/events.* onData .*callback`) });
  await row.waitFor();
  await expectAccessible(page);
  await row.getByRole('link').click();
  const exchange = page.getByRole('article', { name: 'Exchange' });
  await exchange.getByText(`The mock sends the callback onData to ${to}`).waitFor();
  await exchange.getByText('status 500 is not declared by onData (declared: 200, 204)').first().waitFor();
  expect(await exchange.getByRole('button', { name: /Answer the next call|Turn into/ }).count()).toBe(0);
  await expectAccessible(page);
  await exchange.getByRole('link', { name: 'sent after this exchange' }).click();
  await exchange.getByText('After the response the callback onData is sent to the URL').waitFor();
  await exchange.getByText('The callback onEnd is not sent: there is no $request.query.endUrl.').waitFor();
});

test('a callback that is not sent says why in place of a response', async () => {
  await fetch(`${setup.mock.url}/~far/streams/streams/1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ callbackUrl: 'http://10.1.2.3/' }),
  });
  const page = await setup.open('#/traffic?session=far');
  const row = page.getByRole('row', { name: /no response POST http:\/\/10\.1\.2\.3/ });
  await row.getByRole('link').click();
  const response = page.getByRole('region', { name: 'Response', exact: true });
  await response.getByText('start the server with --callback-host 10.1.2.3').waitFor();
});
