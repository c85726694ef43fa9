// The text report: most severe findings first, totals, and the verdict with the next step in the last line.
import { styleText } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { renderMarkdown } from '../../src/reporters/markdown.ts';
import type { TextStyle } from '../../src/reporters/safe-text.ts';
import { renderText } from '../../src/reporters/text.ts';
import { failedReport, huge, incomplete, nothing, passedReport } from './sample-reports.ts';

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

describe('the last line', () => {
  test.each([
    ['passed', passedReport(), 'Passed: 1180 of 1180 checked exchanges passed.'],
    [
      'failed',
      failedReport(),
      'Failed: 2 findings; 60 of 1180 checked exchanges failed. Fix the server or the document, or accept known findings with --baseline FILE --update-baseline.',
    ],
    [
      'incomplete',
      incomplete(),
      'Incomplete input: recordings/nightly.ndjson could not be read completely. Record again, or remove the unreadable file.',
    ],
    ['nothing', nothing(), 'Nothing was checked.'],
  ])('of a report that is %s is the verdict', (_name, report, line) => {
    expect(lastLine(renderText(report))).toBe(line);
  });
});

test('a truncated file is listed once and not counted among other unreadable entries', () => {
  const report: Report = {
    ...incomplete(),
    accounting: { ...incomplete().accounting, unreadable: { count: 1, reasons: { 'cut-off': 1 } } },
    unreadable: [],
  };
  for (const text of [renderText(report), renderMarkdown(report)]) {
    expect(text).toContain('is truncated');
    expect(text).not.toMatch(/and \d+ more/);
  }
});

test('skipped exchanges are named in the verdict', () => {
  const report: Report = {
    ...passedReport(),
    accounting: { ...passedReport().accounting, skipped: { count: 2, reasons: { 'missing-secret': 2 } } },
  };
  expect(lastLine(renderText(report))).toBe('Passed: 1180 of 1180 checked exchanges passed; 2 skipped.');
});

test('a finding has line, message, operation, counts, cause, place and curl', () => {
  const text = renderText(failedReport());
  expect(text).toContain(
    [
      '  specs/petshop.yaml:46:11 error response body /tags/1/name must be a string, is a number (response-body-schema)',
      '    getPet (GET /pets/{petId}) /response/body/tags/*/name',
      '    expected  type: string',
      '    actual    a number: 7',
      '    seen      40 exchanges, 52 times, first 2026-03-02 09:14 UTC, last 2026-03-05 17:40 UTC',
      '    first     recordings/staging.har, entry 12',
      '    cause     server response to a valid request (38 exchanges); server error response (5xx) (2 exchanges)',
      "    curl      curl 'https://api.petshop.example/v1/pets/7?expand=tags'",
    ].join('\n'),
  );
});

test('sections are ordered by severity', () => {
  const text = renderText(failedReport());
  const titles = [
    'Violations',
    'Undocumented',
    'Not checkable',
    'Advice',
    'Accepted',
    'Exchanges',
    'Coverage',
    'Baseline',
  ];
  const places = titles.map(title => text.indexOf(`\n${title}  `));
  expect(places.every(place => place > 0)).toBe(true);
  expect(places).toEqual([...places].sort((one, other) => one - other));
});

test('baseline entries are named by their line', () => {
  const text = renderText(failedReport());
  expect(text).toContain(
    '.deadringer/baseline.yaml:6 request-body-schema createPet /request/body/status expired on 2026-02-01, still found',
  );
  expect(text).toContain(
    '.deadringer/baseline.yaml:14 status-undocumented createOrder /response/status no longer found; --update-baseline removes it',
  );
});

test('of thousands of findings fifty are listed and the rest is counted', () => {
  const text = renderText(huge());
  expect(text.match(/^ {4}curl /gm)?.length).toBeLessThanOrEqual(50);
  expect(text).toMatch(/^ {2}and \d+ more; see --format html or json$/m);
  expect(text.split('\n').length).toBeLessThan(1000);
});

test('colours come only from the given style', () => {
  const style: TextStyle = (name, text) => styleText(name, text, { validateStream: false });
  expect(renderText(failedReport())).not.toContain('\u001b');
  expect(renderText(failedReport(), style)).toContain('\u001b[31merror');
  const unstyled = renderText(failedReport(), (_name, text) => text);
  expect(unstyled).toBe(renderText(failedReport()));
});
