// Checking recorded traffic beside `redocly drift`: one call many times, browser traffic, and a HAR larger than the memory target.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { browserEntry } from './browser.ts';
import type { Settings } from './cases.ts';
import { median } from './load.ts';
import { type Ended, run, scratch } from './processes.ts';
import { writeEntries, writeRecording } from './recording.ts';
import { type Outcome, type Target, table } from './report.ts';
import { type DocumentedCall, SPEC } from './request.ts';

interface Recording {
  readonly name: string;
  readonly file: string;
  readonly spec: string;
  readonly entries: number;
  /** Whether every exchange is valid. */
  readonly isValid: boolean;
}

interface Checker {
  readonly name: string;
  readonly args: (recording: Recording) => string[];
  /** What its output contains once it has checked every exchange. */
  readonly summary: (recording: Recording) => RegExp;
}

function own(name: string, ...options: string[]): Checker {
  return {
    name,
    args: ({ file, spec }) => ['bin/deadringer.js', 'check', file, '--specs', spec, ...options],
    summary: ({ entries }) => new RegExp(`\\b${entries}\\b`),
  };
}

const OURS = own('deadringer check');
const ONE_THREAD = own('deadringer check --threads 1');
const REDOCLY: Checker = {
  name: 'redocly drift',
  args: ({ file, spec }) => [
    fileURLToPath(new URL('node_modules/@redocly/cli/bin/cli.js', import.meta.url)),
    ...['drift', file, '--api', spec],
  ],
  summary: ({ entries, isValid }) =>
    new RegExp(isValid ? `total=${entries} documented=${entries}[\\s\\S]*No findings` : `total=${entries} `),
};
const CHECKERS = [OURS, ONE_THREAD, REDOCLY];

/** The large recording is this many times as large as the one that all checkers read. */
const LARGE = 11;

export async function checkTraffic(call: DocumentedCall, settings: Settings): Promise<Outcome> {
  const { megabytes, progress } = settings;
  progress(`writing recordings of ${megabytes} MB`);
  const [same, browser] = [scratch('same.har'), scratch('browser.har')];
  const recordings: Recording[] = [
    {
      name: 'One call many times',
      file: same,
      spec: SPEC,
      entries: await writeRecording(same, megabytes * 1e6, call),
      isValid: true,
    },
    {
      name: 'Many calls, as a browser records them, one in 25 invalid',
      file: browser,
      spec: 'bench/mixed.yaml',
      entries: await writeEntries(browser, megabytes * 1e6, 'WebInspector', browserEntry),
      isValid: false,
    },
  ];
  const outcomes: Outcome[] = [];
  for (const recording of recordings) outcomes.push(await compare(recording, settings));
  progress(`writing a recording of ${megabytes * LARGE} MB`);
  const entries = await writeRecording(same, megabytes * LARGE * 1e6, call);
  outcomes.push(await large({ name: 'large', file: same, spec: SPEC, entries, isValid: true }, settings));
  return {
    text: outcomes.map(({ text }) => text).join('\n\n'),
    targets: outcomes.flatMap(({ targets }) => targets),
  };
}

async function compare(recording: Recording, { rounds, progress }: Settings): Promise<Outcome> {
  const measured = new Map<Checker, Ended[]>(CHECKERS.map(checker => [checker, []]));
  for (let round = 0; round < rounds; round++) {
    for (const checker of round % 2 === 0 ? CHECKERS : CHECKERS.toReversed()) {
      progress(`${recording.name}, round ${round + 1} of ${rounds}: ${checker.name}`);
      measured.get(checker)?.push(await runChecker(checker, recording));
    }
  }
  const size = statSync(recording.file).size / 1e6;
  const seconds = (checker: Checker): number[] => (measured.get(checker) ?? []).map(each => each.seconds);
  const rows = [...measured].map(([checker, runs]) => {
    const took = seconds(checker);
    return [
      checker.name,
      `${median(took).toFixed(2)} (${Math.min(...took).toFixed(2)}-${Math.max(...took).toFixed(2)})`,
      (size / median(took)).toFixed(0),
      Math.max(...runs.map(({ peak }) => peak)).toFixed(0),
    ];
  });
  const target: Target = {
    name: `${recording.name}: speed of ${OURS.name} / ${REDOCLY.name}`,
    value: median(seconds(REDOCLY)) / median(seconds(OURS)),
    bound: 2,
    is: 'at least',
  };
  return {
    text: [
      `${recording.name}: ${size.toFixed(0)} MB, ${recording.entries} exchanges`,
      table(['', 's, median (min-max)', 'MB/s', 'peak memory, MB'], rows),
    ].join('\n\n'),
    targets: [target],
  };
}

/** The target is for the default number of threads. */
async function large(recording: Recording, { progress }: Settings): Promise<Outcome> {
  const size = statSync(recording.file).size / 1e6;
  const rows: string[][] = [];
  const targets: Target[] = [];
  for (const checker of [OURS, ONE_THREAD]) {
    progress(`${size.toFixed(0)} MB: ${checker.name}`);
    const { seconds, peak } = await runChecker(checker, recording);
    rows.push([checker.name, seconds.toFixed(1), (size / seconds).toFixed(0), peak.toFixed(0)]);
    if (checker !== OURS) continue;
    const name = `${checker.name}, ${size.toFixed(0)} MB:`;
    targets.push(
      { name: `${name} peak memory`, value: peak, bound: 150, is: 'at most', unit: ' MB' },
      { name: `${name} speed`, value: size / seconds, bound: 150, is: 'at least', unit: ' MB/s' },
    );
  }
  return {
    text: [
      `One call many times: ${size.toFixed(0)} MB, ${recording.entries} exchanges`,
      table(['', 's', 'MB/s', 'peak memory, MB'], rows),
    ].join('\n\n'),
    targets,
  };
}

/** @throws Error if the checker did not check every exchange, or ended with another exit code than expected */
async function runChecker(checker: Checker, recording: Recording): Promise<Ended> {
  const ended = await run(checker.args(recording));
  if (ended.code !== (recording.isValid ? 0 : 1) || !checker.summary(recording).test(ended.out))
    throw new Error(
      `${checker.name} ended with ${ended.code} and did not check all of ${recording.entries} exchanges:\n${ended.out.slice(-2000)}`,
    );
  return ended;
}
