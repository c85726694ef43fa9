// The report of lint in every format: severities, lines, escaping, bounds, exit codes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'test-results-parser';
import { describe, expect, test } from 'vitest';
import { REPORT_FORMATS } from '../../src/reporters/formats.ts';
import { renderLintReport } from '../../src/reporters/lint/lint-formats.ts';
import { lintReportSchema } from '../../src/reporters/lint/lint-report-schema.ts';
import { folderWith } from '../check/traffic.ts';
import { run } from '../cli/program.ts';
import { lintReport } from './lint-sample.ts';
import { HOSTILE } from './sample-reports.ts';

describe('a report of lint', () => {
  test('lists each finding once, with counts of the severities', () => {
    const report = lintReport();
    expect(lintReportSchema.parse(report)).toEqual(report);
    expect(report).toMatchObject({ verdict: 'failed', exitCode: 2, errors: 2, warnings: 1, notes: 0 });
    expect(report.findings).toHaveLength(3);
  });

  test('as workflow commands names file, line and column, errors first', async () => {
    expect((await renderLintReport(lintReport(), 'github')).split('\n').slice(0, 3)).toEqual([
      '::error file=specs/pets.yaml,line=12,col=3,title=spec-example::the example must be integer',
      '::error file=scenarios/a%2Cb.yaml,line=1,col=1,title=scenario-unreadable::this is not YAML',
      '::warning file=specs/pets.yaml,line=4,col=5,title=spec-pattern-advice::cannot be matched in linear time',
    ]);
  });

  test('as workflow commands has at most ten of each, and counts the rest', async () => {
    const many = lintReport(
      Array.from({ length: 30 }, (_, index) => ({
        ...{ code: 'spec-example' as const, message: `example ${index}`, at: '' },
        location: { file: 'a.yaml', line: 1 + index, column: 1, pointer: '' },
      })),
    );
    const text = await renderLintReport(many, 'github');
    expect(text.match(/^::error /gm)).toHaveLength(10);
    expect(text).toContain('20 findings not shown here');
  });

  test('as JUnit has a suite for each file and a failed case for each error', async () => {
    const folder = folderWith({ 'lint.xml': await renderLintReport(lintReport(), 'junit') });
    const { suites, total, failed } = parse({ type: 'junit', files: [path.join(folder, 'lint.xml')] });
    expect([suites.map(({ name }) => name), total, failed]).toEqual([
      ['./specs/pets.yaml', 'scenarios/a,b.yaml'],
      3,
      2,
    ]);
  });

  test.for(REPORT_FORMATS)('as %s contains no markup, command or escape of a document', async format => {
    const location = { file: HOSTILE, line: 1, column: 1, pointer: HOSTILE };
    const report = lintReport([{ code: 'spec-example', message: HOSTILE, at: '', location }]);
    const text = await renderLintReport(report, format);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no terminal escape may be there
    expect(text).not.toMatch(/\x1b|\u202e|^::error file=x|^##\[/m);
    if (format === 'html' || format === 'markdown') expect(text).not.toMatch(/<img|<script>window/);
  });
});

describe('deadringer lint', () => {
  const WRONG =
    'openapi: 3.1.0\ninfo: { title: w, version: "1" }\npaths:\n  /a/{id}:\n    get: { responses: {} }\n';

  test('writes several formats into a folder, and exits as without them', async () => {
    const folder = folderWith({ 'wrong.yaml': WRONG });
    const { code, err } = await run(
      ...['lint', path.join(folder, 'wrong.yaml')],
      ...['--format', 'json,html', '--output', path.join(folder, 'out')],
    );
    expect([code, err.split('\n').at(-2)]).toEqual([1, expect.stringMatching(/^1 document .* error/)]);
    const json = JSON.parse(readFileSync(path.join(folder, 'out/deadringer.json'), 'utf8'));
    expect(lintReportSchema.parse(json).findings[0]?.location).toMatchObject({ line: 5, column: 5 });
  });

  test('reports documents that cannot be used, and exits with 2', async () => {
    const folder = folderWith({ 'broken.yaml': 'openapi: 3.1.0\ninfo: [' });
    const { code, out } = await run('lint', path.join(folder, 'broken.yaml'), '--format', 'github');
    expect(code).toBe(2);
    expect(out).toMatch(/^::error file=\S+broken\.yaml,line=2,col=8,title=spec-unreadable::/);
  });

  test('does not overwrite a document of a folder', async () => {
    const folder = folderWith({ 'wrong.yaml': WRONG });
    const file = path.join(folder, 'wrong.yaml');
    const { code, err } = await run('lint', folder, '--format', 'json', '--output', file);
    expect([code, err]).toEqual([2, expect.stringContaining('would overwrite the input')]);
    expect(readFileSync(file, 'utf8')).toBe(WRONG);
  });

  test('accepts only text and JSON with --state', async () => {
    const { code, err } = await run('lint', '--state', '--format', 'html', 'test/fixtures/pets.yaml');
    expect([code, err]).toEqual([2, expect.stringContaining('--state prints text or JSON')]);
  });
});
