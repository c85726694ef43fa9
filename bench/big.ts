// Big documents: how soon they are served and linted, how much memory they take, and whether a request costs more with them.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Settings, sideBySide } from './cases.ts';
import { cutDown, type Document, everyGet, exampleOf, GITHUB, generate, readDocument } from './documents.ts';
import { median } from './load.ts';
import { deadringer, PRISM } from './peers.ts';
import { cpuSeconds, residentMegabytes } from './proc.ts';
import { ask, run, type Server, scratch, startServer } from './processes.ts';
import type { Question } from './questions.ts';
import { generatorNote, type Outcome, rateTable, ratio, table } from './report.ts';
import type { Asked } from './request.ts';

const PATH = '/repos/{owner}/{repo}/collaborators/{username}/permission';
const OPERATIONS = 20_000;
/** Seconds that a server gets for what it does behind its open port, before rates are measured. */
const SETTLED_WITHIN = 60;

export async function bigDocuments(_asked: Asked, settings: Settings): Promise<Outcome> {
  const github = readDocument(GITHUB);
  const question = exampleOf(github, PATH);
  const small = scratch('small.json');
  writeFileSync(small, JSON.stringify(cutDown(github, PATH)));
  const big = await measureGithub(github, question, small, settings);
  settings.progress('lint of GitHub');
  const linted = await run(['bin/deadringer.js', 'lint', GITHUB]);
  if (!/^1 document, \d+ operations/m.test(linted.out))
    throw new Error(`lint ended with ${linted.code} and did not sum up:\n${linted.out.slice(-2000)}`);
  const many = await generated(settings);
  const prism = await prismOn(question, settings);
  const seconds = (value: number): string => value.toFixed(2);
  return {
    text: [
      table(
        ['', 'first answer, s', 'resident, MB', 'lint, s'],
        [
          [
            "deadringer, GitHub's 13 MB",
            seconds(big.first),
            big.resident.toFixed(0),
            seconds(linted.seconds),
          ],
          [`deadringer, ${OPERATIONS} operations`, seconds(many.first), many.resident.toFixed(0), '-'],
          ["Prism's CLI, GitHub's 13 MB", seconds(prism.first), prism.resident.toFixed(0), '-'],
        ],
      ),
      `Prism answers ${prism.rate.toFixed(0)} requests a second of GitHub's document.`,
      big.text,
      `It was busy behind its open port for ${big.busy.toFixed(0)} s more, and the rates were taken after that ` +
        `(after ${SETTLED_WITHIN} s at the latest). Resident memory is read all the while, under load, and after one ` +
        `request to each of ${big.asked} GET operations (${big.statuses}); the most counts.`,
    ].join('\n\n'),
    targets: [
      { name: "first answer with GitHub's document", value: big.first, bound: 2, is: 'at most', unit: ' s' },
      {
        name: "resident with GitHub's document",
        value: big.resident,
        bound: 400,
        is: 'at most',
        unit: ' MB',
      },
      {
        name: "requests/s of GitHub's document / of a small one",
        value: big.ratio,
        bound: 0.85,
        is: 'at least',
      },
      { name: "lint of GitHub's document", value: linted.seconds, bound: 10, is: 'at most', unit: ' s' },
      {
        name: `first answer with ${OPERATIONS} operations`,
        value: many.first,
        bound: 5,
        is: 'at most',
        unit: ' s',
      },
    ],
  };
}

interface Figures {
  /** Seconds. */
  readonly first: number;
  /** MB. */
  readonly resident: number;
}

async function measureGithub(
  document: Document,
  question: Question,
  small: string,
  settings: Settings,
): Promise<Figures & { text: string; ratio: number; asked: number; statuses: string; busy: number }> {
  const start = (name: string, file: string): Promise<Server> => {
    settings.progress(`starting ${name}`);
    return startServer(name, port => deadringer(port, file), [question]);
  };
  const names = { big: "deadringer, GitHub's 13 MB", small: 'deadringer, one path of it' };
  // The very first fills caches; it is no start of those that are measured.
  const first: number[] = [];
  for (let round = 0; round < 2; round++) {
    const started = await start(names.big, GITHUB);
    if (round > 0) first.push(started.readyAfter);
    await started.stop();
  }
  const server = await start(names.big, GITHUB);
  first.push(server.readyAfter);
  let resident = 0;
  const look = (): void => {
    resident = Math.max(resident, residentMegabytes(server.pid) ?? Number.NaN);
  };
  const busy = await idle(server, look, settings);
  const other = await start(names.small, small);
  await idle(other, () => {}, settings);
  const measured = await sideBySide(
    [
      { name: names.big, server, question },
      { name: names.small, server: other, question },
    ],
    settings,
  );
  look();
  const { asked, statuses } = await askEach(server, document, settings);
  look();
  await Promise.all([server.stop(), other.stop()]);
  return {
    first: median(first),
    resident,
    text: [rateTable(measured, [names.small]), generatorNote(measured)].filter(Boolean).join('\n\n'),
    ratio: ratio(measured, names.big, names.small),
    asked,
    statuses,
    busy,
  };
}

/**
 * Waits until a server uses next to no processor time.
 * @param look called once a second
 * @returns seconds that it was busy
 */
async function idle(server: Server, look: () => void, { progress }: Settings): Promise<number> {
  progress(`until nothing is left to be done behind the port: ${server.name}`);
  const begun = performance.now();
  for (let before = cpuSeconds(server.pid); ; ) {
    await sleep(1000);
    look();
    server.check();
    const now = cpuSeconds(server.pid);
    if (now === undefined || before === undefined || now - before < 0.1) break;
    if (performance.now() - begun > SETTLED_WITHIN * 1000) break;
    before = now;
  }
  return (performance.now() - begun) / 1000 - 1;
}

/** @throws Error when one of them is not known, or fails */
async function askEach(
  server: Server,
  document: Document,
  { progress }: Settings,
): Promise<{ asked: number; statuses: string }> {
  const counts = new Map<number, number>();
  const requests = everyGet(document);
  progress(`asking ${requests.length} operations of ${server.name}`);
  for (const request of requests) {
    const { status, body } = await ask(server.origin, request);
    // A made-up value may break a pattern, and being told so is an answer; not being known is none.
    const problem = /"type": "deadringer:([\w-]+)"/.exec(body)?.[1];
    if (status >= 500 || (problem !== undefined && problem !== 'invalid-request'))
      throw new Error(`${server.name}: GET ${request.path} is ${status}: ${body.slice(0, 500)}`);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  server.check();
  const statuses = [...counts].map(([status, count]) => `${count} x ${status}`).join(', ');
  return { asked: requests.length, statuses };
}

async function generated({ progress }: Settings): Promise<Figures> {
  const document = generate(OPERATIONS);
  const file = scratch('generated.json');
  writeFileSync(file, JSON.stringify(document));
  const last = Object.keys(document.paths).at(-1) ?? '';
  const question = exampleOf(document, last);
  const first: number[] = [];
  let resident = 0;
  for (let round = 0; round < 2; round++) {
    progress(`starting with ${OPERATIONS} operations`);
    const server = await startServer(`deadringer, ${OPERATIONS} operations`, port => deadringer(port, file), [
      question,
    ]);
    if (round > 0) first.push(server.readyAfter);
    resident = Math.max(resident, residentMegabytes(server.pid) ?? Number.NaN);
    await server.stop();
  }
  return { first: median(first), resident };
}

/** One start and two seconds: Prism is no contender here, it is what users know. */
async function prismOn(question: Question, settings: Settings): Promise<Figures & { readonly rate: number }> {
  settings.progress("starting Prism's CLI on GitHub's document");
  const name = "Prism's CLI (log off)";
  const args = ['mock', GITHUB, '--verboseLevel', 'silent', '--port'];
  const server = await startServer(name, port => [PRISM, ...args, port], [question]);
  const measured = await sideBySide([{ name, server, question }], { ...settings, rounds: 1 });
  const resident = residentMegabytes(server.pid) ?? Number.NaN;
  await server.stop();
  return {
    first: server.readyAfter,
    resident,
    rate: measured.get(name)?.[0]?.requestsPerSecond ?? Number.NaN,
  };
}
