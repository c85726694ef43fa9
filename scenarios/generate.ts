// Writes the JSON Schemas of scenario files, expectations and the reports of check and lint; with --check, only reports files that are out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { expectationsJsonSchema } from '../src/mock/session/verify-journal.ts';
import { reportJsonSchema } from '../src/reporters/json.ts';
import { lintReportJsonSchema } from '../src/reporters/lint/lint-report-schema.ts';
import { scenarioJsonSchema } from '../src/scenario/scenario.ts';

const SCHEMAS = {
  'scenarios/scenario.schema.json': scenarioJsonSchema(),
  'scenarios/expectations.schema.json': expectationsJsonSchema(),
  'src/check/report.schema.json': reportJsonSchema(),
  'src/reporters/lint/lint-report.schema.json': lintReportJsonSchema(),
};

for (const [name, schema] of Object.entries(SCHEMAS)) {
  const file = new URL(`../${name}`, import.meta.url);
  const text = `${JSON.stringify(schema, undefined, 2)}\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${name} is out of date: run "npm run generate"`);
    process.exitCode = 1;
  }
}
