// A report of five and of ten thousand findings: deterministic, bounded, and complete as JSON.
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/check/report.ts';
import { reportSchema } from '../../src/check/report-schema.ts';
import { REPORT_FORMATS, renderReport } from '../../src/reporters/formats.ts';
import { renderJson } from '../../src/reporters/json.ts';
import { reversed } from './reversed.ts';
import { huge, MOST_BYTES } from './sample-reports.ts';

describe.each(REPORT_FORMATS)('%s', format => {
  test('is deterministic', async () => {
    const first = await renderReport(huge(), format);
    expect((await renderReport(huge(), format)) === first).toBe(true);
    expect((await renderReport(reversed(huge()), format)) === first).toBe(true);
  });

  test('is bounded for twice the findings', async () => {
    const text = await renderReport(doubled(huge()), format);
    expect(Buffer.byteLength(text)).toBeLessThan(2 * MOST_BYTES[format]());
  });
});

function doubled(report: Report): Report {
  return { ...report, findings: [...report.findings, ...report.findings] };
}

test('as JSON it matches the schema and parses to the same report', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync('src/check/report.schema.json', 'utf8')) as object);
  const parsed: unknown = JSON.parse(renderJson(huge()));
  validate(parsed);
  expect(validate.errors).toBeNull();
  expect(reportSchema.safeParse(parsed).success).toBe(true);
  expect(parsed).toEqual(JSON.parse(JSON.stringify(huge())));
});
