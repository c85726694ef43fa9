// deadringer serve: starts the mock server.
import { flushCompileCache } from 'node:module';
import { type Command, Option } from 'commander';
import type { RequestValidation } from '../mock/preferences.ts';
import { UPSTREAM_MODES, type UpstreamMode } from '../mock/proxy/upstream.ts';
import type { MockServer } from '../start.ts';
import type { MockOptions } from '../start-options.ts';
import { serveBanner } from './banner.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import { formatServeEvent, serveEventJson } from './format-lines.ts';
import { type Io, untilInterrupted } from './io.ts';
import {
  BUNDLED_SCENARIOS,
  bodyLimitOption,
  corsOriginOption,
  formatsOption,
  isLoopback,
  loadOptions,
  overlayOption,
  parsePort,
  parseTime,
  provenanceOption,
  redactPersonalOption,
  scenarioPaths,
  scenariosOption,
  specPaths,
  specsOption,
  toUsageError,
  upstreamOption,
  upstreamTimeoutOption,
  usesBundledSpecs,
  validateRequestOption,
} from './options.ts';
import {
  type LogFormat,
  reportDocuments,
  reportDroppedSession,
  reportServerError,
  watchEvents,
} from './serve-output.ts';
import { reportStateFile, sessionPerCredentialOption, stateFileOption } from './state-options.ts';
import { createWatcher } from './watch.ts';

interface ServeOptions {
  specs?: string[];
  scenarios?: string[];
  port: number;
  host: string;
  dynamic?: boolean;
  requestValues: boolean;
  stateful?: boolean;
  seed: string;
  token?: string;
  log: LogFormat;
  watch?: boolean;
  bodyLimit: number;
  cors: boolean;
  corsOrigin?: string[];
  callbackHost?: string[];
  callbackTimeout: number;
  provenance?: string[];
  overlay?: string[];
  assertFormats?: boolean;
  redactPersonal?: boolean;
  strict?: boolean;
  stateFile?: string;
  sessionPerCredential?: boolean;
  readOnly?: boolean;
  validateRequest: RequestValidation;
  upstream?: string[];
  upstreamMode: UpstreamMode;
  upstreamTimeout: number;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .addOption(specsOption)
    .addOption(scenariosOption)
    .option('-p, --port <number>', 'port; 0: any free port', parsePort, 4010)
    .option(
      '--host <address>',
      'address to listen on; the default accepts only local connections',
      '127.0.0.1',
    )
    .option('-d, --dynamic', 'generate response bodies from schemas instead of using examples')
    .option('--no-request-values', 'send examples as they are, without the values of the request')
    .option('--stateful', 'store what requests create, change and delete, and answer from it')
    .addOption(
      new Option(
        '--token <text>',
        'token of the control API; required if --host is not a loopback address',
      ).env('DEADRINGER_TOKEN'),
    )
    .option(
      '--seed <text>',
      'seed of the generated bodies; the same seed gives the same bodies',
      'deadringer',
    )
    .addOption(
      new Option('--log <format>', 'log format').choices(['pretty', 'json', 'silent']).default('pretty'),
    )
    .addOption(bodyLimitOption('largest request body that is accepted'))
    .option('--no-cors', 'disable CORS')
    .addOption(corsOriginOption)
    .addOption(stateFileOption)
    .addOption(sessionPerCredentialOption)
    .option(
      '--callback-host <host...>',
      'hosts besides this machine to which callbacks and webhooks may be sent, such as app.test or app.test:3000',
    )
    .addOption(
      new Option('--callback-timeout <time>', 'time within which receivers of callbacks must answer')
        .argParser(parseTime)
        .default(10_000, '10s'),
    )
    .option('--strict', 'refuse to start if anything is wrong with a document')
    .option('--read-only', 'do not let the console and the control API write scenario files')
    .addOption(validateRequestOption)
    .option('-w, --watch', 'reload documents and scenarios when they change')
    .addOption(upstreamOption)
    .addOption(
      new Option(
        '--upstream-mode <when>',
        'always: real services respond; first: the mock responds if the service refuses the connection, times out or returns 501; on-request: only where a scenario says "upstream"',
      )
        .choices(UPSTREAM_MODES)
        .default('always'),
    )
    .addOption(upstreamTimeoutOption)
    .addOption(provenanceOption)
    .addOption(overlayOption)
    .addOption(formatsOption)
    .addOption(redactPersonalOption)
    .allowExcessArguments()
    .action(async (options: ServeOptions, { args }: Command) => {
      if (args.length > 0)
        throw new UsageError(`--specs names the documents: deadringer serve --specs ${args.join(' ')}`);
      finish(await run(options, io));
    });
};

/** Why documents are served that the user did not name. */
const BUNDLED_NOTE = `These are bundled examples: the folder has no "specs" and no openapi.yaml.
Your own document: deadringer serve --specs <file>`;

/** Milliseconds after which the modules of a first request are loaded. */
const FLUSH_CACHE_AFTER_MS = 4000;

async function run(options: ServeOptions, io: Io): Promise<ExitCode> {
  const style = io.stdout.style;
  if (options.token === undefined && !isLoopback(options.host)) {
    throw new UsageError(
      `${options.host} accepts connections from other machines, which could use the control API: set --token (or DEADRINGER_TOKEN), or use --host 127.0.0.1`,
    );
  }
  const scenarios = scenarioPaths(options.scenarios, options.specs);
  const mockOptions: MockOptions = {
    specs: specPaths(options.specs),
    scenarios,
    readOnly: options.readOnly === true || scenarios.includes(BUNDLED_SCENARIOS),
    port: options.port,
    host: options.host,
    dynamic: options.dynamic ?? false,
    requestValues: options.requestValues,
    ...(options.stateful !== undefined && { stateful: options.stateful }),
    seed: options.seed,
    bodyLimit: options.bodyLimit,
    cors: options.cors,
    strict: options.strict ?? false,
    validateRequest: options.validateRequest,
    corsOrigins: options.corsOrigin ?? [],
    ...(options.stateFile !== undefined && { stateFile: options.stateFile }),
    sessionPerCredential: options.sessionPerCredential ?? false,
    callbackHosts: options.callbackHost ?? [],
    callbackTimeout: options.callbackTimeout,
    ...(options.token !== undefined && { token: options.token }),
    ...(options.upstream !== undefined && { upstreams: options.upstream }),
    upstreamMode: options.upstreamMode,
    upstreamTimeout: options.upstreamTimeout,
    onSessionDropped: (id, reason) => reportDroppedSession(id, reason, options.log, io),
    onError: error => reportServerError(error, options.log, io),
    ...loadOptions(options, io),
  };
  // Listen for signals before "listening" is printed: a script may stop the server at once.
  const interruption = untilInterrupted(io);
  const stop = new AbortController();
  void interruption.then(() => stop.abort());
  const watcher = options.watch ? createWatcher(mockOptions, io.isOwnOutput, stop.signal) : undefined;
  let mock: MockServer;
  try {
    // Load the server only now, so that help and usage errors print at once.
    const { startServer } = await import('../start.ts');
    mock = await startServer({
      ...mockOptions,
      signal: stop.signal,
      onRead: uri => {
        stop.signal.throwIfAborted();
        watcher?.onRead(uri);
      },
    });
  } catch (error) {
    if (stop.signal.aborted) return 0;
    throw toUsageError(error, `${options.host}:${options.port}`) ?? error;
  }
  // Write the compile cache early: a server that is killed, as in a container, writes nothing at its end.
  setTimeout(flushCompileCache, FLUSH_CACHE_AFTER_MS).unref();
  try {
    reportDocuments(mock, mockOptions, options.log, io);
    reportStateFile(mock, options.log, io);
    if (options.log === 'pretty') {
      io.out(await serveBanner(mock, style, usesBundledSpecs(options.specs) ? BUNDLED_NOTE : undefined));
      mock.state.subscribe(event => io.out(formatServeEvent(event, style)));
    } else if (options.log === 'json') {
      io.out(JSON.stringify({ time: new Date(mock.state.now()).toISOString(), listening: mock.url }));
      mock.state.subscribe(event => io.out(serveEventJson(event)));
    }
    const events = watchEvents(mock, mockOptions, options.log, io);
    await (watcher?.follow(mock.reload, events) ?? interruption);
    io.onSignal('SIGINT', () => io.exit(130));
    if (options.log === 'pretty')
      io.out(style('dim', 'stopping after open requests; press Ctrl-C again to stop immediately'));
  } finally {
    // An open port would keep the process alive.
    await mock.close();
  }
  return 0;
}
