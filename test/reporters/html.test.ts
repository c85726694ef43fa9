// The text of the HTML report: listed and omitted findings, marked lines. html.slow.test.ts runs it in a browser.
import { expect, test } from 'vitest';
import { renderHtml } from '../../src/reporters/html.ts';
import { failedReport, huge, issue } from './sample-reports.ts';

test('a report of five thousand findings counts the omitted ones', () => {
  const html = renderHtml(huge());
  const listed = html.match(/<details class="finding/g)?.length ?? 0;
  expect(listed).toBeGreaterThan(100);
  expect(html).toContain(`And ${5000 - listed} more:`);
  expect(html).toContain('Not listed: 123,456 occurrences of other findings.');
});

test.each([
  ['a missing member marks its parent object', 'tags/*/colour', '/tags/0/colour is missing', ['{', '},']],
  ['"*" without an index in the message marks the first item', 'tags/*/id', 'is odd somewhere', ['"id": 1,']],
  ['the index in the message marks that item', 'tags/*/id', '/tags/1/id is odd', ['"id": 2,']],
  [
    'a path that does not exist marks the nearest parent',
    'nowhere/at/all',
    '/nowhere/at/all is missing',
    ['{', '}'],
  ],
])('%s', (_name, at, message, lines) => {
  const finding = issue('response-body-schema', {
    at: `/response/body/${at}`,
    message: `response body ${message}`,
  });
  const html = renderHtml({ ...failedReport(), findings: [finding] });
  const marked = [...html.matchAll(/<mark>(.*?)<\/mark>/g)].map(match =>
    match[1]?.replaceAll('&#34;', '"').trim(),
  );
  expect(marked).toEqual(lines);
});
