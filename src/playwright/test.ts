// The entry point deadringer/playwright: tests of Playwright that have a session of a running mock each.
import { rm, writeFile } from 'node:fs/promises';
import { type BrowserContext, test as base, type TestInfo } from '@playwright/test';
import { type ControlConnection, callControl, fetchControl } from '../client/call-control.ts';
import { clientViolations } from '../client/client-violations.ts';
import { connect } from '../client/connect.ts';
import type { MockSession } from '../client/mock-session.ts';
import { routeContext, type SessionRoute, withSession } from './route-session.ts';

export { expect } from '@playwright/test';

/** Options, for `use` in playwright.config.ts and for test.use(). */
export interface MockTestOptions {
  /** URL of the running mock. Default: DEADRINGER_URL, or http://127.0.0.1:4010. */
  mockUrl: string;
  /** Token of the control API, if the mock requires one. Default: DEADRINGER_TOKEN. */
  mockToken: string | undefined;
  /**
   * Further URLs that lead to the mock, such as those that the development server of the app passes on: a glob pattern or an
   * expression, as in page.route(): "/api/**".
   */
  mockRoute: string | RegExp | undefined;
  /** When the exchanges of a test are saved as deadringer.har and attached. Default: only-on-failure. */
  mockHar: 'only-on-failure' | 'on' | 'off';
  /** True: a test fails if one of its requests violates the document, or is declared by none. Default: false. */
  failOnViolation: boolean;
}

/** A session of the mock that one test has. It ends with the test. */
export interface TestMock extends MockSession {
  /**
   * Sends the requests of another browser context to this session. Those of the fixtures `context` and `page` are already.
   * @example
   * const admin = await browser.newContext();
   * await mock.route(admin);
   */
  route(context: BrowserContext): Promise<void>;
}

export interface MockTestFixtures {
  /** The session of this test. */
  mock: TestMock;
}

export const test = base.extend<MockTestOptions & MockTestFixtures>({
  mockUrl: [process.env.DEADRINGER_URL ?? 'http://127.0.0.1:4010', { option: true }],
  mockToken: [process.env.DEADRINGER_TOKEN, { option: true }],
  mockRoute: [undefined, { option: true }],
  mockHar: ['only-on-failure', { option: true }],
  failOnViolation: [false, { option: true }],

  mock: async ({ mockUrl, mockToken, mockRoute, mockHar, failOnViolation }, use, testInfo) => {
    const connection = { server: mockUrl, ...(mockToken !== undefined && { token: mockToken }) };
    const id = sessionName(testInfo.title);
    await callControl(connection, 'POST', '/sessions', { id });
    const session = connect(mockUrl, { token: mockToken }).session(id);
    const route: SessionRoute = { server: mockUrl, session: id, also: mockRoute };
    await use({ ...session, route: context => routeContext(context, route) });

    const hasFailed = testInfo.status !== testInfo.expectedStatus;
    const violations = hasFailed || failOnViolation ? clientViolations(await session.journal()) : [];
    const isFailing = hasFailed || (failOnViolation && violations.length > 0);
    if (mockHar === 'on' || (mockHar === 'only-on-failure' && isFailing))
      await attachHar(connection, id, testInfo);
    await session.end();
    // They may be why the page did not show what was expected.
    for (const description of hasFailed ? violations : [])
      testInfo.annotations.push({ type: 'violation', description });
    if (failOnViolation && violations.length > 0)
      throw new Error(`requests of this test violate the document:\n\n${violations.join('\n\n')}\n`);
  },

  // The session is set up first, so that it ends when the context is closed and nothing sends requests any more.
  context: async ({ mock, context }, use) => {
    await mock.route(context);
    await use(context);
  },

  request: async ({ mock, mockUrl, request, baseURL }, use) => {
    await use(withSession(request, { server: mockUrl, session: mock.name }, baseURL));
  },
});

/** The title makes the session easy to find in the console; several runs may use one server. */
function sessionName(title: string): string {
  const words = title
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 48)
    .replace(/-$/, '');
  return `${words === '' ? 'test' : words}-${crypto.randomUUID().slice(0, 8)}`;
}

async function attachHar(connection: ControlConnection, session: string, testInfo: TestInfo): Promise<void> {
  const response = await fetchControl(connection, 'GET', `/sessions/${session}/journal.har`);
  const path = testInfo.outputPath('deadringer.har');
  await writeFile(path, await response.text());
  await testInfo.attach('deadringer.har', { path, contentType: 'application/json' });
  // What is attached is a copy. A second file would be counted twice when the folder is checked.
  await rm(path);
}
