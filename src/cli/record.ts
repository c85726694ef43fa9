// deadringer record: proxies real services, validates the exchanges and writes a recording.
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ServerError } from '../http/options.ts';
import { specPaths } from '../mock/default-sources.ts';
import { openRecording, type RecordingWriter } from '../recording/writer.ts';
import { printable } from '../reporters/safe-text.ts';
import type { MockServer } from '../start.ts';
import { isLoopback } from '../start-options.ts';
import { version } from '../version.ts';
import { runChild } from './child-process.ts';
import { type BuildCommand, UsageError } from './command.ts';
import { documentFindingLines, formatServerError } from './format-lines.ts';
import { formatRecorded, recordedJson } from './format-recorded.ts';
import { type Io, untilInterrupted } from './io.ts';
import { documentWords, loadOptions, toUsageError } from './options.ts';
import { addRecordOptions, type RecordOptions } from './record-options.ts';
import { printSummary, recordingBanner, reportRecordingEvent, warnAboutSecrets } from './record-output.ts';
import { createRecorder } from './recorder.ts';
import { readTelemetry } from './telemetry-options.ts';
import { type ConfiguredTls, readTls } from './tls-options.ts';

const SECRETS_COMMENT = 'recorded with --keep-secrets: contains credentials';

export const build: BuildCommand = (command, finish, io) => {
  addRecordOptions(command);
  command.action(async (words: string[], options: RecordOptions) => finish(await run(words, options, io)));
};

async function run(words: readonly string[], options: RecordOptions, io: Io): Promise<number> {
  const { output, upstream, keepSecrets = false, log } = options;
  if (keepSecrets && options.redactPersonal)
    throw new UsageError('--keep-secrets and --redact-personal contradict each other');
  if (upstream === undefined || upstream.length === 0)
    throw new UsageError('--upstream is required: the URL of the real service');
  if (output === undefined) throw new UsageError('--output is required: traffic.har or traffic.ndjson');
  const format = formatOf(output);
  const hasCommand = words.length > 0;
  // Listen for signals before "recording" is printed: a script may stop the recorder at once.
  const interruption = hasCommand ? undefined : untilInterrupted(io);
  const tls = await readTls(options, options.host, io);
  const port = options.port ?? (hasCommand ? 0 : 4010);
  const mock = await startProxy({ ...options, port }, upstream, tls, io);
  const isNew = !existsSync(output);
  let recording: RecordingWriter;
  try {
    recording = openRecording(output, {
      format,
      append: options.append ?? false,
      maxBytes: options.rotate,
      creator: { name: 'deadringer', version: version(), ...(keepSecrets && { comment: SECRETS_COMMENT }) },
      owner: { pid: io.pid, isRunning: io.isRunning },
      onEvent: event => reportRecordingEvent(event, io),
    });
  } catch (error) {
    await mock.close(0);
    throw error;
  }
  // Standard output is that of the command.
  const { style } = hasCommand ? io.stderr : io.stdout;
  const print = hasCommand ? io.err : io.out;
  const recorder = createRecorder(recording, keepSecrets);
  if (keepSecrets) warnAboutSecrets(recording, io);
  mock.state.subscribe(event => {
    const result = recorder.record(event, mock.state.config);
    if (result?.reason !== undefined) io.err(`not recorded: ${printable(result.reason)}`);
    if (result?.linkedOrigin !== undefined)
      io.err(
        `the bodies of responses have links to ${printable(result.linkedOrigin)}: a client that follows them is not recorded, because bodies are passed on unchanged`,
      );
    if (log === 'json') print(recordedJson(event, result));
    else if (log === 'pretty') print(formatRecorded(event, result, style));
  });
  const { documentFindings } = mock.state.config;
  if (log === 'pretty') {
    for (const line of documentFindingLines(
      documentFindings,
      documentWords(specPaths(options.specs), options.overlay),
      io.stderr.style,
    ))
      io.err(line);
    print(recordingBanner(mock, output, tls?.caFile, style));
    if (!hasCommand) print(style('dim', 'Press Ctrl-C to stop.'));
  } else if (log === 'json')
    print(
      JSON.stringify({
        time: new Date(mock.state.now()).toISOString(),
        recording: output,
        listening: mock.url,
      }),
    );
  let code = 0;
  try {
    if (hasCommand) code = await runChild(words, mock.url, tls?.caFile, io);
    else await interruption;
  } catch (error) {
    // The command was not started.
    await mock.close(0);
    recording.close();
    if (isNew) rmSync(output, { force: true });
    throw error;
  }
  io.onSignal('SIGINT', () => io.exit(130));
  await mock.close();
  recording.close();
  printSummary(mock, recorder, recording, options, { print, style, hasCommand }, io);
  return code === 0 && recorder.lost() > 0 ? 3 : code;
}

async function startProxy(
  options: RecordOptions & { port: number },
  upstreams: readonly string[],
  tls: ConfiguredTls | undefined,
  io: Io,
): Promise<MockServer> {
  // Load the server only now, so that help and usage errors print at once.
  const { startServer } = await import('../start.ts');
  try {
    return await startServer({
      ...(tls !== undefined && { tls: tls.certificate }),
      ...(await readTelemetry(io)),
      specs: specPaths(options.specs),
      upstreams,
      upstreamTimeout: options.upstreamTimeout,
      port: options.port,
      host: options.host,
      cors: options.cors,
      corsOrigins: options.corsOrigin ?? [],
      bodyLimit: options.bodyLimit,
      // Clients that may be recorded must not use the control API: set a token that no client knows.
      ...(!isLoopback(options.host) && { token: crypto.randomUUID() }),
      onError: error => reportServerError(error, options.log, io),
      ...loadOptions(options, io),
    });
  } catch (error) {
    throw toUsageError(error, `${options.host}:${options.port}`) ?? error;
  }
}

function formatOf(file: string): 'har' | 'ndjson' {
  const extension = path.extname(file).toLowerCase();
  if (extension === '.har') return 'har';
  if (extension === '.ndjson') return 'ndjson';
  throw new UsageError(`${file} has no known extension: use .har or .ndjson`);
}

function reportServerError(error: ServerError, log: RecordOptions['log'], io: Io): void {
  if (log !== 'silent' || error.kind === 'bug') io.err(formatServerError(error, io.stderr.style));
}
