// Re-sends recorded requests, validates the responses, and reports differences from the recorded responses.

import { Examiner } from '../check/examine.ts';
import type { Report } from '../check/report.ts';
import { type CheckResult, finishRun, prepareRun, type TrafficRunOptions } from '../check/run.ts';
import { increment } from '../check/tally.ts';
import { header, type Response } from '../exchange/exchange.ts';
import { redactWith } from '../exchange/redact.ts';
import { redactedNames } from '../openapi/model.ts';
import type { EntryLocation, RawEntry, RecordedExchange } from '../recording/model.ts';
import { readRecordedEntry } from '../recording/read-entry.ts';
import { readTraffic } from '../recording/read-traffic.ts';
import { isMockError, MOCK_ERROR_HEADER } from '../routing/match-target.ts';
import { CaptureRegistry } from './capture-registry.ts';
import { capturableValues } from './captures.ts';
import { becameError, toCurrentExchange } from './current-exchange.ts';
import { findDifferences } from './find-differences.ts';
import {
  type PreparedRequest,
  prepareRequest,
  type ReplayContext,
  type ResolvedRequest,
  resolveRequest,
} from './prepare-request.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createSecretStore, secretForms } from './secret-store.ts';
import type { SendRequest } from './send.ts';
import { isWrite, type SkippedRequest } from './skip-request.ts';
import { apiOfTarget, createTargetResolver } from './targets.ts';
import { UnreplayedWrites } from './unreplayed-writes.ts';

export interface ReplayOptions extends TrafficRunOptions {
  /** "https://staging.example.com/v2", in place of the servers of the documents; or "petstore=https://..." */
  readonly targets: readonly string[];
  /** Recorded hosts that requests may be sent to again: "app.example.com:8443". */
  readonly hosts: readonly string[];
  /** True: requests with unsafe methods are sent too. */
  readonly allowWrites: boolean;
  /** Environment variables, for DEADRINGER_SECRET_... */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Name of a credential and its environment variable: "authorization=STAGING_TOKEN". */
  readonly secrets: readonly string[];
  /** Requests in flight. A request with an unsafe method is sent alone. */
  readonly concurrency: number;
  /** Maximum number of requests per second. */
  readonly rate?: number;
  /** True: every value must equal the recorded one, except values of volatile formats. */
  readonly strictValues: boolean;
}

/** What a replay would do with one exchange. */
export type PlannedReplay =
  | {
      readonly kind: 'send';
      readonly place: EntryLocation;
      readonly method: string;
      readonly url: string;
      readonly dependsOn: readonly EntryLocation[];
    }
  | {
      readonly kind: 'skipped';
      readonly place: EntryLocation;
      readonly reason: string;
      readonly message: string;
    };

/**
 * Re-sends recorded requests and validates the responses. Sends nothing to a host that is not a target or an allowed host,
 * and no unsafe method without `allowWrites`.
 * @throws ContractError if a document cannot be used; InputError if a recording, a target or a secret cannot be used
 */
export async function replayRecordings(options: ReplayOptions, send: SendRequest): Promise<CheckResult> {
  return await runReplay(options, ({ examiner, context, waitForRate }) => async resolved => {
    await waitForRate();
    const { prepared, request, origin } = resolved;
    const result = await send(origin, request, options.signal ?? NEVER_ABORTED);
    options.signal?.throwIfAborted();
    if ('failure' in result) return { kind: 'skipped', reason: 'no-response', message: result.failure };
    if (isMockError(result.response)) return skippedForMockError(result.response);
    const currentExchange = toCurrentExchange(resolved, result.response);
    const { recorded, matchTarget, source } = prepared;
    const failed = becameError(recorded, result.response);
    if (failed) context.unreplayedWrites.add(recorded, matchTarget);
    source.settle(failed ? undefined : capturableValues(result.response));
    return () => {
      const differences = findDifferences(resolved, currentExchange, context, options.strictValues);
      examiner.examineMatched(currentExchange, resolved.matchTarget, differences);
    };
  });
}

/**
 * Plans a replay and sends nothing. The report counts planned requests as not checkable ("not-sent").
 * @param onPlanned called for each exchange, in order
 * @throws as replayRecordings
 */
export async function planReplay(
  options: ReplayOptions,
  onPlanned: (planned: PlannedReplay) => void,
): Promise<CheckResult> {
  return await runReplay(
    options,
    ({ examiner, context }) =>
      async ({ prepared, request, origin, dependsOn }) => {
        prepared.source.settle('planned');
        const { place, exchange } = prepared.recorded;
        const redactedExchange = redactWith(
          { ...exchange, request },
          redactedNames(apiOfTarget(prepared.matchTarget)),
          {
            secrets: context.secrets,
          },
        ).exchange;
        const { method, path, query } = redactedExchange.request;
        return () => {
          const url = `${origin}${path}${query === '' ? '' : `?${query}`}`;
          onPlanned({ kind: 'send', place, method, url, dependsOn });
          increment(examiner.tally.notCheckable, 'not-sent');
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

/** Sends or plans one request. The returned function adds the result to the report, in the order of the recording. */
type ExecuteRequest = (resolved: ResolvedRequest) => Promise<SkippedRequest | (() => void)>;

async function runReplay(
  options: ReplayOptions,
  createExecutor: (replayRun: ReplayRun) => ExecuteRequest,
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
    unreplayedWrites: new UnreplayedWrites(),
    secrets,
  };
  const examiner = new Examiner(run.contract, { ...run.examine, secrets });
  const execute = createExecutor({ examiner, context, waitForRate: createRateLimiter(options.rate, signal) });
  const skip = ({ place }: RecordedExchange, { reason, message }: SkippedRequest): void => {
    examiner.skip(place, reason, message);
    onPlanned?.({ kind: 'skipped', place, reason, message });
  };

  const processRequest = async (prepared: PreparedRequest): Promise<() => void> => {
    const resolved = await resolveRequest(prepared, context);
    const result = resolved.kind === 'skipped' ? resolved : await execute(resolved);
    if (typeof result === 'function') return result;
    context.unreplayedWrites.add(prepared.recorded, prepared.matchTarget);
    prepared.source.settle(undefined);
    return () => skip(prepared.recorded, result);
  };

  /** Results in the order of the recording: the report does not depend on the order of the responses. */
  const pending: Promise<() => void>[] = [];
  const drain = async (limit: number): Promise<void> => {
    while (pending.length > limit) (await pending.shift())?.();
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
    if (prepared.kind === 'skipped') {
      context.unreplayedWrites.add(recorded, matchTarget);
      pending.push(Promise.resolve(() => skip(recorded, prepared)));
      return;
    }
    const isExclusive = isWrite(recorded.exchange.request);
    if (isExclusive) await drain(0);
    const task = processRequest(prepared);
    // `drain` awaits the task later; until then a rejection is not unhandled.
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
  const { stdin, signal, onProgress, onSkippedFile } = options;
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
        const { file, format, creator, truncated, entries: fileEntries } = next.end;
        if (truncated !== undefined) increment(examiner.tally.unreadable, 'cut-off');
        sources.push({
          ...{ file, format, entries: fileEntries },
          ...(creator !== undefined && { creator }),
          ...(truncated !== undefined && { truncated }),
        });
      } else if (next.kind === 'skipped') onSkippedFile?.(next.file, next.message);
      else if (next.kind === 'unreadable') examiner.add(next);
      else await handleEntry(next.entry);
      entries++;
      onProgress?.({ entries, bytes });
    }
  }
  return sources;
}

function skippedForMockError({ headers }: Response): SkippedRequest {
  const code = header(headers, MOCK_ERROR_HEADER);
  const message = `the target is a deadringer mock server, and it returned its own error: ${code}`;
  return { kind: 'skipped', reason: 'mock-error', message };
}
