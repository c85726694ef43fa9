// Writes scenario.schema.json, by which editors complete and explain scenario files; --check only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { scenarioSchema } from '../src/scenario/scenario.ts';

const file = new URL('scenario.schema.json', import.meta.url);
const text = `${JSON.stringify(z.toJSONSchema(scenarioSchema, { io: 'input' }), undefined, 2)}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('scenarios/scenario.schema.json is out of date: run "npm run generate"');
  process.exitCode = 1;
}
