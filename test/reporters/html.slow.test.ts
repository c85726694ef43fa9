// The HTML report in a browser: self-contained, no errors, filter, contrast, and no effect of recorded text.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { renderHtml } from '../../src/reporters/html.ts';
import { renderLintHtml } from '../../src/reporters/lint/lint-html.ts';
import { launchChromium } from '../chromium.ts';
import { expectAccessible } from '../console/console-page.ts';
import { lintReport } from './lint-sample.ts';
import { failedReport, HOSTILE, HUGE, hostile, incomplete, passedReport, SAMPLES } from './sample-reports.ts';

describe('in Chromium', () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'deadringer-html-'));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  interface Opened {
    readonly page: Page;
    /** Console messages, script errors, dialogs, and every request except the one for the page. */
    readonly problems: string[];
  }

  function open(report: Report, options: Parameters<Browser['newPage']>[0] = {}, hash = ''): Promise<Opened> {
    return openPage(renderHtml(report), options, hash);
  }

  async function openPage(
    html: string,
    options: Parameters<Browser['newPage']>[0] = {},
    hash = '',
  ): Promise<Opened> {
    const file = path.join(folder, 'report.html');
    writeFileSync(file, html);
    const url = pathToFileURL(file).href;
    const page = await browser.newPage(options);
    const problems: string[] = [];
    page.on('console', message => problems.push(message.text()));
    page.on('pageerror', error => problems.push(error.message));
    page.on('request', request => {
      if (!request.url().startsWith(url)) problems.push(request.url());
    });
    page.on('dialog', dialog => problems.push(dialog.message()));
    await page.goto(url + hash);
    return { page, problems };
  }

  test.each([...SAMPLES, HUGE])(
    'a report that is %s opens without errors and without requests',
    async (_name, make) => {
      const { page, problems } = await open(make());
      for (const summary of await page.locator('.finding summary').all()) {
        if ((await page.locator('.finding[open]').count()) >= 5) break;
        await summary.click();
      }
      expect(problems).toEqual([]);
      await page.close();
    },
  );

  test('shows the verdict first', async () => {
    for (const [report, headline] of [
      [passedReport(), 'Passed'],
      [failedReport(), 'Failed'],
      [incomplete(), 'Incomplete input'],
    ] as const) {
      const { page } = await open(report);
      expect(await page.title()).toBe(`${headline} · deadringer 1.2.3`);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(headline);
      await page.close();
    }
  });

  test('filters by text, operation and kind, and counts the rest', async () => {
    const { page } = await open(failedReport());
    const shown = (): Promise<string[]> => page.locator('.finding:visible .message').allTextContents();
    const status = page.getByRole('status');
    expect(await shown()).toHaveLength(8);

    await page.getByRole('searchbox').fill('OWNER city');
    expect(await shown()).toContain('response body /owner/city is not declared by the schema');
    await page.getByRole('searchbox').fill('');

    await page.getByRole('combobox', { name: 'Operation' }).selectOption('createPet');
    expect(await shown()).toEqual([
      'request body /status must be one of "available", "pending", "sold", is a string',
      // It has several operations.
      'header "X-Tenant" must match "^t-", is a string of 4 characters',
    ]);
    expect(await status.textContent()).toBe('2 of 8 listed');
    await page.getByRole('combobox', { name: 'Operation' }).selectOption('');

    await page.getByRole('checkbox', { name: 'Violations' }).uncheck({ force: true });
    expect(await shown()).toHaveLength(6);

    await page.getByRole('searchbox').fill('nothing holds these words');
    expect(await page.getByText('No finding matches the filter.').isVisible()).toBe(true);
    await page.close();
  });

  test('shows request and response side by side with the marked line', async () => {
    const { page } = await open(failedReport());
    const cards = page.locator('.finding');
    await cards.nth(0).locator('summary').click();
    expect(await cards.nth(0).locator('mark').allTextContents()).toEqual(['      "name": 7']);
    expect(await cards.nth(0).locator('figure').count()).toBe(2);
    expect(await cards.nth(0).locator('pre').nth(1).textContent()).toContain('9007199254740993');
    expect(await cards.nth(1).locator('mark').allTextContents()).toEqual(['  "status": "asleep"']);
    expect(await page.locator('[data-kind=undocumented][data-operations*=listPets] mark').textContent()).toBe(
      'HTTP 500',
    );
    await page.close();
  });

  test('opens the finding of a link', async () => {
    const { findings } = failedReport();
    const { page } = await open(failedReport(), {}, `#f-${findings[4]?.fingerprint}`);
    expect(await page.locator('.finding[open] .message').allTextContents()).toEqual([findings[4]?.message]);
    await page.close();
  });

  test('copies the curl command', async () => {
    const { page } = await open(failedReport());
    await page.locator('.finding summary').first().click();
    await page.getByRole('button', { name: 'Copy curl' }).first().click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    await page.close();
  });

  test('can be used with the keyboard', async () => {
    const { page } = await open(failedReport());
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the findings');
    await page.locator('.finding summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.finding').first().getAttribute('open')).toBe('');
    await page.close();
  });

  test('is complete without its script', async () => {
    const { page } = await open(failedReport(), { javaScriptEnabled: false });
    expect(await page.locator('.finding:visible').count()).toBe(8);
    expect(await page.locator('#filter').isVisible()).toBe(false);
    await page.close();
  });

  test('prints findings expanded', async () => {
    const { page } = await open(failedReport());
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('.finding[open]').count()).toBe(8);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator('.finding[open]').count()).toBe(0);
    await page.close();
  });

  test('prints dark on white in any colour scheme', async () => {
    const { page } = await open(failedReport(), { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate(LOW_CONTRAST_TEXTS)).toEqual([]);
    await page.close();
  });

  test.each(
    [320, 390, 768, 1440, 3840].flatMap(width =>
      (['light', 'dark'] as const).map(colorScheme => [colorScheme, width] as const),
    ),
  )(
    'has the contrast of WCAG AA, no sideways scrolling and no texts on each other in %s at %i pixels',
    async (colorScheme, width) => {
      const { page } = await open(failedReport(), { colorScheme, viewport: { width, height: 800 } });
      await page.evaluate(
        "document.querySelectorAll('details').forEach(element => { element.open = true; })",
      );
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await page.evaluate(LOW_CONTRAST_TEXTS)).toEqual([]);
      expect(await page.evaluate(OVERLAPPING_TEXTS)).toEqual([]);
      await page.close();
    },
  );

  test.each([320, 1440])('shows at %i pixels how many exchanges of each status passed', async width => {
    const { page } = await open(failedReport(), { viewport: { width, height: 800 } });
    const row = page.getByRole('row', { name: /^GET \/pets\/\{petId\}/ });
    const cells = row.getByRole('cell').filter({ visible: true });
    const texts = (await cells.allInnerTexts()).map(text => text.replaceAll('\n', '').trim()).filter(Boolean);
    expect(texts.slice(2)).toEqual(['252/290252 of 290 passed', '✓ 8, all passed', '✗ 2, none passed']);
    const table = page.getByRole('table', { name: 'Operations by status' });
    const { x = 0, width: shown = 0 } = (await table.boundingBox()) ?? {};
    expect(x + shown).toBeLessThanOrEqual(width);
    await page.close();
  });

  test('says that a grid is wider than the page, and only then', async () => {
    const base = failedReport();
    const statuses = Object.fromEntries(Array.from({ length: 22 }, (_, index) => [400 + index, index]));
    const [first, ...others] = base.coverage.operations;
    if (first === undefined) throw new Error('the sample has no operation');
    const wide = {
      ...base,
      coverage: {
        ...base.coverage,
        operations: [{ ...first, statuses, passedStatuses: statuses }, ...others],
      },
    };
    const hint = 'The grid is wider than the page';
    for (const [report, width, expected] of [
      [wide, 1024, true],
      [wide, 390, false],
      [base, 1440, false],
    ] as const) {
      const { page } = await open(report, { viewport: { width, height: 800 } });
      await expect.poll(() => page.getByText(hint).isVisible()).toBe(expected);
      await page.close();
    }
  });

  test.each([
    ['failed', failedReport],
    ['hostile', hostile],
  ] as const)('axe finds nothing in a report that is %s', async (_name, make) => {
    const { page, problems } = await open(make());
    for (const summary of await page.locator('.finding summary').all()) {
      if ((await page.locator('.finding[open]').count()) >= 2) break;
      await summary.click();
    }
    await expectAccessible(page);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('a report of lint is filtered by text, file and severity, and axe finds nothing in it', async () => {
    const { page, problems } = await openPage(renderLintHtml(lintReport()));
    const status = page.getByRole('status');
    expect(await status.textContent()).toBe('3 listed');
    await page.getByRole('searchbox').fill('INTEGER');
    expect(await status.textContent()).toBe('1 of 3 listed');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('combobox', { name: 'File' }).selectOption('./specs/pets.yaml');
    expect(await status.textContent()).toBe('2 of 3 listed');
    await page.getByRole('checkbox', { name: 'Warnings' }).uncheck({ force: true });
    expect(await page.locator('.finding:visible .message').allTextContents()).toEqual([
      'the example must be integer',
    ]);
    await page.locator('.finding:visible summary').click();
    await expectAccessible(page);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('can be read in forced colours', async () => {
    const { page } = await open(failedReport(), { forcedColors: 'active' });
    const marks = await page.locator('.finding .severity [aria-hidden]').allTextContents();
    expect(new Set(marks)).toEqual(new Set(['✗', '!', 'i']));
    await page.locator('.finding summary').first().click();
    const border = "getComputedStyle(document.querySelector('.line:has(mark)')).borderLeftWidth";
    expect(await page.evaluate(border)).toBe('4px');
    await page.close();
  });

  test('escapes all recorded text', async () => {
    const report = hostile();
    const { page, problems } = await open(report);
    await page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })");
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(
      await page.evaluate("document.querySelectorAll('img, iframe, object, [onerror], [style]').length"),
    ).toBe(0);
    expect(await page.evaluate('document.scripts.length')).toBe(1);
    expect(await page.evaluate('document.body.textContent')).toContain(
      '</script><script>window.pwned=1</script>',
    );
    expect(await page.evaluate('document.body.textContent')).toContain('{{ 7 | times: 6 }}');
    expect(HOSTILE).toContain('\u202e');
    expect(
      await page.evaluate('/[\\u202a-\\u202e\\u2066-\\u2069\\u001b]/.test(document.body.textContent)'),
    ).toBe(false);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('blocks injected scripts by its content security policy', async () => {
    const { page, problems } = await open(passedReport());
    await page.evaluate(
      "{ const script = document.createElement('script'); script.textContent = 'window.pwned = 1'; document.body.append(script); }",
    );
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(problems.join()).toContain('Content Security Policy');
    await page.close();
  });
});

/** Runs in the page: visible texts with a contrast to their background below 4.5, or below 3 for large text (WCAG AA). */
const LOW_CONTRAST_TEXTS = `(() => {
  const rgb = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const backgroundOf = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.a > 0) return colour;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const lowContrast = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest('script, .visually-hidden, .skip, option')) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(rgb(style.color)), light(backgroundOf(element))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < (large ? 3 : 4.5)) lowContrast.push(ratio.toFixed(2) + ' ' + element.className + ' ' + walker.currentNode.textContent.trim().slice(0, 40));
  }
  return lowContrast;
})()`;

/** Runs in the page: pairs of visible texts of which one covers a part of the other. */
const OVERLAPPING_TEXTS = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const boxes = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest('script, .visually-hidden, .skip, option, pre, thead')) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    for (const { left, right, top, bottom } of range.getClientRects()) boxes.push({ left, right, top: top + 3, bottom: bottom - 3, text: walker.currentNode.textContent.trim() });
  }
  boxes.sort((one, other) => one.top - other.top);
  const pairs = [];
  boxes.forEach((one, index) => {
    for (const other of boxes.slice(index + 1)) {
      if (other.top >= one.bottom) break;
      if (Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1) pairs.push(one.text + ' | ' + other.text);
    }
  });
  return pairs;
})()`;
