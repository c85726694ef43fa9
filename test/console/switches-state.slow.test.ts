// The screen Switches of a server that remembers: a session without switches is not said to be as the documents declare.
import { test } from 'vitest';
import { expectAccessible, setUpConsole } from './console-page.ts';

const setup = setUpConsole({ specs: ['test/fixtures/todos.yaml'], scenarios: [], stateful: true });

test('the state is named where nothing else is active', async () => {
  const page = await setup.open('#/switches?session=default');
  const active = page.getByRole('region', { name: 'Active in session "default"' });
  await active.getByText('The state is on for todos').waitFor();
  await expectAccessible(page);
  await active.getByRole('link', { name: 'state' }).click();
  await page.getByRole('heading', { name: 'State' }).waitFor();
});
