// Starts a mock in this process: documents and scenarios loaded, the port opened, everything verified.
import path from 'node:path';
import { setTimeout as breathe } from 'node:timers/promises';
import type { Contract } from './contract/contract.ts';
import { compileAll, compiling } from './contract/lint.ts';
import { ContractError, type LoadOptions, loadContract } from './contract/load.ts';
import type { Finding } from './finding/finding.ts';
import type { Trouble } from './http/app.ts';
import { type Listening, type ListenOptions, listen } from './http/listen.ts';
import { needsPrism } from './mock/plain.ts';
import { warmPrism } from './mock/prism.ts';
import { createStore, type SessionLimits } from './mock/session.ts';
import { createStage, type Stage } from './mock/stage.ts';
import { readUpstream, type UpstreamMode } from './mock/upstream.ts';
import { Upstreams } from './mock/upstreams.ts';
import { createWorld, type World } from './mock/world.ts';
import { linting, playableScenarios } from './scenario/lint.ts';
import { isOnByDefault, loadScenarios } from './scenario/load.ts';

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
  /**
   * Reads documents and scenarios again, and serves what they say now.
   * @throws ContractError when they cannot be served as written; then what was served before still is
   */
  reload(): Promise<void>;
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
async function loadWorld(options: MockOptions): Promise<World> {
  return await completeWorld(await loadDocuments(options), options);
}

async function loadDocuments(options: MockOptions): Promise<Contract> {
  const { contract, findings } = await loadContract(options.specs, {
    ...options,
    relativeTo: path.resolve('.'),
  });
  if (findings.length > 0) throw new ContractError([...findings, ...compileAll(contract)]);
  return contract;
}

/** Schemas of one API that are compiled once for verifying and for serving; where there are more, most are never asked for. */
const KEPT = 1000;

/** Compiles every schema, and reads and lints every scenario. In small pieces: the port is open meanwhile. */
async function completeWorld(contract: Contract, options: MockOptions): Promise<World> {
  const broken = await inPieces(compiling(contract, KEPT));
  if (broken.length > 0) throw new ContractError(broken);
  const { scenarios, findings } = await loadScenarios(options.scenarios ?? [], path.resolve('.'));
  // Where parts of the documents are left out on purpose, so are the stories that need them.
  const playable = options.provenance === undefined ? scenarios : playableScenarios(contract, scenarios);
  const wrong = [...findings, ...(await inPieces(linting(contract, playable)))];
  if (wrong.length > 0) throw new ContractError(wrong);
  return createWorld(contract, playable, scenarios.length - playable.length);
}

/** Milliseconds of work after which others have their turn, and of that turn: long enough for a request to arrive. */
const PIECE = 10;
const TURN = 1;

async function inPieces(work: Iterable<readonly Finding[]>): Promise<Finding[]> {
  const findings: Finding[] = [];
  let begun = performance.now();
  for (const found of work) {
    findings.push(...found);
    if (performance.now() - begun < PIECE) continue;
    await breathe(TURN);
    begun = performance.now();
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
  const early = await loadScenarios(options.scenarios ?? [], path.resolve('.'), isOnByDefault);
  const playable =
    options.provenance === undefined ? early.scenarios : playableScenarios(contract, early.scenarios);
  const stage = createStageFor(options, createWorld(contract, playable, 0));
  const { promise: ready, resolve: setReady } = Promise.withResolvers<void>();
  const listening = await openPort(options, { stage, ready });
  try {
    await breathe(TURN);
    stage.stageWorld(await completeWorld(contract, options));
  } catch (error) {
    await listening.close(0);
    throw error;
  }
  setReady();
  warmUp(stage);
  return {
    ...listening,
    stage,
    reload: async () => stage.stageWorld(await loadWorld(options)),
  };
}

function createStageFor(options: MockOptions, world: World): Stage {
  const { seed = 'deadringer', upstreams = [], upstreamMode = 'always' } = options;
  return createStage({
    seed,
    dynamic: options.dynamic ?? false,
    now: () => Date.now(),
    tick: () => performance.now(),
    run: crypto.randomUUID().slice(0, 8),
    sessions: createStore({
      limits: { ...LIMITS, ...options.limits },
      seed,
      onDropped: options.onSessionDropped ?? (() => {}),
    }),
    upstreams: new Upstreams(upstreams.flatMap(text => readUpstream(text, upstreamMode, world.contract))),
    world,
  });
}

function openPort(options: MockOptions, own: Pick<ListenOptions, 'stage' | 'ready'>): Promise<Listening> {
  return listen({
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    bodyLimit: options.bodyLimit ?? 10 * 1024 * 1024,
    cors: options.cors ?? true,
    token: options.token,
    upstreamTimeout: options.upstreamTimeout ?? 30_000,
    onTrouble: options.onTrouble ?? reportBugs,
    ...own,
  });
}

function warmUp(stage: Stage): void {
  // Where real services answer, or no success has to be negotiated, Prism may never be asked; and it takes 60 MB.
  const { apis } = stage.world.contract;
  if (!stage.upstreams.isEmpty || !apis.some(({ operations }) => operations.some(needsPrism))) return;
  // A failure to load would come back, and be told, with the first request that needs it.
  setTimeout(() => void warmPrism().catch(() => {}), WARM_UP).unref();
}

/** Milliseconds: who waits for the server to be ready asks at once, and is not to wait for what later requests may need. */
const WARM_UP = 2000;

function reportBugs(trouble: Trouble): void {
  // biome-ignore lint/suspicious/noConsole: nobody else listens, and a bug must not pass in silence
  if (trouble.kind === 'bug') console.error(`deadringer failed at ${trouble.request}`, trouble.error);
}
