// The screen "Traffic" under load: hostile bodies, 5 MB of JSON, 50 calls a second, 100,000 exchanges, a restart of the server.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/start.ts';
import { expectAccessible, setUpConsole } from './console-page.ts';
import { measureTasks } from './trace.ts';

const setup = setUpConsole({ specs: ['test/fixtures/pets.yaml'] });

/** A mock in front of a service that answers everything with one body. @returns its origin */
async function openUpstream(body: string | Buffer, type: string): Promise<string> {
  const service = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  const mock = await startServer({
    specs: ['test/fixtures/pets.yaml'],
    upstreams: [`pets=http://127.0.0.1:${port}`],
  });
  onTestFinished(async () => {
    await mock.close();
    service.close();
  });
  return mock.url;
}

async function openExchange(origin: string, path: string): Promise<Page> {
  const response = await fetch(`${origin}${path}`);
  await response.arrayBuffer();
  const { headers } = response;
  return await setup.open(`#/traffic/${headers.get('x-deadringer-exchange')}`, { origin });
}

test('hostile text in bodies, paths and header fields is text', async () => {
  const hostile =
    '<script>alert(1)</script><img src=x onerror=alert(2)> \u202etxt.exe\u202c \u0007\u001b[31m שלום';
  for (const [body, type] of [
    [JSON.stringify({ hostile, '<b>key</b>': [hostile] }), 'application/json'],
    [`<a onclick="alert(1)">${hostile}</a>`, 'application/xml'],
    [hostile, 'text/html'],
    [Buffer.from([0x3c, 0x73, 0xff, 0x00, 0x1b]), 'application/octet-stream'],
  ] as const) {
    const origin = await openUpstream(body, type);
    const page = await openExchange(origin, '/pets/pets/%3Cscript%3Ealert(3)%3C%2Fscript%3E?q=%3Cimg%3E');
    const response = page.getByRole('region', { name: 'Response', exact: true });
    await response
      .getByText(type === 'application/octet-stream' ? '3c 73 ff 00 1b' : 'alert(1)')
      .first()
      .waitFor();
    expect(await page.locator('#app script, #app img, #app a[onclick]').count()).toBe(0);
    if (type !== 'application/octet-stream') await response.getByText('U+202E').first().waitFor();
  }
});

test('5 MB of JSON is shown at once, found, folded and copied', async () => {
  const pets = Array.from({ length: 60_000 }, (_, id) => ({
    id,
    name: `pet number ${id} of many in the zoo`,
    tags: ['a'],
  }));
  const text = JSON.stringify(pets);
  const origin = await openUpstream(text, 'application/json');
  const page = await openExchange(origin, '/pets/pets');
  const response = page.getByRole('region', { name: 'Response', exact: true });
  const body = response.getByRole('region', { name: 'Response body' });
  await body.getByText('"pet number 0 of many in the zoo"').waitFor();
  expect(await body.locator('.body-row').count()).toBeLessThan(60);
  const find = response.getByRole('searchbox', { name: 'Find in the response body' });
  await find.fill('number 59999');
  await find.press('Enter');
  await body.getByText('"pet number 59999 of many in the zoo"').waitFor();
  await response.getByRole('button', { name: 'Fold all' }).click();
  await body.getByText('3 members').first().waitFor();
  const [save] = await Promise.all([
    page.waitForEvent('download'),
    response.getByRole('button', { name: 'Save the response body' }).click(),
  ]);
  expect(save.suggestedFilename()).toMatch(/-response\.json$/);
});

test('50 calls a second are shown as they happen', async () => {
  const page = await setup.open('#/traffic?session=busy');
  await page.getByText('No calls yet').waitFor();
  for (let round = 0; round < 6; round++) {
    const started = performance.now();
    for (let id = 0; id < 25; id++)
      await fetch(`${setup.mock.url}/pets/pets/${round * 25 + id}`, {
        headers: { 'x-deadringer-session': 'busy' },
      });
    await new Promise(resolve => setTimeout(resolve, Math.max(0, 500 - (performance.now() - started))));
  }
  await page.getByText('150 exchanges').waitFor();
  expect(await page.getByRole('row').count()).toBeLessThan(100);
  expect(await page.getByRole('row').nth(1).innerText()).toContain('/pets/pets/149');
});

test('a click opens the row under the pointer, however many calls arrive', async () => {
  const headers = { 'x-deadringer-session': 'aimed' };
  for (let id = 0; id < 20; id++) await fetch(`${setup.mock.url}/pets/pets/${id}`, { headers });
  const page = await setup.open('#/traffic?session=aimed');
  await page.getByText('20 exchanges').waitFor();
  const row = page.getByRole('row').nth(5);
  // Waits until the row stands still in the window: the charts above the list are drawn later.
  await row.hover({ position: { x: 310, y: 12 } });
  const box = await row.boundingBox();
  if (box === null) throw new Error('the row is not in view');
  const [x, y] = [box.x + 310, box.y + 12];
  let id = 20;
  let answered = 0;
  const calls = setInterval(async () => {
    await fetch(`${setup.mock.url}/pets/pets/${id++}`, { headers });
    answered += 1;
  }, 20);
  try {
    await expect.poll(() => answered).toBeGreaterThan(5);
    const rowUnderPointer = (): Promise<unknown> =>
      page.evaluate(`document.elementFromPoint(${x}, ${y}).closest('[role=row]').innerText`);
    // The list stands still from the first movement of the pointer that the page has noticed.
    let moves = 0;
    const standsStill = async (): Promise<boolean> => {
      await page.mouse.move(x, y + (++moves % 2));
      const first = await rowUnderPointer();
      const earlier = answered;
      await expect.poll(() => answered).toBeGreaterThan(earlier + 2);
      return (await rowUnderPointer()) === first;
    };
    await expect.poll(standsStill).toBe(true);
    // On a busy machine the list may have moved on since the last movement. From here on the button keeps it still.
    await page.mouse.move(x, y + (++moves % 2));
    await page.mouse.down();
    const pressed = await rowUnderPointer();
    const before = answered;
    await expect.poll(() => answered).toBeGreaterThan(before + 20);
    expect(await rowUnderPointer()).toBe(pressed);
    await page.mouse.up();
    const path = /\/pets\/pets\/\d+/.exec(String(pressed))?.[0];
    await page
      .getByRole('article', { name: 'Exchange' })
      .getByRole('heading', { level: 2 })
      .getByText(`${path}`, { exact: true })
      .waitFor();
  } finally {
    clearInterval(calls);
  }
  await expect
    .poll(async () => Number((await page.getByText(/ exchanges/).innerText()).split(' ')[0]))
    .toBeGreaterThan(20);
});

test('a restart of the server is survived: the list stays, and new calls appear', async () => {
  const first = await startServer({ specs: ['test/fixtures/pets.yaml'] });
  await fetch(`${first.url}/pets/pets/1`);
  const page = await setup.open('#/traffic', {
    origin: first.url,
    expected: [/ERR_|Failed to load|status of 404/],
  });
  await page.getByRole('row', { name: /\/pets\/pets\/1 / }).waitFor();
  await first.close();
  const second = await startServer({
    specs: ['test/fixtures/pets.yaml'],
    port: Number(new URL(first.url).port),
  });
  onTestFinished(async () => await second.close());
  await expect
    .poll(async () => {
      await fetch(`${second.url}/pets/pets/2`);
      return await page.getByRole('row', { name: /\/pets\/pets\/2 / }).count();
    })
    .toBeGreaterThan(0);
  await page.getByRole('row', { name: /\/pets\/pets\/1 / }).click();
  await page.getByText(/does not hold this exchange any longer/).waitFor();
});

/** A page with the traffic of a server of its own. */
async function openManyExchanges(count: number): Promise<Page> {
  const mock = await startServer({
    specs: ['test/fixtures/pets.yaml'],
    limits: { entries: 100_000, bytes: 2 ** 30, totalBytes: 2 ** 30 },
  });
  onTestFinished(async () => await mock.close());
  await fetch(`${mock.url}/pets/pets/1`);
  const { sessions } = mock.state;
  const [event] = (await (await sessions.get('default'))?.journal.events()) ?? [];
  if (event === undefined) throw new Error('the call is not in the journal');
  for (let number = 2; number <= count; number++) {
    const { exchange } = event;
    sessions.record('default', {
      ...event,
      operation: undefined,
      exchange: { ...exchange, id: `many-${number}`, startedAt: exchange.startedAt + number },
    });
  }
  const page = await setup.open('#/traffic', { origin: mock.url });
  await page.getByText(`${count.toLocaleString('en')} exchanges`).waitFor();
  return page;
}

/** Scrolls, then goes to both ends of the list, then types a filter. @returns milliseconds of tasks */
async function taskTimes(count: number): Promise<{ scrolling: number; typing: number; page: Page }> {
  const page = await openManyExchanges(count);
  expect(await page.getByRole('row').count()).toBeLessThan(100);
  await page.getByRole('row').nth(3).hover();
  const scrolling = await measureTasks(page, async () => {
    for (let step = 0; step < 60; step++) {
      await page.mouse.wheel(0, step % 3 === 0 ? 4000 : 300);
      await page.waitForTimeout(30);
    }
  });
  expect(scrolling.count).toBeGreaterThan(100);
  await page.getByRole('grid', { name: 'Exchanges' }).focus();
  await page.keyboard.press('End');
  await page.locator(`[aria-rowindex="${count + 1}"][aria-selected=true]`).waitFor();
  await page.keyboard.press('Home');
  const typing = await measureTasks(page, async () => {
    await page
      .getByRole('searchbox', { name: 'Filter by text' })
      .pressSequentially('pets 99', { delay: 150 });
  });
  return { scrolling: scrolling.repeated, typing: typing.repeated, page };
}

test('no task of the page grows with the number of exchanges', async () => {
  const few = await taskTimes(2_000);
  const many = await taskTimes(100_000);
  const shown = ({ scrolling, typing }: typeof few): string =>
    `${scrolling.toFixed(0)} ms scrolling, ${typing.toFixed(0)} ms typing`;
  console.log(`a task of 2,000 exchanges ${shown(few)}; of 100,000 ${shown(many)}`);
  // Work on all exchanges in one task takes up to 50 times as long.
  expect(many.scrolling / few.scrolling).toBeLessThan(5);
  expect(many.typing / few.typing).toBeLessThan(5);
  await expectAccessible(many.page);
});
