// Writes the generated pages of docs: codes, commands, scenario files, routes, decisions; --check only says which are out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { CODES_PAGE } from './generator/codes.ts';
import { commandsPage } from './generator/commands.ts';
import { controlApiPage } from './generator/control-api.ts';
import { decisionsPage } from './generator/decisions.ts';
import { scenarioFilesPage } from './generator/files.ts';

const PAGES = {
  'codes.md': CODES_PAGE,
  'decisions/README.md': decisionsPage(),
  'reference/commands.md': await commandsPage(),
  'reference/scenario-files.md': scenarioFilesPage(),
  'reference/control-api.md': controlApiPage(),
};

for (const [name, text] of Object.entries(PAGES)) {
  const file = new URL(name, import.meta.url);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`docs/${name} is out of date: run "npm run generate"`);
    process.exitCode = 1;
  }
}
