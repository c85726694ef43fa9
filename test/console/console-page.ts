// What every browser test of the console needs: a real server, Chromium, and a page on which nothing may go wrong unseen.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { type MockServer, startServer } from '../../src/start.ts';
import type { ServerOptions } from '../../src/start-options.ts';
import { launchChromium } from '../chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface OpenOptions {
  /** Problems that the test provokes: "Failed to load resource: ... 404". All others fail it. */
  readonly expected?: readonly RegExp[];
  readonly context?: BrowserContextOptions;
  /** Another server than the one of the file. */
  readonly origin?: string;
}

export interface ConsoleSetup {
  /** The server of the test file. */
  readonly mock: MockServer;
  readonly browser: Browser;
  /** Opens a route, such as "#/start", in a fresh browser profile. The test fails if the page reports a problem. */
  readonly open: (hash: string, options?: OpenOptions) => Promise<Page>;
}

/** Call it at the top of a test file. The server and the browser end with the file. */
export function setUpConsole(options: Partial<ServerOptions> = {}): ConsoleSetup {
  let mock: MockServer | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium();
    mock = await startServer({
      specs: ['test/fixtures/pets.yaml', 'specs'],
      scenarios: ['test/fixtures/scenarios'],
      ...options,
    });
  });
  afterAll(async () => {
    await browser?.close();
    await mock?.close();
  });
  const started = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the server and the browser start in beforeAll');
    return value;
  };
  return {
    get mock() {
      return started(mock);
    },
    get browser() {
      return started(browser);
    },
    open: async (hash, { expected = [], context: contextOptions = {}, origin } = {}) => {
      const base = origin ?? started(mock).url;
      const context = await started(browser).newContext(contextOptions);
      const page = await context.newPage();
      const problems = collectProblems(page, base);
      onTestFinished(async () => {
        await context.close();
        expect(problems.filter(problem => !expected.some(pattern => pattern.test(problem)))).toEqual([]);
      });
      await page.goto(`${base}/__deadringer/${hash}`);
      return page;
    },
  };
}

/** Errors and warnings of the console, which include violations of the policy, script errors, and requests elsewhere. */
function collectProblems(page: Page, base: string): string[] {
  const problems: string[] = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', error => problems.push(`script: ${error.message}`));
  page.on('request', request => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== base && protocol !== 'blob:') problems.push(`request to ${request.url()}`);
  });
  return problems;
}

const WIDTHS = [320, 1440];
const APPEARANCES = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'active' },
] as const;

/** Fails if axe finds anything, or if the page is wider than its window, in light, dark and forced colours. */
export async function expectAccessible(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    // The header stays at the top, and a field that it covers in part would be a target that is too small.
    await page.evaluate('scrollTo(0, 0)');
    for (const appearance of APPEARANCES) {
      await page.emulateMedia({ ...appearance, reducedMotion: 'reduce' });
      const where = `${width} px, ${appearance.colorScheme}, forced colours ${appearance.forcedColors}`;
      const { violations } = await runAxe(page);
      const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
      expect(found, where).toEqual([]);
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, `${where}: the page is wider than its window`).toBeLessThanOrEqual(0);
    }
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: null, reducedMotion: null });
  if (before !== null) await page.setViewportSize(before);
}

/** The policy of the page does not concern what the browser evaluates for a debugger. */
async function runAxe(page: Page): Promise<AxeResults> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  return (await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)} })`)) as AxeResults;
}
