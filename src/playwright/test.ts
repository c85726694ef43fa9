// The entry point deadringer/playwright: tests of Playwright that have a session of a running mock each.
import { rm, writeFile } from 'node:fs/promises';
import { type BrowserContext, test as base, type TestInfo } from '@playwright/test';
import { type ControlConnection, ControlRefusal, callControl, NoServer } from '../client/call-control.ts';
import { connect } from '../client/connect.ts';
import type { MockSession } from '../client/mock-session.ts';
import { testSessionName, violationsOfTest, withoutStack } from '../client/test-session.ts';
import { writeExactJson } from '../exchange/exact-json.ts';
import { routeContext, type SessionRoute, withSession } from './route-session.ts';

export { expect } from './expect.ts';

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
  /** True: a test fails if one of its exchanges violates the document, or no document declares the request. Default: false. */
  failOnViolation: boolean;
}

/** A session of the mock that one test has. It ends with the test. */
export interface TestMock extends MockSession {
  /**
   * Sends the requests of another browser context to this session until the test ends. Those of `context` and `page` are already.
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
  mockUrl: [process.env.DEADRINGER_URL || 'http://127.0.0.1:4010', { option: true }],
  mockToken: [process.env.DEADRINGER_TOKEN || undefined, { option: true }],
  mockRoute: [undefined, { option: true }],
  mockHar: ['only-on-failure', { option: true }],
  failOnViolation: [false, { option: true }],

  mock: async ({ mockUrl, mockToken, mockRoute, mockHar, failOnViolation }, use, testInfo) => {
    const connection = { server: mockUrl, ...(mockToken !== undefined && { token: mockToken }) };
    const session = connect(mockUrl, connection).session(
      testSessionName(testInfo.title, crypto.randomUUID().slice(0, 8)),
    );
    await createSession(connection, session.name);
    const route: SessionRoute = { server: mockUrl, session: session.name, also: mockRoute };
    const routed: (() => Promise<void>)[] = [];
    await use({
      ...session,
      route: async context => void routed.push(await routeContext(context, route)),
    });
    for (const unroute of routed) await unroute();

    const hasFailed = testInfo.status !== testInfo.expectedStatus;
    const violations = await violationsOfTest(session, { failOnViolation, hasFailed });
    const isFailing = hasFailed || (failOnViolation && violations !== undefined);
    if (mockHar === 'on' || (mockHar === 'only-on-failure' && isFailing)) await attachHar(session, testInfo);
    await session.end();
    if (violations === undefined) return;
    if (failOnViolation) throw withoutStack(new Error(violations));
    // Violations may be why the page did not show what was expected. Reporters print them with the failure.
    await testInfo.attach('contract', { body: violations, contentType: 'text/plain' });
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

async function createSession(connection: ControlConnection, id: string): Promise<void> {
  try {
    await callControl(connection, 'POST', '/sessions', { id });
  } catch (error) {
    if (error instanceof NoServer)
      throw withoutStack(
        new Error(
          `${error.reason}: start one with webServer in playwright.config.ts or with "deadringer run", or name its URL in mockUrl or DEADRINGER_URL`,
        ),
      );
    if (error instanceof ControlRefusal && error.status === 401)
      throw withoutStack(new Error(`${error.detail}: name the token in mockToken or DEADRINGER_TOKEN`));
    throw error;
  }
}

async function attachHar(session: MockSession, testInfo: TestInfo): Promise<void> {
  const path = testInfo.outputPath('deadringer.har');
  await writeFile(path, writeExactJson(await session.har()));
  await testInfo.attach('deadringer.har', { path, contentType: 'application/json' });
  // What is attached is a copy. A second file would be counted twice when the folder is checked.
  await rm(path);
}
