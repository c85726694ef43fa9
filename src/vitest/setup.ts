// deadringer/vitest/setup: starts one mock for a run of vitest, and tells the tests where it is.
import type { TestProject } from 'vitest/node';
import { type ConnectOptions, connect } from '../client/connect.ts';
import { startMock } from '../start-mock.ts';
import type { MockOptions } from '../start-options.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the mock of the run listens. */
    deadringer: ConnectOptions & { readonly url: string };
  }
}

/**
 * A global set-up of vitest that starts a mock, and closes it when the run ends. In watch mode, documents and scenarios are read
 * again before each run. If DEADRINGER_URL is set, as by `deadringer run`, the tests use that server, and no other is started.
 * @param options those of startMock; as for `deadringer serve`, the documents of the project are the default
 * @example
 * // test/mock.ts, which the configuration names: globalSetup: ['test/mock.ts']
 * export default mockSetup({ specs: ['petstore.yaml'] });
 */
export function mockSetup(options: MockOptions = {}): (project: TestProject) => Promise<() => Promise<void>> {
  return async project => {
    const { DEADRINGER_URL, DEADRINGER_TOKEN } = process.env;
    if (DEADRINGER_URL !== undefined && DEADRINGER_URL !== '') {
      const server = connect(DEADRINGER_URL, { token: DEADRINGER_TOKEN });
      // If the server does not respond or requires a token, fail once here, and not in each test.
      await server.coverage();
      project.provide('deadringer', { url: server.url, token: DEADRINGER_TOKEN });
      return async () => {};
    }
    const mock = await startMock(options);
    // The first request loads the control API. Without it, that time would count against the limit of the first test.
    await mock.coverage();
    project.provide('deadringer', { url: mock.url, token: options.token });
    project.onTestsRerun(() => mock.reload());
    return () => mock.close();
  };
}

/** The set-up without options: `globalSetup: ['deadringer/vitest/setup']`. */
export const setup = mockSetup();
