// Asks recorded requests again, judges the answers of now, and tells how they differ from those of then.
import { setTimeout as wait } from 'node:timers/promises';
import { Examiner } from '../check/examine.ts';
import type { Report } from '../check/report.ts';
import { begin, type Checked, finish, type RunOptions } from '../check/run.ts';
import { isOwnError, OWN_ERROR, type RecordedExchange } from '../check/subject.ts';
import { count } from '../check/tally.ts';
import { secretNames } from '../contract/contract.ts';
import { header, type Response } from '../exchange/exchange.ts';
import { redactWith } from '../exchange/redact.ts';
import { toRecorded } from '../recording/entry.ts';
import { readTraffic } from '../recording/open.ts';
import type { Place, RawEntry } from '../recording/recorded.ts';
import type { Ask } from './ask.ts';
import { Chain } from './chain.ts';
import { complete, type Draft, draft, isWrite, type Left, type Means, type Ready } from './draft.ts';
import { offersOf } from './gifts.ts';
import { formsOf, openWallet } from './secrets.ts';
import { apiOf, readTargets } from './targets.ts';
import { differencesOf } from './then-and-now.ts';

export interface ReplayOptions extends RunOptions {
  /** "https://staging.example.com/v2", in place of the servers of the documents; or "petstore=https://..." */
  readonly targets: readonly string[];
  /** Hosts that are asked where they were recorded: "app.example.com:8443". */
  readonly hosts: readonly string[];
  /** True: requests that change something are sent, too. */
  readonly allowWrites: boolean;
  /** Where DEADRINGER_SECRET_... is looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** "authorization=STAGING_TOKEN" */
  readonly secrets: readonly string[];
  /** Reads that may be under way at once. Writes are alone. */
  readonly concurrency: number;
  /** Most requests in a second. */
  readonly rate?: number;
  /** True: values have to be the recorded ones; those that are volatile by their form still need not. */
  readonly strictValues: boolean;
}

/** What would be done with one exchange. */
export type Planned =
  | {
      readonly kind: 'ask';
      readonly place: Place;
      readonly method: string;
      readonly url: string;
      readonly awaits: readonly Place[];
    }
  | { readonly kind: 'left'; readonly place: Place; readonly reason: string; readonly why: string };

/**
 * Nothing is sent to a host that was not named, and no write unless that was asked for.
 * @throws ContractError when a document cannot be judged by; InputError when a recording, a target or a secret cannot be used
 */
export async function replayRecordings(options: ReplayOptions, ask: Ask): Promise<Checked> {
  return await drive(options, ({ examiner, means, pace }) => async ready => {
    await pace();
    const { draft: each, request, origin } = ready;
    const answer = await ask(origin, request, options.signal ?? NEVER);
    options.signal?.throwIfAborted();
    if ('failure' in answer) return { kind: 'left', reason: 'no-answer', why: answer.failure };
    if (isOwnError(answer.response)) return ownError(answer.response);
    const live = liveOf(ready, answer.response);
    each.giver.settle(isFailed(each.recorded, answer.response) ? undefined : offersOf(answer.response));
    return () => {
      const differences = differencesOf(ready, live, means, options.strictValues);
      examiner.examine(live, ready.subject, differences);
    };
  });
}

/** Says what would be sent where, and what not and why; asks nobody. The report tells how many of each. */
export async function planReplay(
  options: ReplayOptions,
  onPlanned: (planned: Planned) => void,
): Promise<Checked> {
  return await drive(
    options,
    ({ examiner, means }) =>
      async ({ draft: each, request, origin, awaits }) => {
        each.giver.settle('planned');
        const { place, exchange } = each.recorded;
        const clean = redactWith({ ...exchange, request }, secretNames(apiOf(each.subject)), {
          secrets: means.secrets,
        }).exchange;
        const { method, path, query } = clean.request;
        return () => {
          const url = `${origin}${path}${query === '' ? '' : `?${query}`}`;
          onPlanned({ kind: 'ask', place, method, url, awaits });
          count(examiner.tally.notCheckable, 'not-asked');
        };
      },
    onPlanned,
  );
}

const NEVER = new AbortController().signal;

interface Works {
  readonly examiner: Examiner;
  readonly means: Means;
  readonly pace: () => Promise<void>;
}

/** What there is to do when it is this exchange's turn in the report. */
type Doing = (ready: Ready) => Promise<Left | (() => void)>;

async function drive(
  options: ReplayOptions,
  doing: (works: Works) => Doing,
  onPlanned?: (planned: Planned) => void,
): Promise<Checked> {
  const { signal } = options;
  const run = await begin(options, false);
  const wallet = openWallet(
    options.environment,
    options.secrets,
    run.contract.apis.map(api => api.name),
  );
  const secrets = new Set(wallet.secrets.flatMap(formsOf));
  const means: Means = {
    aim: readTargets(options.targets, options.hosts, run.contract),
    wallet,
    allowWrites: options.allowWrites,
    chain: new Chain(),
    secrets,
  };
  const examiner = new Examiner(run.contract, { ...run.examine, secrets });
  const perform = doing({ examiner, means, pace: pacer(options.rate, signal) });
  const leave = ({ place }: RecordedExchange, { reason, why }: Left): void => {
    examiner.leave(place, reason, why);
    onPlanned?.({ kind: 'left', place, reason, why });
  };

  const settle = async (each: Draft): Promise<() => void> => {
    const ready = await complete(each, means);
    const done = ready.kind === 'left' ? ready : await perform(ready);
    if (typeof done === 'function') return done;
    each.giver.settle(undefined);
    return () => leave(each.recorded, done);
  };

  /** In the order of the recording, so that a report does not depend on who answers first. */
  const turns: Promise<() => void>[] = [];
  const takeTurns = async (most: number): Promise<void> => {
    while (turns.length > most) (await turns.shift())?.();
    signal?.throwIfAborted();
  };
  const take = async (raw: RawEntry): Promise<void> => {
    const recorded = toRecorded(raw);
    const subject = recorded.kind === 'exchange' ? examiner.subjectOf(recorded) : undefined;
    if (recorded.kind !== 'exchange' || subject === undefined || subject.kind === 'elsewhere') {
      turns.push(Promise.resolve(() => examiner.take(recorded)));
      return;
    }
    const drafted = draft(recorded, subject, means);
    if (drafted.kind === 'left') {
      turns.push(Promise.resolve(() => leave(recorded, drafted)));
      return;
    }
    const alone = isWrite(recorded.exchange.request);
    if (alone) await takeTurns(0);
    const turn = settle(drafted);
    // It is waited for in its turn; until then nobody else is to be told.
    turn.catch(() => {});
    turns.push(turn);
    await takeTurns(alone ? 0 : options.concurrency - 1);
  };
  const sources = await readAll(options, examiner, take);
  await takeTurns(0);
  const { targets, hosts, allowWrites: writes, strictValues } = options;
  return finish(options, run, examiner, sources, {
    replay: { targets: [...targets, ...hosts], writes, strictValues },
  });
}

async function readAll(
  options: ReplayOptions,
  examiner: Examiner,
  take: (raw: RawEntry) => Promise<void>,
): Promise<Report['sources']> {
  const { stdin, signal, onProgress, onPassedOver } = options;
  const sources: Report['sources'] = [];
  let entries = 0;
  let bytes = 0;
  const input = {
    ...(stdin !== undefined && { stdin }),
    ...(signal !== undefined && { signal }),
    onBytes: (more: number) => {
      bytes += more;
    },
  };
  for await (const group of readTraffic(options.traffic, input)) {
    for (const next of group) {
      if (next.kind === 'end') {
        const { file, format, creator, cutOff, entries: own } = next.end;
        if (cutOff !== undefined) count(examiner.tally.unreadable, 'cut-off');
        sources.push({
          ...{ file, format, entries: own },
          ...(creator !== undefined && { creator }),
          ...(cutOff !== undefined && { cutOff }),
        });
      } else if (next.kind === 'passed-over') onPassedOver?.(next.file, next.why);
      else if (next.kind === 'unreadable') examiner.take(next);
      else await take(next.entry);
      entries++;
      onProgress?.({ entries, bytes });
    }
  }
  return sources;
}

/** What changes from answer to answer and says nothing of it would make equal runs unequal. */
const PASSING: ReadonlySet<string> = new Set(['date', 'x-deadringer-exchange']);

function liveOf({ draft: { recorded }, origin, request }: Ready, response: Response): RecordedExchange {
  const { withheld: _withheld, ...sent } = request;
  const { redacted: _redacted, ...exchange } = recorded.exchange;
  const headers = Object.entries(response.headers).filter(([name]) => !PASSING.has(name));
  return {
    ...recorded,
    origin,
    exchange: {
      ...exchange,
      // When it was recorded: reports of equal answers are equal, whenever they were asked for.
      duration: 0,
      request: { ...sent, headers: { host: [new URL(origin).host], ...sent.headers } },
      response: { ...response, headers: Object.fromEntries(headers) },
    },
  };
}

/** Whether what went well then did not now, so that nobody can rely on what it gives. */
function isFailed({ exchange }: RecordedExchange, { status }: Response): boolean {
  return status >= 400 && (exchange.response?.status ?? 0) < 400;
}

function ownError({ headers }: Response): Left {
  const code = header(headers, OWN_ERROR);
  const why = `the target is a deadringer, which answered with an error of its own: ${code}`;
  return { kind: 'left', reason: 'mock-error', why };
}

/** Lets requests through one by one, so many a second. */
function pacer(rate: number | undefined, signal: AbortSignal | undefined): () => Promise<void> {
  if (rate === undefined) return () => Promise.resolve();
  let turn: Promise<unknown> = Promise.resolve();
  return async () => {
    const mine = turn;
    turn = mine.then(() =>
      wait(1000 / rate, undefined, { ref: false, ...(signal !== undefined && { signal }) }),
    );
    // An interrupt is told by whoever is asking.
    turn.catch(() => {});
    await mine;
  };
}
