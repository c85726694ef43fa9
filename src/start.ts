// Starts a mock in this process: loads documents and scenarios, opens the port, verifies the rest.

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from './finding/finding.ts';
import { parseOrigin } from './http/cors.ts';
import { type ListeningServer, type ListenOptions, listen } from './http/listen.ts';
import type { CheckLimits, ServerError } from './http/options.ts';
import { type CallbackOptions, readCallbackOptions } from './mock/callbacks/receiver.ts';
import {
  completeServedConfig,
  type RunWork,
  readDocuments,
  reloadServedConfig,
  selectUsable,
} from './mock/load-config.ts';
import { readUpstream, type UpstreamMode } from './mock/proxy/upstream.ts';
import { UpstreamTable } from './mock/proxy/upstream-table.ts';
import { needsPrism } from './mock/respond/negotiate.ts';
import { preloadPrism } from './mock/respond/prism.ts';
import { createScenarioFiles } from './mock/scenario-files.ts';
import { createServedConfig, type ServedConfig } from './mock/served-config.ts';
import { createServerChanges } from './mock/server-changes.ts';
import { createServerState, type ServerState } from './mock/server-state.ts';
import { createSessionStore, type DropReason, type SessionLimits } from './mock/session/session.ts';
import { compileSchemas } from './openapi/lint.ts';
import { ContractError, type LoadOptions } from './openapi/load.ts';
import type { Contract } from './openapi/model.ts';
import { loadScenarios, mayBeOnByDefault } from './scenario/load.ts';

export interface MockOptions
  extends Pick<LoadOptions, 'assertFormats' | 'provenance' | 'redactPersonal'>,
    CallbackOptions {
  /** Files and folders of OpenAPI documents. */
  readonly specs: readonly string[];
  /** Folders of scenarios: <folder>/<api>/<name>.yaml. Default: only the built-in scenarios. */
  readonly scenarios?: readonly string[];
  /** Limits of sessions and journals. Default: 1000 sessions of 1000 entries and 16 MiB each, 256 MiB together, deleted after 24 hours without a request. */
  readonly limits?: Partial<SessionLimits>;
  /** Called when a session is dropped: it was idle for too long, or the sessions are too many or too large. */
  readonly onSessionDropped?: (id: string, reason: DropReason) => void;
  /** Bearer token that the control API requires. Set one if other machines can reach the server. */
  readonly token?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Address to listen on. Default "127.0.0.1": only this machine can connect. */
  readonly host?: string;
  /** True: generate response bodies from schemas instead of using examples. Default false. */
  readonly dynamic?: boolean;
  /** Equal seeds give equal generated bodies. Default "deadringer". */
  readonly seed?: string;
  /** Maximum size of a request body in bytes, also after decompression. Default 10 MiB. */
  readonly bodyLimit?: number;
  /** Maximum size in bytes of a recording that is sent to the control API to be checked. Default 2 GiB. */
  readonly recordingLimit?: number;
  /** True: respond to CORS preflights, and let any page read the responses. Default true. */
  readonly cors?: boolean;
  /**
   * Origins of pages that may read the responses of upstreams, such as "https://app.example.com"; "*" allows all. Pages of
   * this machine, and of the host that they call, always may.
   */
  readonly corsOrigins?: readonly string[];
  /** Upstream services that respond instead of the mock: "https://...", "petstore=https://...", "petstore.getPet=https://...". */
  readonly upstreams?: readonly string[];
  /**
   * always (the default): the upstream responds. first: the upstream is tried, and the mock responds if it refuses
   * connections, responds with 501, or does not respond in time. on-request: the upstream responds only where a scenario
   * says "upstream".
   */
  readonly upstreamMode?: UpstreamMode;
  /** Milliseconds without data from an upstream until the request fails. Default 30,000. */
  readonly upstreamTimeout?: number;
  /** True: the control API does not write scenario files. Default false: it saves them in the folders of `scenarios`. */
  readonly readOnly?: boolean;
  /** True: reject documents with errors. Default false: what is wrong is not served or not checked, and everything else is. */
  readonly strict?: boolean;
  /** Called for errors that no response carries. Default: internal errors go to stderr, others are ignored. */
  readonly onError?: (error: ServerError) => void;
}

/** Options for the command line. */
export interface ServerOptions extends MockOptions, Pick<LoadOptions, 'onRead'> {
  /** Ends a load that is under way. */
  readonly signal?: AbortSignal;
}

/** A running mock server. */
export interface Mock {
  /** Base URL without a slash at the end: "http://127.0.0.1:4010". */
  readonly url: string;
  /** The port that is open, also when the option `port` was 0. */
  readonly port: number;
  /**
   * Closes the port, lets pending requests finish, then closes the remaining connections.
   * @param graceMilliseconds how long pending requests may take. Default 5000.
   * @example
   * await mock.close();
   */
  close(graceMilliseconds?: number): Promise<void>;
  /**
   * Reads documents and scenarios again and serves them. Sessions keep their state.
   * @throws ContractError if a document cannot be loaded or a scenario is invalid; the previous ones are still served
   * @example
   * await mock.reload();
   */
  reload(): Promise<void>;
}

/** A mock with its state, for the command line and for tests. */
export interface MockServer extends Mock {
  readonly state: ServerState;
}

const DEFAULT_LIMITS: SessionLimits = {
  count: 1000,
  idle: 24 * 60 * 60 * 1000,
  entries: 1000,
  bytes: 16 * 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
};

/** Milliseconds of work until the event loop gets a pause, and the length of the pause: enough for a request to arrive. */
const SLICE_MS = 10;
const PAUSE_MS = 1;

async function runInSlices(work: Iterable<readonly Finding[]>, signal?: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  let sliceStart = performance.now();
  for (const stepFindings of work) {
    findings.push(...stepFindings);
    if (performance.now() - sliceStart < SLICE_MS) continue;
    await sleep(PAUSE_MS);
    signal?.throwIfAborted();
    sliceStart = performance.now();
  }
  return findings;
}

/**
 * Starts a mock server in this process. Resolves when all documents and scenarios are verified.
 * @throws ContractError if no document can be loaded or a scenario is invalid; InputError if an upstream, an origin or a host is
 * invalid; the error of Node (EADDRINUSE, EACCES) if the port cannot be opened
 * @example
 * const mock = await startMock({ specs: ['specs'], scenarios: ['scenarios'] });
 * const response = await fetch(`${mock.url}/petstore/pets/7`);
 * await mock.close();
 */
export async function startMock(options: MockOptions): Promise<Mock> {
  const { url, port, close, reload } = await startServer(options);
  return { url, port, close, reload };
}

/**
 * Like startMock, and with the state of the server. The port opens as soon as the documents are loaded; the schemas that a
 * request needs are compiled on demand until all are verified.
 */
export async function startServer(options: ServerOptions): Promise<MockServer> {
  const sources = { ...options, relativeTo: path.resolve('.') };
  const run: RunWork = work => runInSlices(work, options.signal);
  const loaded = await readDocuments(sources);
  const { contract, findings } = loaded;
  if (options.strict && findings.length > 0)
    throw new ContractError([...findings, ...compileSchemas(contract)]);
  // The first response can depend on scenarios that are on by default. All others must be activated first.
  const early = await loadScenarios(options.scenarios ?? [], path.resolve('.'), mayBeOnByDefault);
  const usable = selectUsable(contract, early.scenarios, sources);
  const state = initialServerState(options, createServedConfig(contract, usable, 0, findings));
  const { promise: ready, resolve: setReady } = Promise.withResolvers<void>();
  let reloading: Promise<unknown> = ready;
  // One after the other: a reload that read its files earlier never replaces a later one.
  const reload = (): Promise<void> => {
    const next = async (): Promise<void> =>
      state.replaceConfig(await reloadServedConfig(state.config, sources, run));
    const reloaded = reloading.then(next, next);
    reloading = reloaded;
    return reloaded;
  };
  const scenarioFiles = createScenarioFiles({
    folders: options.scenarios ?? [],
    relativeTo: sources.relativeTo,
    readOnly: options.readOnly ?? false,
    reload,
  });
  const listening = await openServer(options, { state, scenarioFiles, ready });
  try {
    await sleep(PAUSE_MS);
    state.replaceConfig(await completeServedConfig(loaded, sources, run));
  } catch (error) {
    await listening.close(0);
    throw error;
  }
  setReady();
  schedulePrismPreload(state);
  return { ...listening, state, reload };
}

function initialServerState(options: MockOptions, config: ServedConfig): ServerState {
  const { seed = 'deadringer', onSessionDropped } = options;
  const changes = createServerChanges();
  return createServerState({
    seed,
    dynamic: options.dynamic ?? false,
    now: () => Date.now(),
    monotonicNow: () => performance.now(),
    runId: crypto.randomUUID().slice(0, 8),
    sessions: createSessionStore({
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      seed,
      onDropped: (id, reason) => {
        changes.publish({ kind: 'session', id, ended: true });
        onSessionDropped?.(id, reason);
      },
      onCreated: id => changes.publish({ kind: 'session', id, ended: false }),
    }),
    changes,
    upstreams: createUpstreamTable(options, config.contract),
    config,
  });
}

/** A closure in initialServerState() would keep the first documents in memory, like all closures of that function. */
function createUpstreamTable(
  { upstreams = [], upstreamMode = 'always' }: MockOptions,
  contract: Contract,
): UpstreamTable {
  return new UpstreamTable(upstreams.flatMap(text => readUpstream(text, upstreamMode, contract)));
}

function openServer(
  options: MockOptions,
  wiring: Pick<ListenOptions, 'state' | 'scenarioFiles' | 'ready'>,
): Promise<ListeningServer> {
  return listen({
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    bodyLimit: options.bodyLimit ?? 10 * 1024 * 1024,
    cors: options.cors ?? true,
    corsOrigins: (options.corsOrigins ?? []).map(parseOrigin),
    token: options.token,
    checks: { load: loadOptionsOf(options), bytes: options.recordingLimit ?? 2 * 1024 ** 3 },
    ...readCallbackOptions(options),
    upstreamTimeout: options.upstreamTimeout ?? 30_000,
    onError: options.onError ?? printInternalError,
    ...wiring,
  });
}

function loadOptionsOf({ assertFormats, provenance, redactPersonal }: MockOptions): CheckLimits['load'] {
  return {
    relativeTo: path.resolve('.'),
    ...(assertFormats !== undefined && { assertFormats }),
    ...(provenance !== undefined && { provenance }),
    ...(redactPersonal !== undefined && { redactPersonal }),
  };
}

function schedulePrismPreload(state: ServerState): void {
  // Prism takes 60 MB. It is not needed if upstreams respond, or if no success response needs negotiation.
  const { apis } = state.config.contract;
  if (!state.upstreams.isEmpty || !apis.some(({ operations }) => operations.some(needsPrism))) return;
  // If the import fails, the first request that needs Prism imports it again and reports the error.
  setTimeout(() => void preloadPrism().catch(() => {}), PRELOAD_DELAY_MS).unref();
}

/** Clients send their first requests as soon as the server is ready. Loading Prism at that moment would delay them. */
const PRELOAD_DELAY_MS = 2000;

function printInternalError(error: ServerError): void {
  if (error.kind !== 'bug') return;
  // biome-ignore lint/suspicious/noConsole: without a listener, an internal error must still be visible
  console.error(`deadringer: internal error at ${error.request}`, error.error);
}
