// A report of five thousand findings, and of twice as many: the same bytes twice, bounded, and kept whole by JSON.
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
  test('is the same bytes twice', async () => {
    const first = await renderReport(huge(), format);
    expect((await renderReport(huge(), format)) === first).toBe(true);
    expect((await renderReport(reversed(huge()), format)) === first).toBe(true);
  });

  test('is bounded for twice the findings', async () => {
    const text = await renderReport(doubled(huge()), format);
    expect(Buffer.byteLength(text)).toBeLessThan(2 * MOST_BYTES[format]());
  });
});

/** Twice the findings; a bounded format hardly notices. */
function doubled(report: Report): Report {
  return { ...report, findings: [...report.findings, ...report.findings] };
}

test('as JSON it keeps the schema and comes back as it was', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync('src/check/report.schema.json', 'utf8')) as object);
  const back: unknown = JSON.parse(renderJson(huge()));
  validate(back);
  expect(validate.errors).toBeNull();
  expect(reportSchema.safeParse(back).success).toBe(true);
  expect(back).toEqual(JSON.parse(JSON.stringify(huge())));
});
