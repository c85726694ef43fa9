// The Markdown report: within its byte limit, most important parts first, recorded text escaped.
import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../src/reporters/markdown.ts';
import { failedReport, HUGE, hostile, huge, incomplete, passedReport, SAMPLES } from './sample-reports.ts';

const MAX_COMMENT_LENGTH = 65_536;

describe.each([...SAMPLES, HUGE])('a report that is %s', (_name, make) => {
  test.each([1_000_000, MAX_COMMENT_LENGTH, 20_000])(
    'fits into %i bytes, with verdict and accounting',
    limit => {
      const text = renderMarkdown(make(), limit);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
      expect(text).toMatch(/^## \S+ deadringer: (passed|failed|incomplete)\n/);
      expect(text).toMatch(/^\| \*\*total\*\* \| \*\*\d+\*\* \| \|$/m);
    },
  );
});

describe('with a small limit', () => {
  const rows = (text: string): number => text.match(/<br><sub>/g)?.length ?? 0;
  const details = (text: string): number => text.match(/^<details>/gm)?.length ?? 0;

  test('samples are omitted first, then rows; omitted rows are counted', () => {
    const [large, small, tiny] = [1_000_000, 100_000, 20_000].map(limit => renderMarkdown(huge(), limit));
    expect(rows(large as string)).toBe(500);
    expect(details(large as string)).toBeGreaterThan(10);
    expect(details(small as string)).toBe(0);
    expect(rows(small as string)).toBeGreaterThan(rows(tiny as string));
    for (const text of [large, small, tiny] as string[]) {
      expect(text).toContain(`and ${5000 - rows(text)} more; see the HTML or JSON report`);
    }
  });

  test('every opened block is closed', () => {
    for (const limit of [20_000, 60_000, 200_000, 1_000_000]) {
      const text = renderMarkdown(huge(), limit);
      expect(text.match(/<\/details>/g)?.length ?? 0).toBe(details(text));
      expect(text.match(/<\/pre>/g)?.length ?? 0).toBe(text.match(/^<pre>/gm)?.length ?? 0);
    }
  });
});

test('contains request, response, curl, coverage and unreadable entries', () => {
  const text = renderMarkdown(failedReport());
  for (const part of [
    'GET https://api.petshop.example/v1/pets/7',
    'HTTP 200',
    'curl ',
    '| operations | 8 |',
    'baseline.yaml',
  ]) {
    expect(text).toContain(part);
  }
  expect(renderMarkdown(incomplete())).toContain('### Unreadable');
  expect(renderMarkdown(passedReport())).not.toContain('### Findings');
});

describe('recorded text', () => {
  const text = renderMarkdown(hostile());

  test('contains no HTML of its own', () => {
    const elements = new Set([...text.matchAll(/<\/?([a-z!-]+)/gi)].map(match => match[1]));
    expect([...elements].sort()).toEqual(['br', 'code', 'details', 'pre', 'sub', 'summary']);
    expect([...text.matchAll(/<[a-z]+ [^>]*>/gi)]).toEqual([]);
  });

  const outside = text.replace(/<pre>[\s\S]*?<\/pre>/g, '');

  test('contains no Markdown of its own: links, code, tables', () => {
    expect(outside).not.toMatch(/\]\(/);
    expect(outside).not.toContain('`');
    const cells = outside.split('\n').filter(line => /^\| [🔴🟡⚪]/u.test(line));
    expect(cells.length).toBeGreaterThan(5);
    expect(cells.filter(line => line.split('|').length !== 7)).toEqual([]);
  });

  test('mentions no user and no issue', () => {
    expect(outside.replace(/&#\d+;/g, entity => (entity === '&#8203;' ? '\u200b' : '·'))).not.toMatch(
      /[@#][\w-]/,
    );
  });
});
