// Starts a mock in this process: loads documents and scenarios, opens the port, verifies the rest.

import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from './finding/finding.ts';
import { readCallbackOptions } from './http/callback-receivers.ts';
import { parseOrigin } from './http/cors.ts';
import { type ListeningServer, type ListenOptions, listen } from './http/listen.ts';
import type { CheckLimits, ServerError } from './http/options.ts';
import { createVersionOf } from './mock/config-version.ts';
import { BUNDLED_SCENARIOS, scenarioPaths, specPaths } from './mock/default-sources.ts';
import {
  completeServedConfig,
  type RunWork,
  readDocuments,
  reloadServedConfig,
  selectUsable,
} from './mock/load-config.ts';
import { readUpstream } from './mock/proxy/upstream.ts';
import { UpstreamTable } from './mock/proxy/upstream-table.ts';
import { needsPrism } from './mock/respond/negotiate.ts';
import { preloadPrism } from './mock/respond/prism.ts';
import { createScenarioFiles } from './mock/scenario-files.ts';
import { createServedConfig } from './mock/served-config.ts';
import { createServerChanges } from './mock/server-changes.ts';
import { createServerState, type ServerState, type ServerStateOptions } from './mock/server-state.ts';
import { DEFAULT_LIMITS } from './mock/session/session-limits.ts';
import { exampleSeeds } from './mock/state/seeds-from-examples.ts';
import { NO_STATE_FILE, readStateFile } from './mock/state/state-file.ts';
import { ContractError } from './openapi/load.ts';
import type { Contract } from './openapi/model.ts';
import { appliedRule } from './scenario/compile.ts';
import { loadScenarios, mayBeOnByDefault } from './scenario/load.ts';
import { DEFAULTS, type MockOptions, responseOptions, type ServerOptions } from './start-options.ts';
import { openSessions } from './store/open-sessions.ts';
import type { Tracing } from './telemetry/tracing.ts';
import { compileSchemas } from './validate/lint.ts';
import { version } from './version.ts';

/** A server that runs in this process. */
export interface RunningServer {
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
   * @throws ContractError if a document cannot be loaded or a scenario is invalid, ReloadRefused if replicas do not agree; the previous ones are still served
   * @example
   * await mock.reload();
   */
  reload(): Promise<void>;
}

/** A mock with its state, for the command line and for tests. */
export interface MockServer extends RunningServer {
  readonly state: ServerState;
  /** What is wrong with items of the state file. */
  readonly stateFindings: readonly Finding[];
  /** Uses another certificate for new connections. */
  readonly replaceCertificate: ListeningServer['replaceCertificate'];
  readonly drain: ListeningServer['drain'];
}

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
 * Starts a server and resolves when all documents and scenarios are verified. The port opens as soon as the documents are loaded;
 * the schemas that a request needs are compiled on demand until all are verified. For programs: startMock.
 */
export async function startServer(given: ServerOptions): Promise<MockServer> {
  const specs = specPaths(given.specs);
  const scenarios = scenarioPaths(given.scenarios, given.specs);
  const readOnly = given.readOnly === true || scenarios.includes(BUNDLED_SCENARIOS);
  const options = { ...given, specs, scenarios, readOnly };
  const stateful = options.stateful ?? options.stateFile !== undefined;
  const asWritten = options.dialect === 'prism';
  const sources = { ...options, ...loadOptionsOf(options), stateful, asWritten };
  const run: RunWork = work => runInSlices(work, options.signal);
  const loaded = await readDocuments(sources);
  const { contract, findings } = loaded;
  if (options.strict && findings.length > 0)
    throw new ContractError([...findings, ...compileSchemas(contract)]);
  // The first response can depend on scenarios that are on by default. All others must be activated first.
  const early = await loadScenarios(scenarios, path.resolve('.'), mayBeOnByDefault);
  const usable = selectUsable(contract, early.scenarios, sources);
  const stateFile =
    options.stateFile === undefined
      ? NO_STATE_FILE
      : await readStateFile(options.stateFile, contract, sources.relativeTo);
  const config = createServedConfig(contract, usable, 0, findings, sources);
  const { limits, seed = DEFAULTS.seed, sessionPerCredential = false, onSessionDropped } = options;
  const changes = createServerChanges();
  const runId = crypto.randomUUID().slice(0, 8);
  const { sessions, joinReplicas } = await openSessions(
    options.store,
    {
      limits: { ...DEFAULT_LIMITS, ...limits },
      seed,
      sessionPerCredential,
      seedState: resource => stateFile.seed(resource) ?? exampleSeeds(resource),
      onCreated: id => changes.publish({ kind: 'session', id, ended: false }),
      onDropped: (id, reason) => {
        changes.publish({ kind: 'session', id, ended: true });
        onSessionDropped?.(id, reason);
      },
      replica: runId,
      host: hostname(),
      now: Date.now,
      monotonicNow: () => performance.now(),
      onProblem: message => (options.onError ?? printInternalError)({ kind: 'replicas', message }),
      ruleOf: key => appliedRule(state.config.scenarios, key),
    },
    changes,
  );
  const state = initialServerState(options, { config, sessions, changes, seed, runId });
  const { promise: ready, resolve: setReady } = Promise.withResolvers<void>();
  const replicas = await joinReplicas({
    state,
    load: () => reloadServedConfig(state.config, sources, run),
    versionOf: createVersionOf({ ...responseOptions(options), stateful, state: stateFile.version }),
    ready,
  });
  const { reload } = replicas;
  const scenarioFiles = createScenarioFiles({
    folders: scenarios,
    relativeTo: sources.relativeTo,
    readOnly,
    reload,
  });
  const tracing = await traceExchanges(options, state);
  const listening = await openServer(options, { state, scenarioFiles, replicas, ready, tracing });
  // The exchanges that end while the server closes are traced.
  const close: MockServer['close'] = grace =>
    listening
      .close(grace)
      .finally(() => Promise.all([tracing?.close(), sessions.close()]).then(() => undefined));
  try {
    await sleep(PAUSE_MS);
    state.replaceConfig(await completeServedConfig(loaded, sources, run));
    await replicas.join();
  } catch (error) {
    await close(0);
    throw error;
  }
  setReady();
  schedulePrismPreload(state);
  return { ...listening, close, state, reload, stateFindings: stateFile.findings };
}

async function traceExchanges(
  { telemetry, onError = printInternalError }: MockOptions,
  state: ServerState,
): Promise<Tracing | undefined> {
  if (telemetry === undefined) return undefined;
  const { startTracing } = await import('./telemetry/tracing.ts');
  return startTracing(state, telemetry, version(), message => onError({ kind: 'telemetry', message }));
}

function initialServerState(
  options: MockOptions,
  opened: Pick<ServerStateOptions, 'config' | 'sessions' | 'changes' | 'seed' | 'runId'>,
): ServerState {
  return createServerState({
    ...opened,
    dynamic: options.dynamic ?? false,
    requestValues: options.requestValues ?? true,
    validateRequest: options.validateRequest ?? 'on',
    prism:
      options.dialect === 'prism'
        ? {
            errors: options.errors ?? false,
            ignoreExamples: options.ignoreExamples ?? false,
            fillProperties: options.fillProperties ?? false,
            isVaried: options.seed === undefined,
          }
        : undefined,
    now: () => Date.now(),
    monotonicNow: () => performance.now(),
    upstreams: createUpstreamTable(options, opened.config.contract),
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
  wiring: Pick<ListenOptions, 'state' | 'scenarioFiles' | 'replicas' | 'ready' | 'tracing'>,
): Promise<ListeningServer> {
  return listen({
    port: options.port ?? 0,
    host: options.host ?? DEFAULTS.host,
    bodyLimit: options.bodyLimit ?? DEFAULTS.bodyLimit,
    tls: options.tls,
    cors: (options.cors ?? true) && (options.dialect === 'prism' ? 'prism' : true),
    corsOrigins: (options.corsOrigins ?? []).map(parseOrigin),
    token: options.token,
    checks: { load: loadOptionsOf(options), bytes: options.recordingLimit ?? 2 * 1024 ** 3 },
    ...readCallbackOptions(options),
    upstreamTimeout: options.upstreamTimeout ?? DEFAULTS.upstreamTimeout,
    upstreamProxy: options.upstreamProxy,
    onError: options.onError ?? printInternalError,
    ...wiring,
  });
}

function loadOptionsOf({
  assertFormats,
  dialect,
  overlays,
  provenance,
  redactPersonal,
}: MockOptions): CheckLimits['load'] {
  return {
    relativeTo: path.resolve('.'),
    ...(assertFormats !== undefined && { assertFormats }),
    ...(dialect === 'prism' && { assertContents: false }),
    ...(overlays !== undefined && { overlays }),
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
