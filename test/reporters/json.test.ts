// The JSON report matches its published schema, in member order too.
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

test.each(SAMPLES)('a report that is %s matches the schema and parses to the same report', (_name, make) => {
  const report = make();
  const parsed: unknown = JSON.parse(renderJson(report));
  validate(parsed);
  expect(validate.errors).toBeNull();
  expect(reportSchema.safeParse(parsed).success).toBe(true);
  expect(parsed).toEqual(JSON.parse(JSON.stringify(report)));
});

test('members are in schema order', () => {
  const [, make] = SAMPLES[1] as (typeof SAMPLES)[number];
  const parsed = JSON.parse(renderJson(make())) as { findings: object[] };
  const { shape } = reportSchema;
  expect(Object.keys(parsed)).toEqual(Object.keys(shape).filter(key => key in parsed));
  const [finding] = parsed.findings;
  expect(Object.keys(finding ?? {})).toEqual(
    Object.keys(shape.findings.element.shape).filter(key => key in (finding ?? {})),
  );
});

test('every format has an extension', () => {
  expect(Object.keys(REPORTERS)).toEqual(['text', 'json', 'junit', 'sarif', 'github', 'markdown', 'html']);
  for (const { extension } of Object.values(REPORTERS)) expect(extension).toMatch(/^\.[a-z]+$/);
});
