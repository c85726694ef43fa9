// deadringer serve: every document answers on one port.
import { flushCompileCache } from 'node:module';
import { Option } from 'commander';
import type { Trouble } from '../http/app.ts';
import { curlFor, prefixOf } from '../mock/refuse.ts';
import { UPSTREAM_MODES, type UpstreamMode } from '../mock/upstream.ts';
import { count, printable, type Style } from '../reporters/safe.ts';
import type { Mock, MockOptions } from '../start.ts';
import { type Build, type ExitCode, UsageError } from './command.ts';
import { type Io, interrupted } from './io.ts';
import {
  bodyLimitOption,
  explainSystemError,
  formatsOption,
  isLoopback,
  loadOptions,
  parsePort,
  provenanceOption,
  scenarioPaths,
  scenariosOption,
  specPaths,
  specsOption,
  upstreamOption,
  upstreamTimeoutOption,
} from './options.ts';
import { jsonServed, printFinding, printServed, printTrouble } from './print.ts';
import { type WatchReports, watchWorld } from './watch.ts';

interface ServeOptions {
  specs?: string[];
  scenarios?: string[];
  port: number;
  host: string;
  dynamic?: boolean;
  seed: string;
  token?: string;
  log: 'pretty' | 'json' | 'silent';
  watch?: boolean;
  bodyLimit: number;
  cors: boolean;
  provenance?: string[];
  assertFormats?: boolean;
  upstream?: string[];
  upstreamMode: UpstreamMode;
  upstreamTimeout: number;
}

export const build: Build = (command, finish, io) => {
  command
    .addOption(specsOption)
    .addOption(scenariosOption)
    .option('-p, --port <number>', 'port; 0 takes any free one', parsePort, 4010)
    .option('--host <address>', 'address to listen on; only this machine can reach the default', '127.0.0.1')
    .option('-d, --dynamic', 'make bodies up from schemas instead of taking them from examples')
    .addOption(
      new Option('--token <text>', 'what the control API asks for; needed when --host lets others in').env(
        'DEADRINGER_TOKEN',
      ),
    )
    .option('--seed <text>', 'equal seeds give equal dynamic bodies', 'deadringer')
    .addOption(
      new Option('--log <format>', 'how requests are logged')
        .choices(['pretty', 'json', 'silent'])
        .default('pretty'),
    )
    .addOption(bodyLimitOption('largest request body that is read'))
    .option('--no-cors', "do not answer browsers' cross-origin requests")
    .option('-w, --watch', 'serve edits of documents and scenarios at once')
    .addOption(upstreamOption)
    .addOption(
      new Option(
        '--upstream-mode <when>',
        'always: real services answer; first: they do, and the mock where they refuse connections, answer 501 or nothing in time; on-request: where a scenario says "upstream"',
      )
        .choices(UPSTREAM_MODES)
        .default('always'),
    )
    .addOption(upstreamTimeoutOption)
    .addOption(provenanceOption)
    .addOption(formatsOption)
    .action(async (options: ServeOptions) => finish(await run(options, io)));
};

/** Milliseconds after which what is needed has been loaded. */
const SETTLED = 4000;

async function run(options: ServeOptions, io: Io): Promise<ExitCode> {
  const { style } = io.stdout;
  if (options.token === undefined && !isLoopback(options.host)) {
    throw new UsageError(
      `${options.host} lets other machines in, and anybody there could steer the mock; give a token with --token (or DEADRINGER_TOKEN), or leave --host at 127.0.0.1`,
    );
  }
  const served: MockOptions = {
    specs: specPaths(options.specs),
    scenarios: scenarioPaths(options.scenarios, options.specs),
    port: options.port,
    host: options.host,
    dynamic: options.dynamic ?? false,
    seed: options.seed,
    bodyLimit: options.bodyLimit,
    cors: options.cors,
    ...(options.token !== undefined && { token: options.token }),
    ...(options.upstream !== undefined && { upstreams: options.upstream }),
    upstreamMode: options.upstreamMode,
    upstreamTimeout: options.upstreamTimeout,
    onSessionDropped: (id, why) => dropped(id, why, options.log, io),
    onTrouble: trouble => report(trouble, options.log, io),
    ...loadOptions(options, io),
  };
  // Before anything is said: whoever reads "listening" may stop the server at once.
  const stopped = interrupted(io);
  let mock: Mock;
  try {
    // What it takes is loaded only now, so that help and wrong usage are told at once.
    const { startMock } = await import('../start.ts');
    mock = await startMock(served);
  } catch (error) {
    throw explainSystemError(error, `${options.host}:${options.port}`) ?? error;
  }
  // A server that is killed, as in a container, would leave nothing of what it compiled to the next one.
  setTimeout(flushCompileCache, SETTLED).unref();
  const unwatch = options.watch ? watchWorld(mock, served, watchReports(options.log, io)) : undefined;
  if (options.log === 'pretty') {
    io.out(banner(mock, style));
    mock.stage.subscribe(served => io.out(printServed(served, style)));
  } else if (options.log === 'json') {
    io.out(JSON.stringify({ time: new Date(mock.stage.now()).toISOString(), listening: mock.url }));
    mock.stage.subscribe(served => io.out(jsonServed(served)));
  }
  await stopped;
  unwatch?.();
  io.onSignal('SIGINT', () => io.exit(130));
  if (options.log === 'pretty')
    io.out(style('dim', 'stopping: open requests may finish; press Ctrl-C again to stop at once'));
  await mock.close();
  return 0;
}

function watchReports(log: ServeOptions['log'], io: Io): WatchReports {
  const now = (): string => new Date().toISOString();
  return {
    onReload: () => {
      if (log === 'pretty') io.out(io.stdout.style('dim', 'reloaded'));
      else if (log === 'json') io.out(JSON.stringify({ time: now(), reloaded: true }));
    },
    onBroken: findings => {
      if (log === 'json') io.out(JSON.stringify({ time: now(), reloaded: false, findings }));
      else {
        for (const finding of findings) io.err(printFinding(finding, io.stderr.style));
        io.err('not reloaded: what was served before is still served');
      }
    },
  };
}

function dropped(id: string, why: 'idle' | 'too-many', log: ServeOptions['log'], io: Io): void {
  const text = `session "${id}" was dropped: ${why === 'idle' ? 'nobody has used it for a day' : 'there are too many, and it was the longest unused'}`;
  if (log === 'json') io.out(JSON.stringify({ time: new Date().toISOString(), sessionDropped: id, why }));
  else if (log === 'pretty') io.err(text);
}

function report(trouble: Trouble, log: ServeOptions['log'], io: Io): void {
  if (log === 'silent' && trouble.kind !== 'bug') return;
  if (log === 'json' && trouble.kind !== 'bug')
    io.out(JSON.stringify({ time: new Date().toISOString(), trouble }));
  else io.err(printTrouble(trouble, io.stderr.style));
}

const MODES = {
  always: '',
  first: 'and by the mock where that cannot',
  'on-request': 'where a scenario says so',
} as const satisfies Record<UpstreamMode, string>;

function banner(mock: Mock, style: Style): string {
  const { contract, leftOut } = mock.stage.world;
  const { apis } = contract;
  const operations = apis.flatMap(api => api.operations);
  const shown = operations.slice(0, 12);
  const width = Math.max(...shown.map(({ method }) => method.length));
  const lines = [
    `${style('bold', 'deadringer')} answers for ${count(apis.length, 'API')} (${count(operations.length, 'operation')}) on ${style('bold', mock.url)}`,
    '',
    ...shown.map(
      operation =>
        `  ${style('cyan', operation.method.padEnd(width))} ${printable(`${prefixOf(operation)}${operation.path}`)}  ${style('dim', printable(operation.id))}`,
    ),
    ...(operations.length > shown.length ? [`  ... and ${operations.length - shown.length} more`] : []),
  ];
  const upstreams = mock.stage.upstreams.list();
  if (upstreams.length > 0) lines.push('');
  for (const { name, origin, path, mode } of upstreams)
    lines.push(
      `  ${style('yellow', 'real')}: ${printable(name)} is answered by ${printable(origin + (path ?? ''))} ${style('dim', MODES[mode])}`,
    );
  if (leftOut > 0)
    lines.push('', style('yellow', `${count(leftOut, 'scenario')} left out, with the parts that they need`));
  const [first] = operations;
  if (first !== undefined)
    lines.push('', 'Try:', `  ${printable(curlFor(first, mock.url))}`, '', style('dim', 'Ctrl-C stops.'));
  return lines.join('\n');
}
