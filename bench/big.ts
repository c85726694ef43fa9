// Big documents: time to the first answer and to lint, memory, and whether a request costs more than with a small document.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Settings, sideBySide } from './cases.ts';
import { cutDown, type Document, everyGet, exampleOf, GITHUB, generate, readDocument } from './documents.ts';
import { median } from './load.ts';
import { npxInCheckout, npxInProject } from './npx.ts';
import { cpuSeconds, residentMegabytes } from './proc.ts';
import { type Command, run, type Server, scratch, send, startServer } from './processes.ts';
import { generatorNote, type Outcome, rateTable, ratio, type Target, table } from './report.ts';
import type { DocumentedCall } from './request.ts';
import { deadringer, PRISM, PRISM_BIN } from './servers.ts';
import type { Workload } from './workloads.ts';

const PATH = '/repos/{owner}/{repo}/collaborators/{username}/permission';
const OPERATIONS = 20_000;
/** Seconds that a server gets for work in the background before rates are measured. */
const IDLE_WITHIN = 60;

export async function bigDocuments(_call: DocumentedCall, settings: Settings): Promise<Outcome> {
  const github = readDocument(GITHUB);
  const workload = exampleOf(github, PATH);
  const small = scratch('small.json');
  writeFileSync(small, JSON.stringify(cutDown(github, PATH)));
  const byNpx = await throughNpx(workload, settings);
  const big = await measureGithub(github, workload, small, settings);
  settings.progress('lint of GitHub');
  const linted = await run(['bin/deadringer.js', 'lint', GITHUB]);
  if (!/^1 document, \d+ operations/m.test(linted.out))
    throw new Error(`lint ended with ${linted.code} and printed no summary:\n${linted.out.slice(-2000)}`);
  const many = await measureGenerated(settings);
  const prism = await measurePrism(workload, settings);
  const seconds = (value: number): string => value.toFixed(2);
  return {
    text: [
      table(
        ['', 'first answer, s', 'resident, MB', 'lint, s'],
        [
          [
            "deadringer, GitHub's 13 MB, started by node",
            seconds(big.first),
            big.resident.toFixed(0),
            seconds(linted.seconds),
          ],
          ...byNpx.map(({ name, value }) => [name, seconds(value), '-', '-']),
          [`deadringer, ${OPERATIONS} operations`, seconds(many.first), many.resident.toFixed(0), '-'],
          ["Prism's CLI, GitHub's 13 MB", seconds(prism.first), prism.resident.toFixed(0), '-'],
        ],
      ),
      `Prism's rate with GitHub's document: ${prism.rate.toFixed(0)} requests/s.`,
      big.text,
      `After its first answer the server worked in the background for ${big.busy.toFixed(0)} s; the rates were measured ` +
        `after that (after ${IDLE_WITHIN} s at the latest). Resident memory is the maximum during that work, under load, ` +
        `and after one request to each of ${big.sent} GET operations (${big.statuses}).`,
    ].join('\n\n'),
    targets: [
      ...byNpx,
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

/** The first start of each fills caches and is not counted. */
async function throughNpx(workload: Workload, { progress }: Settings): Promise<Target[]> {
  const targets: Target[] = [];
  const starts = [
    { place: 'in a project', npx: (...args: string[]) => npxInProject('deadringer', ...args) },
    { place: 'in this checkout', npx: npxInCheckout },
  ];
  for (const { place, npx } of starts) {
    const name = `npx deadringer serve, ${place}, GitHub's 13 MB: first answer`;
    const times: number[] = [];
    for (let round = 0; round < 4; round++) {
      progress(name);
      const command = (port: string): Command => npx(...deadringer(port, '--specs', GITHUB).slice(1));
      const server = await startServer(name, command, [workload]);
      if (round > 0) times.push(server.readyAfter);
      await server.stop();
    }
    targets.push({ name, value: median(times), bound: 2, is: 'at most', unit: ' s' });
  }
  return targets;
}

interface Figures {
  /** Seconds. */
  readonly first: number;
  /** MB. */
  readonly resident: number;
}

async function measureGithub(
  document: Document,
  workload: Workload,
  small: string,
  settings: Settings,
): Promise<Figures & { text: string; ratio: number; sent: number; statuses: string; busy: number }> {
  const start = (name: string, file: string): Promise<Server> => {
    settings.progress(`starting ${name}`);
    return startServer(name, port => [process.execPath, ...deadringer(port, '--specs', file)], [workload]);
  };
  const names = { big: "deadringer, GitHub's 13 MB", small: 'deadringer, one path of it' };
  // The first start fills the compile cache and is not counted.
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
    resident = Math.max(resident, residentMegabytes(server.pid));
  };
  const busy = await idle(server, look, settings);
  const other = await start(names.small, small);
  await idle(other, () => {}, settings);
  const measured = await sideBySide(
    [
      { name: names.big, server, workload },
      { name: names.small, server: other, workload },
    ],
    settings,
  );
  look();
  const { sent, statuses } = await sendEach(server, document, settings);
  look();
  await Promise.all([server.stop(), other.stop()]);
  return {
    first: median(first),
    resident,
    text: [rateTable(measured, [names.small]), generatorNote(measured)].filter(Boolean).join('\n\n'),
    ratio: ratio(measured, names.big, names.small),
    sent,
    statuses,
    busy,
  };
}

/**
 * Waits until a server uses almost no CPU time.
 * @param look called once a second
 * @returns the seconds until then
 */
async function idle(server: Server, look: () => void, { progress }: Settings): Promise<number> {
  progress(`until the server is idle: ${server.name}`);
  const begun = performance.now();
  for (let before = cpuSeconds(server.pid); ; ) {
    await sleep(1000);
    look();
    server.check();
    const now = cpuSeconds(server.pid);
    if (Number.isNaN(now) || now - before < 0.1) break;
    if (performance.now() - begun > IDLE_WITHIN * 1000) break;
    before = now;
  }
  return (performance.now() - begun) / 1000 - 1;
}

/** @throws Error if an operation is unknown to the server, or fails */
async function sendEach(
  server: Server,
  document: Document,
  { progress }: Settings,
): Promise<{ sent: number; statuses: string }> {
  const counts = new Map<number, number>();
  const requests = everyGet(document);
  progress(`one request to each of ${requests.length} operations: ${server.name}`);
  for (const request of requests) {
    const { status, body } = await send(server.origin, request);
    // A generated parameter may break a pattern, so a refusal is allowed; an unknown operation is not.
    const problem = /"type": "deadringer:([\w-]+)"/.exec(body)?.[1];
    if (status >= 500 || (problem !== undefined && problem !== 'invalid-request'))
      throw new Error(`${server.name}: GET ${request.path} is ${status}: ${body.slice(0, 500)}`);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  server.check();
  const statuses = [...counts].map(([status, count]) => `${count} x ${status}`).join(', ');
  return { sent: requests.length, statuses };
}

async function measureGenerated({ progress }: Settings): Promise<Figures> {
  const document = generate(OPERATIONS);
  const file = scratch('generated.json');
  writeFileSync(file, JSON.stringify(document));
  const last = Object.keys(document.paths).at(-1) ?? '';
  const workload = exampleOf(document, last);
  const first: number[] = [];
  let resident = 0;
  for (let round = 0; round < 2; round++) {
    progress(`starting with ${OPERATIONS} operations`);
    const command = (port: string): Command => [process.execPath, ...deadringer(port, '--specs', file)];
    const server = await startServer(`deadringer, ${OPERATIONS} operations`, command, [workload]);
    if (round > 0) first.push(server.readyAfter);
    resident = Math.max(resident, residentMegabytes(server.pid));
    await server.stop();
  }
  return { first: median(first), resident };
}

/** One start and one round, which is longer because Prism answers few requests per second with this document. */
async function measurePrism(
  workload: Workload,
  settings: Settings,
): Promise<Figures & { readonly rate: number }> {
  settings.progress("starting Prism's CLI on GitHub's document");
  const name = PRISM;
  const args = ['mock', GITHUB, '--verboseLevel', 'silent', '--port'];
  const server = await startServer(name, port => [process.execPath, PRISM_BIN, ...args, port], [workload]);
  const measured = await sideBySide([{ name, server, workload }], { ...settings, rounds: 1, seconds: 5 });
  const resident = residentMegabytes(server.pid);
  await server.stop();
  return {
    first: server.readyAfter,
    resident,
    rate: measured.get(name)?.rounds[0]?.requestsPerSecond ?? Number.NaN,
  };
}
