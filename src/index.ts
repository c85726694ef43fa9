// The public API of the package: start a mock, check traffic, load a contract, judge an exchange.
import path from 'node:path';
import { checkRecordings } from './check/check.ts';
import type { Report } from './check/report.ts';
import type { Progress, RunOptions } from './check/run.ts';
import { compileAll } from './contract/lint.ts';
import { ContractError, type LoadOptions, loadContract } from './contract/load.ts';
import type { Trouble } from './http/app.ts';
import { createAsk } from './http/ask.ts';
import { type Listening, listen } from './http/listen.ts';
import { warmPrism } from './mock/prism.ts';
import { createStore, type SessionLimits } from './mock/session.ts';
import { createStage, type Stage } from './mock/stage.ts';
import { readUpstream, type UpstreamMode } from './mock/upstream.ts';
import { Upstreams } from './mock/upstreams.ts';
import { createWorld, type World } from './mock/world.ts';
import { replayRecordings } from './replay/replay.ts';
import { lintScenarios, playableScenarios } from './scenario/lint.ts';
import { loadScenarios } from './scenario/load.ts';
import { version } from './version.ts';

export { mergeReports } from './check/merge.ts';
export type { Report } from './check/report.ts';
export type { Contract, Operation } from './contract/contract.ts';
export { judgeRequest, judgeResponse } from './contract/judge.ts';
export { lint } from './contract/lint.ts';
export { ContractError, loadContract } from './contract/load.ts';
export { createMatcher } from './contract/match.ts';
export type { Exchange, Request, Response } from './exchange/exchange.ts';
export type { Clause, Finding } from './finding/finding.ts';
export { InputError } from './finding/input-error.ts';

export interface CheckTrafficOptions extends Partial<Omit<LoadOptions, 'relativeTo'>> {
  /** Files and folders of OpenAPI documents. */
  readonly specs: readonly string[];
  /** Recordings: HAR, NDJSON, WireMock, Postman, VCR; .gz, .zip, folders; "-" is `stdin`. */
  readonly traffic: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Where the traffic was recorded, if not at the servers of the documents: a URL, or "api=URL". */
  readonly servers?: readonly string[];
  /** Default: violations. */
  readonly failOn?: Report['settings']['failOn'];
  /** Percent by level. */
  readonly minCoverage?: Report['settings']['minCoverage'];
  /** Whose breaches count. Default "both". */
  readonly side?: Report['settings']['side'];
  /** The file of accepted findings. */
  readonly baseline?: string;
  readonly shard?: NonNullable<Report['shard']>;
  /** True: secrets stay in the report. */
  readonly showValues?: boolean;
  readonly threads?: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Holds recorded traffic against the documents, as `deadringer check` does.
 * @throws ContractError when a document cannot be judged by; InputError when a recording or the baseline cannot be used
 */
export async function checkTraffic(options: CheckTrafficOptions): Promise<Report> {
  const { shard, threads } = options;
  const { report } = await checkRecordings({
    ...runOptions(options, ['violation']),
    showValues: options.showValues ?? false,
    ...(shard !== undefined && { shard }),
    ...(threads !== undefined && { threads }),
  });
  return report;
}

export interface ReplayTrafficOptions extends Omit<CheckTrafficOptions, 'shard' | 'showValues' | 'threads'> {
  /** In place of the servers of the documents: "https://staging.example.com/v2", or "petstore=https://..." for one API. */
  readonly targets?: readonly string[];
  /** Hosts that are asked where they were recorded: "app.example.com:8443". Nobody else is ever asked. */
  readonly hosts?: readonly string[];
  /** True: requests that change something are sent, too. */
  readonly allowWrites?: boolean;
  /** Where DEADRINGER_SECRET_<API>_<NAME> and DEADRINGER_SECRET_<NAME> are looked up. Default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** "authorization=STAGING_TOKEN": the variable that has the credential of that name. */
  readonly secrets?: readonly string[];
  /** Reads that may be under way at once; writes go alone. Default 1. */
  readonly concurrency?: number;
  /** Most requests in a second. */
  readonly rate?: number;
  /** Milliseconds that an answer may take. Default 30,000. */
  readonly timeout?: number;
  /** True: plain values that are not the recorded ones are differences, and not mere advice. */
  readonly strictValues?: boolean;
}

/**
 * Asks recorded requests again, as `deadringer replay` does. By default violations and differences fail.
 * @throws ContractError when a document cannot be judged by; InputError when a recording, a target, a secret or the
 * baseline cannot be used
 */
export async function replayTraffic(options: ReplayTrafficOptions): Promise<Report> {
  const { ask, close } = createAsk({ timeout: options.timeout ?? 30_000 });
  try {
    const { report } = await replayRecordings(
      {
        ...runOptions(options, ['violation', 'difference']),
        targets: options.targets ?? [],
        hosts: options.hosts ?? [],
        allowWrites: options.allowWrites ?? false,
        environment: options.environment ?? process.env,
        secrets: options.secrets ?? [],
        concurrency: options.concurrency ?? 1,
        ...(options.rate !== undefined && { rate: options.rate }),
        strictValues: options.strictValues ?? false,
      },
      ask,
    );
    return report;
  } finally {
    close();
  }
}

function runOptions(options: CheckTrafficOptions, failOn: Report['settings']['failOn']): RunOptions {
  const { specs, traffic, stdin, baseline, onProgress, signal } = options;
  return {
    specs,
    traffic,
    load: {
      relativeTo: path.resolve('.'),
      ...(options.assertFormats !== undefined && { assertFormats: options.assertFormats }),
      ...(options.provenance !== undefined && { provenance: options.provenance }),
    },
    servers: options.servers ?? [],
    settings: {
      failOn: options.failOn ?? failOn,
      minCoverage: options.minCoverage ?? {},
      side: options.side ?? 'both',
    },
    version: version(),
    today: new Date().toISOString().slice(0, 10),
    ...(stdin !== undefined && { stdin }),
    ...(baseline !== undefined && { baseline }),
    ...(onProgress !== undefined && { onProgress }),
    ...(signal !== undefined && { signal }),
  };
}

export interface MockOptions extends Partial<Omit<LoadOptions, 'relativeTo'>> {
  /** Files and folders of OpenAPI documents. */
  readonly specs: readonly string[];
  /** Folders of scenarios: <folder>/<api>/<name>.yaml. Default: none but the built-in ones. */
  readonly scenarios?: readonly string[];
  /** What sessions and their journals may grow to. */
  readonly limits?: Partial<SessionLimits>;
  /** Told of sessions that had to go. */
  readonly onSessionDropped?: (id: string, why: 'idle' | 'too-many') => void;
  /** What the control API asks for as a bearer token. Needed wherever others can reach it. */
  readonly token?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default "127.0.0.1": nobody else's machine can reach it. */
  readonly host?: string;
  /** True: bodies are made up from schemas instead of taken from examples. */
  readonly dynamic?: boolean;
  /** Equal seeds give equal dynamic bodies. */
  readonly seed?: string;
  /** Most bytes of a request body. Default 10 MiB. */
  readonly bodyLimit?: number;
  /** Default true. */
  readonly cors?: boolean;
  /** Real services to ask instead of mocking: "https://...", "petstore=https://...", "petstore.getPet=https://...". */
  readonly upstreams?: readonly string[];
  /**
   * always (the default): upstreams answer. first: they are asked first, and the mock answers what they refuse, do not
   * implement (501) or do not answer in time. on-request: only where a scenario says "upstream".
   */
  readonly upstreamMode?: UpstreamMode;
  /** Milliseconds of silence after which an upstream is given up. Default 30,000. */
  readonly upstreamTimeout?: number;
  /** Told what went wrong beside the exchanges. By default bugs go to stderr. */
  readonly onTrouble?: (trouble: Trouble) => void;
}

export interface Mock extends Listening {
  readonly stage: Stage;
}

const LIMITS: SessionLimits = {
  count: 1000,
  idle: 24 * 60 * 60 * 1000,
  entries: 1000,
  bytes: 16 * 1024 * 1024,
};

/**
 * Loads and checks everything that is served, aside from whatever is being served meanwhile.
 * @throws ContractError when a document or a scenario cannot be served as written
 */
export async function loadWorld(options: MockOptions): Promise<World> {
  const relativeTo = path.resolve('.');
  const { contract, findings } = await loadContract(options.specs, { ...options, relativeTo });
  const broken = [...findings, ...compileAll(contract)];
  if (broken.length > 0) throw new ContractError(broken);
  const { scenarios, findings: unread } = await loadScenarios(options.scenarios ?? [], relativeTo);
  // Where parts of the documents are left out on purpose, so are the stories that need them.
  const playable = options.provenance === undefined ? scenarios : playableScenarios(contract, scenarios);
  const wrong = [...unread, ...lintScenarios(contract, playable)];
  if (wrong.length > 0) throw new ContractError(wrong);
  return createWorld(contract, playable, scenarios.length - playable.length);
}

/**
 * Starts a mock server in this process.
 * @throws ContractError when a document cannot be served as written; Node's own error when the port cannot be had
 */
export async function startMock(options: MockOptions): Promise<Mock> {
  const world = await loadWorld(options);
  const stage = createStage({
    seed: options.seed ?? 'deadringer',
    dynamic: options.dynamic ?? false,
    now: () => Date.now(),
    tick: () => performance.now(),
    run: crypto.randomUUID().slice(0, 8),
    sessions: createStore({
      limits: { ...LIMITS, ...options.limits },
      seed: options.seed ?? 'deadringer',
      onDropped: options.onSessionDropped ?? (() => {}),
    }),
    upstreams: new Upstreams(
      (options.upstreams ?? []).flatMap(text =>
        readUpstream(text, options.upstreamMode ?? 'always', world.contract),
      ),
    ),
    world,
  });
  const listening = await listen({
    stage,
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    bodyLimit: options.bodyLimit ?? 10 * 1024 * 1024,
    cors: options.cors ?? true,
    token: options.token,
    upstreamTimeout: options.upstreamTimeout ?? 30_000,
    onTrouble: options.onTrouble ?? reportBugs,
  });
  // A failure to load would come back, and be told, with the first request that needs Prism.
  void warmPrism().catch(() => {});
  return { ...listening, stage };
}

function reportBugs(trouble: Trouble): void {
  // biome-ignore lint/suspicious/noConsole: nobody else listens, and a bug must not pass in silence
  if (trouble.kind === 'bug') console.error(`deadringer failed at ${trouble.request}`, trouble.error);
}
