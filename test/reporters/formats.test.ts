// Every report format: deterministic, without control characters, and without data that is not in the report.
import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REPORT_FORMATS, REPORTERS, type Renderer, type ReportFormat } from '../../src/reporters/formats.ts';
import { printable, printableLines } from '../../src/reporters/safe-text.ts';
import { CONTROL_CHARACTERS, reversed } from './reversed.ts';
import { failedReport, HOSTILE, hostile, SAMPLES } from './sample-reports.ts';

const RENDER = Object.fromEntries(
  await Promise.all(REPORT_FORMATS.map(async format => [format, await REPORTERS[format].load()] as const)),
) as Record<ReportFormat, Renderer>;

describe.each(REPORT_FORMATS)('%s', format => {
  const render = RENDER[format];

  test.each(SAMPLES)('is deterministic, for a report that is %s', (_name, make) => {
    const first = render(make());
    expect(render(make()) === first).toBe(true);
    expect(render(reversed(make())) === first).toBe(true);
  });

  test('does not change the report', () => {
    const report = failedReport();
    render(report);
    expect(report).toEqual(failedReport());
  });

  test.each(SAMPLES)('contains no control characters, for a report that is %s', (_name, make) => {
    expect(render(make())).not.toMatch(CONTROL_CHARACTERS);
  });

  test('ends with one newline', () => {
    expect(render(failedReport())).toMatch(/[^\n]\n$/);
  });
});

describe('contains nothing but the report', () => {
  const SECRET = 'hunter2-hunter2-hunter2';
  beforeEach(() => {
    process.env.DEADRINGER_TEST_SECRET = SECRET;
  });
  afterEach(() => {
    delete process.env.DEADRINGER_TEST_SECRET;
  });

  test.each(REPORT_FORMATS)('%s: no environment, paths or decoded bodies', format => {
    const report = failedReport();
    const [first] = report.findings;
    if (first?.sample.response === undefined) throw new Error('the sample has no response');
    const encoded = Buffer.from(SECRET).toString('base64');
    const sample = { ...first.sample, response: { ...first.sample.response, body: { base64: encoded } } };
    const text = RENDER[format]({ ...report, findings: [{ ...first, sample }] });
    for (const word of [SECRET, process.cwd(), process.version, process.env.HOME ?? SECRET]) {
      expect(text.includes(word)).toBe(false);
    }
  });
});

describe('safe for CI logs', () => {
  test.each(['text', 'github', 'markdown', 'html', 'junit', 'json', 'sarif'] as const)(
    '%s: no line of a recording starts like a workflow command',
    format => {
      const lines = RENDER[format](hostile()).split('\n');
      const commands = lines.filter(line => /^\s*::/.test(line));
      if (format === 'github') {
        expect(commands.every(line => /^::(error|warning|notice) [^:]*::/.test(line))).toBe(true);
      } else {
        expect(commands).toEqual([]);
      }
    },
  );

  test.each(['text', 'github'] as const)('%s: no command in the middle of a line', format => {
    expect(RENDER[format](hostile())).not.toMatch(/##(\[|vso\[)/);
  });
});

describe('escapes', () => {
  test('shows invisible characters as escapes', () => {
    expect(printable('a\u001b[31mb\u202ec\ud800\u{e0041}\r\n')).toBe(
      'a\\u001b[31mb\\u202ec\\ud800\\udb40\\udc41\\u000d\\u000a',
    );
    expect(printableLines('a\r\n\tb\u0007')).toBe('a\n\tb\\u0007');
    expect(printable('Zoë 🐕‍🦺 naïve')).toBe('Zoë 🐕‍🦺 naïve');
  });

  test('JSON escapes are restored by a parser', () => {
    const report = hostile();
    expect(JSON.parse(RENDER.json(report))).toEqual(JSON.parse(JSON.stringify(report)));
    expect(JSON.stringify(report)).toContain('pwned');
    expect(HOSTILE).toContain('\u001b');
  });
});
