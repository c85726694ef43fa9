// Measures deadringer beside the servers and checkers that users would replace, and lists which targets are held.
import { bigDocuments } from './big.ts';
import { rates, ratesShort, type Settings, WARM_UP_SECONDS } from './cases.ts';
import { checkTraffic } from './check.ts';
import { generatorName } from './load.ts';
import { memory } from './memory.ts';
import { type Options, parse } from './options.ts';
import { endAll, stop } from './processes.ts';
import { isHeld, machine, type Outcome, type Target, targetLine } from './report.ts';
import { type DocumentedCall, readCall, readSpec } from './request.ts';
import { coldStart, coldStartShort } from './start.ts';

interface Case {
  readonly title: string;
  readonly measure: (call: DocumentedCall, settings: Settings) => Promise<Outcome>;
  /** Half of the rounds are enough for the less important cases. */
  readonly isHalved?: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  rates: { title: 'Requests per second', measure: rates },
  start: { title: 'Start-up', measure: coldStart },
  big: { title: 'Big documents', measure: bigDocuments, isHalved: true },
  check: { title: 'Checking recorded traffic', measure: checkTraffic, isHalved: true },
  memory: { title: 'Memory over a million requests', measure: memory },
};

const SHORT: Readonly<Record<string, Case>> = {
  rates: { title: 'Requests per second', measure: ratesShort },
  start: { title: 'Start-up', measure: coldStartShort },
};

/** Seconds after which the benchmark gives up. */
const TIME_LIMIT = 3600;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = parse(args, Object.keys(CASES), Object.keys(SHORT));
  if (typeof options === 'number') return options;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  process.once('exit', endAll);
  const limit = setTimeout(() => {
    console.error(`bench: not finished after ${TIME_LIMIT} s`);
    process.exit(1);
  }, TIME_LIMIT * 1000);
  try {
    return await measureAll(options);
  } finally {
    clearTimeout(limit);
    await stop();
    endAll();
  }
}

async function measureAll({ only, short, check, ...options }: Options): Promise<number> {
  const call = readCall(readSpec(new URL('../', import.meta.url)));
  const { rounds, seconds, connections } = options;
  console.log(
    `${machine()}\n\nLoad generator: ${generatorName()}; ${connections} connections. Each row: ${WARM_UP_SECONDS} s of ` +
      `warm-up, then ${rounds} rounds of ${seconds} s (${half(rounds)} in "big" and "check"), in alternating order; medians.\n`,
  );
  const targets: Target[] = [];
  const failures: string[] = [];
  for (const [name, { title, measure, isHalved }] of Object.entries(short ? SHORT : CASES)) {
    if (!only.includes(name)) continue;
    console.log(`## ${title}\n`);
    try {
      const outcome = await measure(call, {
        ...options,
        rounds: isHalved ? half(rounds) : rounds,
        progress: showProgress,
      });
      showProgress('');
      console.log(`${outcome.text}\n`);
      targets.push(...outcome.targets);
    } catch (error) {
      showProgress('');
      const message = error instanceof Error ? error.message : String(error);
      console.error(`bench: ${name}: ${message}\n`);
      failures.push(`FAILED  ${name}: ${message.split('\n')[0]}`);
    }
  }
  console.log('## Targets\n');
  for (const line of [...targets.map(targetLine), ...failures]) console.log(`    ${line}`);
  const isMissed = targets.some(target => !isHeld(target));
  return failures.length > 0 || (check && isMissed) ? 1 : 0;
}

function half(rounds: number): number {
  return Math.ceil(rounds / 2);
}

/** Only on a terminal, so that a redirected stream has the result alone. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
}
