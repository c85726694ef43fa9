// Serves real OpenAPI documents, asks their operations, validates the responses with another validator, and counts by cause.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { tryBanners } from './banner.ts';
import { absolute, chooseDocuments, chooseSwagger, readAsOpenApi3 } from './documents.ts';
import type { JsonObject } from './json.ts';
import { meetsTargets, report } from './report.ts';
import { operationsOf, requestOf } from './request.ts';
import { ResponseValidator } from './response-validator.ts';
import { CannotSample } from './sample.ts';
import { ask, type MockServer, startDeadringer, startPrism } from './server.ts';
import { Tally } from './tally.ts';

const USAGE = `Usage: npm run corpus [-- options]

  --documents N    documents to load, 600 unless told
  --asked N        how many of them are asked, 200 unless told; the others are only served
  --operations N   operations of a document that are asked, 400 unless told
  --prism N        documents that Prism's CLI serves for comparison, 20 unless told
  --only TEXT      only documents whose path contains TEXT
  --swagger       Swagger 2.0 documents instead of those of OpenAPI 3
  --banner N       only run the requests that the banners of N documents suggest
  --json FILE      write every answer that is not valid as JSON

Examples:
  npm run corpus
  npm run corpus -- --only stripe --prism 1
  npm run corpus -- --swagger --prism 0
`;

/** Requests without an answer after which the rest of a document is not asked. */
const GIVEN_UP_AFTER = 5;

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '600' },
    asked: { type: 'string', default: '200' },
    operations: { type: 'string', default: '400' },
    prism: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    swagger: { type: 'boolean', default: false },
    banner: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
} else if (values.banner !== undefined) {
  const all = chooseDocuments(Number.POSITIVE_INFINITY).filter(file => file.includes(values.only));
  const { lines, failed } = await tryBanners(all.slice(0, Number(values.banner)));
  console.log(lines.join('\n'));
  process.exitCode = failed === 0 ? 0 : 1;
} else {
  const deadringer = new Tally('deadringer');
  const prism = new Tally('Prism');
  const folder = mkdtempSync(path.join(tmpdir(), 'deadringer-corpus-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const choose = (count: number): readonly string[] =>
    values.swagger ? chooseSwagger(count, folder) : chooseDocuments(count);
  const files = choose(values.only === '' ? Number(values.documents) : Number.POSITIVE_INFINITY);
  const chosen = files.filter(file => file.includes(values.only));
  let done = 0;
  for (const file of chosen) {
    await tryDocument(deadringer, file, each => startDeadringer(each), done < Number(values.asked));
    done++;
    if (done % 25 === 0) console.error(`corpus: ${done} of ${chosen.length} documents`);
  }
  for (const file of chosen
    .filter(one => !one.includes('microsoft.com/graph'))
    .slice(0, Number(values.prism))) {
    await tryDocument(prism, file, startPrism, true);
  }
  console.log(report([deadringer, ...(Number(values.prism) > 0 ? [prism] : [])]));
  if (values.json !== undefined)
    writeFileSync(values.json, JSON.stringify([deadringer.problems, prism.problems], null, 1));
  process.exitCode = meetsTargets(deadringer) ? 0 : 1;
}

async function tryDocument(
  tally: Tally,
  file: string,
  start: (file: string) => Promise<MockServer>,
  isAsked: boolean,
): Promise<void> {
  let server: MockServer;
  try {
    server = await start(absolute(file));
  } catch (error) {
    tally.notServed(file, error instanceof Error ? error.message : String(error));
    return;
  }
  try {
    tally.served();
    if (isAsked) await askAll(tally, file, server, await readAsOpenApi3(file));
  } finally {
    await server.stop();
  }
}

async function askAll(tally: Tally, file: string, server: MockServer, document: JsonObject): Promise<void> {
  const validator = new ResponseValidator(document);
  let unanswered = 0;
  for (const operation of operationsOf(document).slice(0, Number(values.operations))) {
    const name = `${file} ${operation.method} ${operation.path}`;
    try {
      const answer = await ask(server, requestOf(document, operation));
      tally.answered(name, answer, () =>
        validator.validate(operation, answer as Exclude<typeof answer, string>),
      );
      if (answer === 'no answer' && ++unanswered === GIVEN_UP_AFTER) return;
    } catch (error) {
      if (!(error instanceof CannotSample)) throw new Error(name, { cause: error });
      tally.notAsked(error.message);
    }
  }
}
