// 400 tests of eight workers on one server: each changes and stores what is its own, and sees nothing of another.
import { expect, test } from 'deadringer/playwright';

for (let index = 0; index < 400; index++) {
  test(`test ${index} is alone`, async ({ page, mock, mockUrl }) => {
    const name = `Rex ${index}`;
    const status = 500 + (index % 90);
    await mock.use('openapi/state');
    await mock.change('openapi.getPet', { status });
    await page.goto('/empty');
    const seen = await page.evaluate(
      async ({ url, name }) => {
        const send = async (method: string, path: string, body?: object): Promise<[number, unknown]> => {
          const response = await fetch(url + path, {
            method,
            ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
          });
          return [response.status, await response.json()];
        };
        const added = await Promise.all([send('POST', '/pets', { name }), send('POST', '/pets', { name })]);
        const [replaced, read] = await Promise.all([
          send('PUT', '/pets/1', { id: 1, name: `${name} the first` }),
          send('GET', '/pets/1'),
        ]);
        return {
          added: added.map(([status]) => status),
          replaced,
          read: read[0],
          all: await send('GET', '/pets'),
        };
      },
      { url: mockUrl, name },
    );
    const mine = [
      { id: 1, name: `${name} the first` },
      { id: 2, name: 'Tom' },
      { id: 3, name },
      { id: 4, name },
    ];
    expect(seen).toEqual({ added: [201, 201], replaced: [200, mine[0]], read: status, all: [200, mine] });
    const journal = await mock.journal();
    expect(journal.map(each => each.session)).toEqual(Array.from({ length: 5 }, () => mock.name));
  });
}
