// Writes the types of the control API for its clients: the Node API and the page of the console; --check only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTypescript from 'openapi-typescript';

const source = new URL('../src/http/control/control.openapi.yaml', import.meta.url);
const target = new URL('../src/client/control-api.ts', import.meta.url);

const text = await openapiTypescript(source, {
  commentHeader:
    '// The types of the control API. Generated from control.openapi.yaml: change that, then run "npm run generate".\n\n',
});
if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/client/control-api.ts is out of date: run "npm run generate"');
  process.exitCode = 1;
}
