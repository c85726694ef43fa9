// The JSON report: the report itself in the order of its published schema, which it keeps.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { reportSchema } from '../../src/check/report-schema.ts';
import { REPORTERS } from '../../src/reporters/formats.ts';
import { renderJson } from '../../src/reporters/json.ts';
import { SAMPLES } from './sample-reports.ts';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync('src/check/report.schema.json', 'utf8')) as object);

test.each(SAMPLES)('a report that is %s keeps the schema and comes back as it was', (_name, make) => {
  const report = make();
  const back: unknown = JSON.parse(renderJson(report));
  validate(back);
  expect(validate.errors).toBeNull();
  expect(reportSchema.safeParse(back).success).toBe(true);
  expect(back).toEqual(JSON.parse(JSON.stringify(report)));
});

test('members are in schema order', () => {
  const [, make] = SAMPLES[1] as (typeof SAMPLES)[number];
  const back = JSON.parse(renderJson(make())) as { findings: object[] };
  const { shape } = reportSchema;
  expect(Object.keys(back)).toEqual(Object.keys(shape).filter(key => key in back));
  const [finding] = back.findings;
  expect(Object.keys(finding ?? {})).toEqual(
    Object.keys(shape.findings.element.shape).filter(key => key in (finding ?? {})),
  );
});

test('every format has an extension', () => {
  expect(Object.keys(REPORTERS)).toEqual(['text', 'json', 'junit', 'sarif', 'github', 'markdown', 'html']);
  for (const { extension } of Object.values(REPORTERS)) expect(extension).toMatch(/^\.[a-z]+$/);
});
