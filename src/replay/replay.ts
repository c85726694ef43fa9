// Re-sends recorded requests, validates the responses, and reports differences from the recorded responses.
import { setTimeout as wait } from 'node:timers/promises';
import { Examiner } from '../check/examine.ts';
import type { Report } from '../check/report.ts';
import { type CheckResult, finishRun, prepareRun, type TrafficRunOptions } from '../check/run.ts';
import { increment } from '../check/tally.ts';
import { header, type Response } from '../exchange/exchange.ts';
import { redactWith } from '../exchange/redact.ts';
import { secretNames } from '../openapi/model.ts';
import type { EntryLocation, RawEntry, RecordedExchange } from '../recording/model.ts';
import { readRecordedEntry } from '../recording/read-entry.ts';
import { readTraffic } from '../recording/read-traffic.ts';
import { isMockError, MOCK_ERROR_HEADER } from '../routing/match-target.ts';
import { CaptureRegistry } from './capture-registry.ts';
import { capturableValues } from './captures.ts';
import { findDifferences } from './find-differences.ts';
import {
  isWrite,
  type PreparedRequest,
  prepareRequest,
  type ReplayContext,
  type ResolvedRequest,
  resolveRequest,
  type SkippedRequest,
} from './prepare-request.ts';
import { createSecretStore, secretForms } from './secret-store.ts';
import type { SendRequest } from './send.ts';
import { apiOfTarget, createTargetResolver } from './targets.ts';

export interface ReplayOptions extends TrafficRunOptions {
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
export type PlannedReplay =
  | {
      readonly kind: 'ask';
      readonly place: EntryLocation;
      readonly method: string;
      readonly url: string;
      readonly dependsOn: readonly EntryLocation[];
    }
  | {
      readonly kind: 'left';
      readonly place: EntryLocation;
      readonly reason: string;
      readonly message: string;
    };

/**
 * Nothing is sent to a host that was not named, and no write unless that was asked for.
 * @throws ContractError when a document cannot be judged by; InputError when a recording, a target or a secret cannot be used
 */
export async function replayRecordings(options: ReplayOptions, send: SendRequest): Promise<CheckResult> {
  return await runReplay(options, ({ examiner, context, waitForRate: pace }) => async resolved => {
    await pace();
    const { prepared: each, request, origin } = resolved;
    const result = await send(origin, request, options.signal ?? NEVER_ABORTED);
    options.signal?.throwIfAborted();
    if ('failure' in result) return { kind: 'left', reason: 'no-answer', message: result.failure };
    if (isMockError(result.response)) return skippedForMockError(result.response);
    const currentExchange = toCurrentExchange(resolved, result.response);
    each.source.settle(
      becameError(each.recorded, result.response) ? undefined : capturableValues(result.response),
    );
    return () => {
      const differences = findDifferences(resolved, currentExchange, context, options.strictValues);
      examiner.examineMatched(currentExchange, resolved.matchTarget, differences);
    };
  });
}

/** Says what would be sent where, and what not and why; asks nobody. The report tells how many of each. */
export async function planReplay(
  options: ReplayOptions,
  onPlanned: (planned: PlannedReplay) => void,
): Promise<CheckResult> {
  return await runReplay(
    options,
    ({ examiner, context }) =>
      async ({ prepared: each, request, origin, dependsOn }) => {
        each.source.settle('planned');
        const { place, exchange } = each.recorded;
        const redactedExchange = redactWith(
          { ...exchange, request },
          secretNames(apiOfTarget(each.matchTarget)),
          {
            secrets: context.secrets,
          },
        ).exchange;
        const { method, path, query } = redactedExchange.request;
        return () => {
          const url = `${origin}${path}${query === '' ? '' : `?${query}`}`;
          onPlanned({ kind: 'ask', place, method, url, dependsOn });
          increment(examiner.tally.notCheckable, 'not-asked');
        };
      },
    onPlanned,
  );
}

const NEVER_ABORTED = new AbortController().signal;

interface ReplayRun {
  readonly examiner: Examiner;
  readonly context: ReplayContext;
  readonly waitForRate: () => Promise<void>;
}

/** What there is to do when it is this exchange's turn in the report. */
type ExecuteRequest = (ready: ResolvedRequest) => Promise<SkippedRequest | (() => void)>;

async function runReplay(
  options: ReplayOptions,
  createExecutor: (works: ReplayRun) => ExecuteRequest,
  onPlanned?: (planned: PlannedReplay) => void,
): Promise<CheckResult> {
  const { signal } = options;
  const run = await prepareRun(options, false);
  const secretStore = createSecretStore(
    options.environment,
    options.secrets,
    run.contract.apis.map(api => api.name),
  );
  const secrets = new Set(secretStore.secrets.flatMap(secretForms));
  const context: ReplayContext = {
    resolveTarget: createTargetResolver(options.targets, options.hosts, run.contract),
    secretStore,
    allowWrites: options.allowWrites,
    captures: new CaptureRegistry(),
    secrets,
  };
  const examiner = new Examiner(run.contract, { ...run.examine, secrets });
  const execute = createExecutor({ examiner, context, waitForRate: createRateLimiter(options.rate, signal) });
  const skip = ({ place }: RecordedExchange, { reason, message }: SkippedRequest): void => {
    examiner.skip(place, reason, message);
    onPlanned?.({ kind: 'left', place, reason, message });
  };

  const processRequest = async (each: PreparedRequest): Promise<() => void> => {
    const resolved = await resolveRequest(each, context);
    const done = resolved.kind === 'left' ? resolved : await execute(resolved);
    if (typeof done === 'function') return done;
    each.source.settle(undefined);
    return () => skip(each.recorded, done);
  };

  /** In the order of the recording, so that a report does not depend on who answers first. */
  const pending: Promise<() => void>[] = [];
  const drain = async (most: number): Promise<void> => {
    while (pending.length > most) (await pending.shift())?.();
    signal?.throwIfAborted();
  };
  const handleEntry = async (raw: RawEntry): Promise<void> => {
    const recorded = readRecordedEntry(raw);
    const matchTarget = recorded.kind === 'exchange' ? examiner.findTarget(recorded) : undefined;
    if (recorded.kind !== 'exchange' || matchTarget === undefined || matchTarget.kind === 'out-of-scope') {
      pending.push(Promise.resolve(() => examiner.add(recorded)));
      return;
    }
    const prepared = prepareRequest(recorded, matchTarget, context);
    if (prepared.kind === 'left') {
      pending.push(Promise.resolve(() => skip(recorded, prepared)));
      return;
    }
    const isExclusive = isWrite(recorded.exchange.request);
    if (isExclusive) await drain(0);
    const task = processRequest(prepared);
    // It is waited for in its turn; until then nobody else is to be told.
    task.catch(() => {});
    pending.push(task);
    await drain(isExclusive ? 0 : options.concurrency - 1);
  };
  const sources = await readAll(options, examiner, handleEntry);
  await drain(0);
  const { targets, hosts, allowWrites: writes, strictValues } = options;
  return finishRun(options, run, examiner, sources, {
    replay: { targets: [...targets, ...hosts], writes, strictValues },
  });
}

async function readAll(
  options: ReplayOptions,
  examiner: Examiner,
  handleEntry: (raw: RawEntry) => Promise<void>,
): Promise<Report['sources']> {
  const { stdin, signal, onProgress, onSkippedFile: onPassedOver } = options;
  const sources: Report['sources'] = [];
  let entries = 0;
  let bytes = 0;
  const input = {
    ...(stdin !== undefined && { stdin }),
    ...(signal !== undefined && { signal }),
    onBytes: (addedBytes: number) => {
      bytes += addedBytes;
    },
  };
  for await (const chunk of readTraffic(options.traffic, input)) {
    for (const next of chunk) {
      if (next.kind === 'end') {
        const { file, format, creator, cutOff: truncated, entries: own } = next.end;
        if (truncated !== undefined) increment(examiner.tally.unreadable, 'cut-off');
        sources.push({
          ...{ file, format, entries: own },
          ...(creator !== undefined && { creator }),
          ...(truncated !== undefined && { truncated }),
        });
      } else if (next.kind === 'passed-over') onPassedOver?.(next.file, next.why);
      else if (next.kind === 'unreadable') examiner.add(next);
      else await handleEntry(next.entry);
      entries++;
      onProgress?.({ entries, bytes });
    }
  }
  return sources;
}

/** What changes from answer to answer and says nothing of it would make equal runs unequal. */
const IGNORED_HEADERS: ReadonlySet<string> = new Set(['date', 'x-deadringer-exchange']);

function toCurrentExchange(
  { prepared: { recorded }, origin, request }: ResolvedRequest,
  response: Response,
): RecordedExchange {
  const { withheld: _withheld, ...sent } = request;
  const { redacted: _redacted, ...exchange } = recorded.exchange;
  const headers = Object.entries(response.headers).filter(([name]) => !IGNORED_HEADERS.has(name));
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
function becameError({ exchange }: RecordedExchange, { status }: Response): boolean {
  return status >= 400 && (exchange.response?.status ?? 0) < 400;
}

function skippedForMockError({ headers }: Response): SkippedRequest {
  const code = header(headers, MOCK_ERROR_HEADER);
  const message = `the target is a deadringer mock server, and it returned its own error: ${code}`;
  return { kind: 'left', reason: 'mock-error', message };
}

/** Lets requests through one by one, so many a second. */
function createRateLimiter(rate: number | undefined, signal: AbortSignal | undefined): () => Promise<void> {
  if (rate === undefined) return () => Promise.resolve();
  let task: Promise<unknown> = Promise.resolve();
  return async () => {
    const previousSlot = task;
    task = previousSlot.then(() =>
      wait(1000 / rate, undefined, { ref: false, ...(signal !== undefined && { signal }) }),
    );
    // An interrupt is told by whoever is asking.
    task.catch(() => {});
    await previousSlot;
  };
}
