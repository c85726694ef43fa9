// The HTML page as text: what it lists and leaves out, and which lines it marks. A browser looks at it in html.slow.test.ts.
import { expect, test } from 'vitest';
import { renderHtml } from '../../src/reporters/html.ts';
import { broken, group, huge } from './sample-reports.ts';

test('a page of five thousand issues counts the omitted ones', () => {
  const html = renderHtml(huge());
  const listed = html.match(/<details class="finding/g)?.length ?? 0;
  expect(listed).toBeGreaterThan(100);
  expect(html).toContain(`And ${5000 - listed} more:`);
  expect(html).toContain('123,456 occurrences of further findings');
});

test.each([
  ['what is missing marks what is around it', 'tags/*/colour', '/tags/0/colour is missing', ['{', '},']],
  ['an index that only the grouping knows marks the first', 'tags/*/id', 'is odd somewhere', ['"id": 1,']],
  ['the message names the very index', 'tags/*/id', '/tags/1/id is odd', ['"id": 2,']],
  [
    'what cannot be found marks the nearest place',
    'nowhere/at/all',
    '/nowhere/at/all is missing',
    ['{', '}'],
  ],
])('%s', (_name, at, message, lines) => {
  const finding = group('response-body-schema', {
    at: `/response/body/${at}`,
    message: `response body ${message}`,
  });
  const html = renderHtml({ ...broken(), findings: [finding] });
  const marked = [...html.matchAll(/<mark>(.*?)<\/mark>/g)].map(match =>
    match[1]?.replaceAll('&#34;', '"').trim(),
  );
  expect(marked).toEqual(lines);
});
