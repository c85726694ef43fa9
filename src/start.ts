// Starts a mock in this process: loads documents and scenarios, opens the port, verifies the rest.
import path from 'node:path';
import { setTimeout as breathe } from 'node:timers/promises';
import type { Finding } from './finding/finding.ts';
import { type ListeningServer, type ListenOptions, listen } from './http/listen.ts';
import type { ServerError } from './http/options.ts';
import { needsPrism } from './mock/plain.ts';
import { readUpstream, type UpstreamMode } from './mock/proxy/upstream.ts';
import { UpstreamTable } from './mock/proxy/upstream-table.ts';
import { preloadPrism } from './mock/respond/prism.ts';
import { createServedConfig, type ServedConfig } from './mock/served-config.ts';
import { createServerState, type ServerState } from './mock/server-state.ts';
import { createSessionStore, type SessionLimits } from './mock/session/session.ts';
import { compileSchemas, compileSchemasStepwise } from './openapi/lint.ts';
import { ContractError, type LoadOptions, loadContract } from './openapi/load.ts';
import type { Contract } from './openapi/model.ts';
import { lintEach, usableScenarios } from './scenario/lint.ts';
import { loadScenarios, mayBeOnByDefault } from './scenario/load.ts';

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
  readonly onError?: (trouble: ServerError) => void;
}

export interface Mock extends ListeningServer {
  readonly state: ServerState;
  /**
   * Reads documents and scenarios again, and serves what they say now.
   * @throws ContractError when they cannot be served as written; then what was served before still is
   */
  reload(): Promise<void>;
}

const DEFAULT_LIMITS: SessionLimits = {
  count: 1000,
  idle: 24 * 60 * 60 * 1000,
  entries: 1000,
  bytes: 16 * 1024 * 1024,
};

/**
 * Loads and checks everything that is served, aside from whatever is being served meanwhile.
 * @throws ContractError when a document or a scenario cannot be served as written
 */
async function loadServedConfig(options: MockOptions): Promise<ServedConfig> {
  return await completeServedConfig(await loadDocuments(options), options);
}

async function loadDocuments(options: MockOptions): Promise<Contract> {
  const { contract, findings } = await loadContract(options.specs, {
    ...options,
    relativeTo: path.resolve('.'),
  });
  if (findings.length > 0) throw new ContractError([...findings, ...compileSchemas(contract)]);
  return contract;
}

/** Schemas of one API that are compiled once for verifying and for serving; where there are more, most are never asked for. */
const MAX_KEPT_SCHEMAS = 1000;

/** Compiles every schema, and reads and lints every scenario. In small pieces: the port is open meanwhile. */
async function completeServedConfig(contract: Contract, options: MockOptions): Promise<ServedConfig> {
  const broken = await runInSlices(compileSchemasStepwise(contract, MAX_KEPT_SCHEMAS));
  if (broken.length > 0) throw new ContractError(broken);
  const { scenarios, findings } = await loadScenarios(options.scenarios ?? [], path.resolve('.'));
  // Where parts of the documents are left out on purpose, so are the stories that need them.
  const usable = options.provenance === undefined ? scenarios : usableScenarios(contract, scenarios);
  const wrong = [...findings, ...(await runInSlices(lintEach(contract, usable)))];
  if (wrong.length > 0) throw new ContractError(wrong);
  return createServedConfig(contract, usable, scenarios.length - usable.length);
}

/** Milliseconds of work after which others have their turn, and of that turn: long enough for a request to arrive. */
const SLICE_MS = 10;
const PAUSE_MS = 1;

async function runInSlices(work: Iterable<readonly Finding[]>): Promise<Finding[]> {
  const findings: Finding[] = [];
  let sliceStart = performance.now();
  for (const found of work) {
    findings.push(...found);
    if (performance.now() - sliceStart < SLICE_MS) continue;
    await breathe(PAUSE_MS);
    sliceStart = performance.now();
  }
  return findings;
}

/**
 * Starts a mock server in this process. The port is open as soon as the documents are read; what has been verified by
 * then is no more than what a request needs. Resolves when everything is.
 * @throws ContractError when a document or a scenario cannot be served as written; Node's own error when the port cannot be had
 */
export async function startMock(options: MockOptions): Promise<Mock> {
  const contract = await loadDocuments(options);
  // What is on by default has a part in the first answer; the other stories have to be asked for.
  const early = await loadScenarios(options.scenarios ?? [], path.resolve('.'), mayBeOnByDefault);
  const usable =
    options.provenance === undefined ? early.scenarios : usableScenarios(contract, early.scenarios);
  const state = initialServerState(options, createServedConfig(contract, usable, 0));
  const { promise: ready, resolve: setReady } = Promise.withResolvers<void>();
  const listening = await openServer(options, { state, ready });
  try {
    await breathe(PAUSE_MS);
    state.replaceConfig(await completeServedConfig(contract, options));
  } catch (error) {
    await listening.close(0);
    throw error;
  }
  setReady();
  schedulePrismPreload(state);
  return {
    ...listening,
    state,
    reload: async () => state.replaceConfig(await loadServedConfig(options)),
  };
}

function initialServerState(options: MockOptions, config: ServedConfig): ServerState {
  const { seed = 'deadringer', upstreams = [], upstreamMode = 'always' } = options;
  return createServerState({
    seed,
    dynamic: options.dynamic ?? false,
    now: () => Date.now(),
    monotonicNow: () => performance.now(),
    runId: crypto.randomUUID().slice(0, 8),
    sessions: createSessionStore({
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      seed,
      onDropped: options.onSessionDropped ?? (() => {}),
    }),
    upstreams: new UpstreamTable(
      upstreams.flatMap(text => readUpstream(text, upstreamMode, config.contract)),
    ),
    config,
  });
}

function openServer(
  options: MockOptions,
  own: Pick<ListenOptions, 'state' | 'ready'>,
): Promise<ListeningServer> {
  return listen({
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    bodyLimit: options.bodyLimit ?? 10 * 1024 * 1024,
    cors: options.cors ?? true,
    token: options.token,
    upstreamTimeout: options.upstreamTimeout ?? 30_000,
    onError: options.onError ?? printInternalError,
    ...own,
  });
}

function schedulePrismPreload(state: ServerState): void {
  // Where real services answer, or no success has to be negotiated, Prism may never be asked; and it takes 60 MB.
  const { apis } = state.config.contract;
  if (!state.upstreams.isEmpty || !apis.some(({ operations }) => operations.some(needsPrism))) return;
  // A failure to load would come back, and be told, with the first request that needs it.
  setTimeout(() => void preloadPrism().catch(() => {}), PRELOAD_DELAY_MS).unref();
}

/** Milliseconds: who waits for the server to be ready asks at once, and is not to wait for what later requests may need. */
const PRELOAD_DELAY_MS = 2000;

function printInternalError(trouble: ServerError): void {
  if (trouble.kind !== 'bug') return;
  // biome-ignore lint/suspicious/noConsole: without a listener, an internal error must still be visible
  console.error(`deadringer: internal error at ${trouble.request}`, trouble.error);
}
