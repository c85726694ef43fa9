// Which requests of a browser belong to the session of a test.
import { expect, type TestMock, test } from 'deadringer/playwright';

const other = (process.env.APP_URL ?? '').replace('localhost', '127.0.0.1');

/** The session has received one request more. */
async function expectRequest(mock: TestMock, path: string): Promise<void> {
  await expect.poll(async () => (await mock.journal()).map(each => each.request.path)).toContain(path);
}

test.beforeEach(({ page }) => page.goto('/empty').then(() => {}));

test('a fetch by any name of this machine', async ({ page, mock, mockUrl }) => {
  for (const [host, path] of [
    ['127.0.0.1', '/pets/1'],
    ['localhost', '/pets/2'],
  ]) {
    await page.evaluate(url => fetch(url), mockUrl.replace('127.0.0.1', host ?? '') + path);
    await expectRequest(mock, path ?? '');
  }
});

test('a request that needs a preflight, and one that does not', async ({ page, mock, mockUrl }) => {
  const answers = await page.evaluate(
    url =>
      Promise.all(
        ['application/json', 'text/plain'].map(async type => {
          const response = await fetch(url, {
            method: 'POST',
            headers: { 'content-type': type },
            body: '{"name":"Rex"}',
          });
          return response.status;
        }),
      ),
    `${mockUrl}/pets`,
  );
  expect(answers).toEqual([201, 400]);
  expect(await mock.journal()).toHaveLength(2);
});

test('a beacon, a frame and a popup', async ({ page, mock, mockUrl }) => {
  await page.evaluate(url => navigator.sendBeacon(url), `${mockUrl}/pets/1`);
  await expectRequest(mock, '/pets/1');
  await page.evaluate(url => {
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
  }, `${mockUrl}/pets/2`);
  await expectRequest(mock, '/pets/2');
  const popup = page.waitForEvent('popup');
  await page.evaluate(() => void open('/empty'));
  await (await popup).evaluate(url => fetch(url), `${mockUrl}/pets/3`);
  await expectRequest(mock, '/pets/3');
  await (await popup).goto(`${mockUrl}/pets/4`);
  await expectRequest(mock, '/pets/4');
});

test('a worker and a service worker', async ({ page, mock, mockUrl }) => {
  await page.evaluate(
    url =>
      new Promise(resolve => {
        const worker = new Worker('/worker.js');
        worker.onmessage = resolve;
        worker.postMessage(url);
      }),
    `${mockUrl}/pets/1`,
  );
  await expectRequest(mock, '/pets/1');
  await page.evaluate(async () => {
    const controlled = new Promise(resolve =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve),
    );
    await navigator.serviceWorker.register('/service-worker.js');
    await controlled;
  });
  await page.evaluate(url => fetch(url), `${mockUrl}/pets/2`);
  await expectRequest(mock, '/pets/2');
});

test('a page that another server redirects to the mock', async ({ page, mock, mockUrl }) => {
  await page.goto(`${other}/redirect?to=${mockUrl}/pets/1`);
  await expectRequest(mock, '/pets/1');
});

test('requests of Playwright itself', async ({ page, context, request, mock, mockUrl }) => {
  await request.get(`${mockUrl}/pets/1`);
  await request.fetch(`${mockUrl}/pets/2`, { headers: { accept: 'application/json' } });
  await page.request.get(`${mockUrl}/pets/3`);
  await context.request.get(`${mockUrl}/pets/4`);
  const posted = await request.post(`${mockUrl}/pets`, { data: { name: 'Rex' } });
  await expect(posted).toBeOK();
  expect((await mock.journal()).map(each => each.request.path)).toEqual([
    '/pets/1',
    '/pets/2',
    '/pets/3',
    '/pets/4',
    '/pets',
  ]);
  expect(await (await request.get(`${other}/seen`)).json()).toEqual({});
  expect(await (await request.get('/seen')).json()).toEqual({});
});

test('a second context, once it is routed', async ({ browser, mock, mockUrl }) => {
  const second = await browser.newContext();
  await mock.route(second);
  const page = await second.newPage();
  await page.goto(`${mockUrl}/pets/1`);
  await expectRequest(mock, '/pets/1');
  await second.close();
});

test('other origins do not get the header', async ({ page }) => {
  expect(await page.evaluate(url => fetch(url).then(each => each.json()), `${other}/seen`)).toEqual({});
  expect(await page.evaluate(() => fetch('/seen').then(each => each.json()))).toEqual({});
});

test('a handler of the test comes first, and may fall back', async ({ page, mock, mockUrl }) => {
  await page.route('**/pets/1', route =>
    route.fulfill({ status: 418, headers: { 'access-control-allow-origin': '*' } }),
  );
  await page.route('**/pets/2', route => route.fallback());
  const statuses = await page.evaluate(
    urls => Promise.all(urls.map(url => fetch(url).then(each => each.status))),
    [`${mockUrl}/pets/1`, `${mockUrl}/pets/2`],
  );
  expect(statuses).toEqual([418, 200]);
  expect((await mock.journal()).map(each => each.request.path)).toEqual(['/pets/2']);
});

test.describe('with mockRoute', () => {
  test.use({ mockRoute: '/api/**' });

  test('requests that the server of the app passes on', async ({ page, mock }) => {
    expect(await page.evaluate(() => fetch('/api/pets/1').then(each => each.status))).toBe(200);
    await expectRequest(mock, '/pets/1');
  });
});
