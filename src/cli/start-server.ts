// Starts a server for a command, prints what it serves and what it answers, and stops it at Ctrl-C.
import { flushCompileCache } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServeEvent } from '../mock/serve-event.ts';
import type { MockServer } from '../start.ts';
import { type CommandServerOptions, isLoopback } from '../start-options.ts';
import { UsageError } from './command.ts';
import { formatServeEvent, serveEventJson } from './format-lines.ts';
import { type Io, untilInterrupted } from './io.ts';
import { toUsageError } from './options.ts';
import {
  type LogFormat,
  reportCertificate,
  reportDocuments,
  reportDroppedSession,
  reportServerError,
  watchEvents,
} from './serve-output.ts';
import { reportStateFile } from './state-options.ts';
import { readTelemetry } from './telemetry-options.ts';
import { readTls, type TlsOptionValues } from './tls-options.ts';
import { createWatcher } from './watch.ts';
import type { WorkerRole } from './worker.ts';
import { WORKER } from './worker-environment.ts';

export interface ServerRun {
  readonly log: LogFormat;
  /** True: read documents and scenarios again when they change. */
  readonly watch: boolean;
  /** What the log "pretty" begins with. Undefined: nothing. */
  readonly banner: (mock: MockServer, caFile: string | undefined) => Promise<string | undefined>;
  readonly tls: TlsOptionValues;
  /** Milliseconds in which a server that is told to stop still answers new requests. */
  readonly drain: number;
  /** Number of processes that serve the port. Default: this one. */
  readonly workers?: number | undefined;
  /** Which exchanges the log "pretty" shows. Default: all. */
  readonly isLogged?: (event: ServeEvent) => boolean;
}

/** Milliseconds after which the modules of a first request are loaded. */
const FLUSH_CACHE_AFTER_MS = 4000;
/** Milliseconds in which workers close their connections, which takes up to 5 seconds, and write what waits. */
const WORKERS_END_MS = 10_000;

/** @returns when the user ends the server */
export async function runServer(
  options: CommandServerOptions & { readonly host: string; readonly port: number },
  run: ServerRun,
  io: Io,
): Promise<number> {
  const { log, watch, banner, tls: tlsOptions, drain, workers = 1, isLogged = () => true } = run;
  const style = io.stdout.style;
  const onStopping = (): void => {
    if (log === 'pretty')
      io.out(style('dim', 'stopping after open requests; press Ctrl-C again to stop immediately'));
  };
  if (options.token === undefined && !isLoopback(options.host)) {
    throw new UsageError(
      `${options.host} accepts connections from other machines, which could use the control API: set --token (or DEADRINGER_TOKEN), or use --host 127.0.0.1`,
    );
  }
  const worker = await readWorkerRole(io);
  if (workers > 1 && worker === undefined) {
    const { runWorkers } = await import('./workers.ts');
    const hasStore = options.store !== undefined;
    return await runWorkers({ count: workers, hasStore, endWithin: drain + WORKERS_END_MS, onStopping }, io);
  }
  const reportsForAll = worker?.isFirst ?? true;
  const tls = await readTls(tlsOptions, options.host, io);
  const mockOptions: CommandServerOptions = {
    ...options,
    ...(tls !== undefined && { tls: tls.certificate }),
    ...(await readTelemetry(io)),
    onSessionDropped: (id, reason) => reportDroppedSession(id, reason, log, io),
    onError: error => reportServerError(error, log, io),
  };
  // Listen for signals before "listening" is printed: a script may stop the server at once.
  const interruption = worker?.untilStop ?? untilInterrupted(io);
  const stop = new AbortController();
  void interruption.then(() => stop.abort());
  const watcher =
    watch && reportsForAll ? createWatcher(mockOptions, io.isOwnOutput, stop.signal) : undefined;
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
  const announce = async (): Promise<void> => {
    reportDocuments(mock, mockOptions, log, io);
    reportStateFile(mock, log, io);
    const ca = tls?.caFile;
    const text = log === 'pretty' ? await banner(mock, ca) : undefined;
    if (text !== undefined) io.out(text);
    if (log === 'json')
      io.out(JSON.stringify({ time: new Date(mock.state.now()).toISOString(), listening: mock.url, ca }));
  };
  try {
    if (worker === undefined) await announce();
    if (log === 'pretty')
      mock.state.subscribe(event => {
        if (isLogged(event)) io.out(formatServeEvent(event, style));
      });
    else if (log === 'json') mock.state.subscribe(event => io.out(serveEventJson(event)));
    worker?.reportStart();
    const events = watchEvents(mock, mockOptions, log, io);
    const { tlsCert, tlsKey } = tlsOptions;
    if (watch && tlsCert !== undefined && tlsKey !== undefined)
      (await import('./certificate-files.ts')).followCertificate(tlsCert, tlsKey, io, stop.signal, result => {
        if (!(result instanceof UsageError)) mock.replaceCertificate(result);
        const problem = result instanceof UsageError ? result.message : undefined;
        if (reportsForAll) reportCertificate(problem, log, io);
      });
    const ended = watcher?.follow(mock.reload, events) ?? interruption;
    // Another worker that has taken the place of the first one announces nothing.
    if (worker !== undefined)
      await Promise.race([ended, worker.untilAnnouncement.then(announce).then(() => ended)]);
    await ended;
    if (worker === undefined) {
      io.onSignal('SIGINT', () => io.exit(130));
      onStopping();
    }
    if (drain > 0) {
      mock.drain();
      await sleep(drain);
    }
  } finally {
    // An open port would keep the process alive.
    await mock.close();
  }
  return 0;
}

/** @returns undefined: this process has no workers as siblings */
async function readWorkerRole(io: Io): Promise<WorkerRole | undefined> {
  return io.env[WORKER] === undefined ? undefined : (await import('./worker.ts')).workerRole(io);
}
