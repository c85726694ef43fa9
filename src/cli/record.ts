// deadringer record: proxies real services, validates the exchanges and writes a recording.
import path from 'node:path';
import { Option } from 'commander';
import { shellWord } from '../exchange/curl.ts';
import { pluralize } from '../finding/plural.ts';
import type { ServerError } from '../http/options.ts';
import { openRecording, type RecordingEvent, type RecordingWriter } from '../recording/writer.ts';
import { printable, type TextStyle } from '../reporters/safe-text.ts';
import type { MockServer } from '../start.ts';
import { version } from '../version.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import { documentFindingLines, formatServerError } from './format-lines.ts';
import { formatRecorded, recordedJson } from './format-recorded.ts';
import { type Io, untilInterrupted } from './io.ts';
import {
  bodyLimitOption,
  corsOriginOption,
  documentWords,
  formatsOption,
  isLoopback,
  loadOptions,
  overlayOption,
  parsePort,
  parseSize,
  redactPersonalOption,
  specPaths,
  specsOption,
  toUsageError,
  upstreamOption,
  upstreamTimeoutOption,
  usesBundledSpecs,
} from './options.ts';
import { createRecorder, RECORDED_CLASSES, type Recorder } from './recorder.ts';
import { addTlsOptions, type ConfiguredTls, readTls, type TlsOptionValues } from './tls-options.ts';

interface RecordOptions extends TlsOptionValues {
  specs?: string[];
  upstream?: string[];
  output?: string;
  append?: boolean;
  rotate?: number;
  keepSecrets?: boolean;
  port: number;
  host: string;
  cors: boolean;
  corsOrigin?: string[];
  log: 'pretty' | 'json' | 'silent';
  upstreamTimeout: number;
  bodyLimit: number;
  assertFormats?: boolean;
  overlay?: string[];
  redactPersonal?: boolean;
}

const SECRETS_COMMENT = 'recorded with --keep-secrets: contains credentials';

export const build: BuildCommand = (command, finish, io) => {
  command
    .addOption(upstreamOption)
    .option('-o, --output <file>', 'recording to write: traffic.har or traffic.ndjson')
    .option('--append', 'append to an existing recording')
    .option('--rotate <size>', 'start a new file (traffic.2.har, ...) when this size is reached', parseSize)
    .option('--keep-secrets', 'do not redact credentials and other secrets (dangerous)')
    .addOption(specsOption)
    .option('-p, --port <number>', 'port; 0: any free port', parsePort, 4010)
    .option(
      '--host <address>',
      'address to listen on; the default accepts only local connections',
      '127.0.0.1',
    )
    .option('--no-cors', 'disable CORS')
    .addOption(corsOriginOption)
    .addOption(
      new Option('--log <format>', 'log format').choices(['pretty', 'json', 'silent']).default('pretty'),
    )
    .addOption(bodyLimitOption('largest body that is recorded and validated'))
    .addOption(upstreamTimeoutOption)
    .addOption(overlayOption)
    .addOption(formatsOption)
    .addOption(redactPersonalOption);
  addTlsOptions(command).action(async (options: RecordOptions) => finish(await run(options, io)));
};

async function run(options: RecordOptions, io: Io): Promise<ExitCode> {
  const { output, upstream, keepSecrets = false, log } = options;
  if (keepSecrets && options.redactPersonal)
    throw new UsageError('--keep-secrets and --redact-personal contradict each other');
  if (upstream === undefined || upstream.length === 0)
    throw new UsageError('--upstream is required: the URL of the real service');
  if (output === undefined) throw new UsageError('--output is required: traffic.har or traffic.ndjson');
  const format = formatOf(output);
  // Listen for signals before "recording" is printed: a script may stop the recorder at once.
  const interruption = untilInterrupted(io);
  const tls = await readTls(options, options.host, io);
  const mock = await startProxy(options, upstream, tls, io);
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
  const style = io.stdout.style;
  const recorder = createRecorder(recording, keepSecrets);
  if (keepSecrets) warnAboutSecrets(recording, io);
  mock.state.subscribe(event => {
    const result = recorder.record(event, mock.state.config);
    if (result?.reason !== undefined) io.err(`not recorded: ${printable(result.reason)}`);
    if (result?.linkedOrigin !== undefined)
      io.err(
        `the bodies of responses have links to ${printable(result.linkedOrigin)}: a client that follows them is not recorded, because bodies are passed on unchanged`,
      );
    if (log === 'json') io.out(recordedJson(event, result));
    else if (log === 'pretty') io.out(formatRecorded(event, result, style));
  });
  const { documentFindings } = mock.state.config;
  if (log === 'pretty') {
    for (const line of documentFindingLines(
      documentFindings,
      documentWords(specPaths(options.specs), options.overlay),
      io.stderr.style,
    ))
      io.err(line);
    io.out(banner(mock, output, tls?.caFile, style));
  } else if (log === 'json')
    io.out(
      JSON.stringify({
        time: new Date(mock.state.now()).toISOString(),
        recording: output,
        listening: mock.url,
      }),
    );
  await interruption;
  io.onSignal('SIGINT', () => io.exit(130));
  await mock.close();
  recording.close();
  printSummary(mock, recorder, recording, options, style, io);
  return recorder.lost() > 0 ? 3 : 0;
}

async function startProxy(
  options: RecordOptions,
  upstreams: readonly string[],
  tls: ConfiguredTls | undefined,
  io: Io,
): Promise<MockServer> {
  // Load the server only now, so that help and usage errors print at once.
  const { startServer } = await import('../start.ts');
  try {
    return await startServer({
      ...(tls !== undefined && { tls: tls.certificate }),
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

function reportRecordingEvent(event: RecordingEvent, io: Io): void {
  const style = io.stderr.style;
  if (event.kind === 'write-failed')
    io.err(
      style(
        'red',
        `${printable(event.file)} cannot be written; exchanges are not recorded: ${printable(event.message)}`,
      ),
    );
  else
    io.err(
      `${printable(event.file)} can be written again; ${pluralize(event.lost, 'exchange')} not recorded`,
    );
}

function warnAboutSecrets({ stats }: RecordingWriter, io: Io): void {
  const files = stats.files.map(printable).join(', ');
  const text = `WARNING: ${files} ${stats.files.length === 1 ? 'contains' : 'contain'} unredacted credentials (--keep-secrets). Do not share, and delete after use.`;
  io.err(io.stderr.style('red', text));
}

function banner(mock: MockServer, output: string, caFile: string | undefined, style: TextStyle): string {
  const lines = mock.state.upstreams
    .list()
    .map(
      ({ name, api, origin, path: base }) =>
        `  ${printable(name)}: ${printable(proxyUrl(mock, api))} -> ${printable(origin + (base ?? ''))}`,
    );
  return [
    `${style('bold', 'deadringer')} records ${style('bold', mock.url)} into ${style('bold', printable(output))}`,
    ...lines,
    ...(caFile === undefined ? [] : [`  Trust: ${printable(shellWord(caFile))}`]),
    style('dim', 'Press Ctrl-C to stop.'),
  ].join('\n');
}

/** The base URL that an application calls instead of that of the API, so that its requests are recorded. */
function proxyUrl({ url }: MockServer, api: string): string {
  return `${url}/${encodeURIComponent(api)}`;
}

function printSummary(
  mock: MockServer,
  recorder: Recorder,
  recording: RecordingWriter,
  { log, keepSecrets, specs, overlay }: RecordOptions,
  style: TextStyle,
  io: Io,
): void {
  const { files, written } = recording.stats;
  const lost = recorder.lost();
  if (keepSecrets) warnAboutSecrets(recording, io);
  if (log === 'json') {
    io.out(JSON.stringify({ recorded: written, ...recorder.counts, lost, files }));
    return;
  }
  if (lost > 0)
    io.err(style('red', `${pluralize(lost, 'exchange')} not recorded: the recording is incomplete`));
  if (log === 'silent') return;
  const classes = RECORDED_CLASSES.map(kind => `${recorder.counts[kind]} ${kind}`).join(', ');
  io.out(`${pluralize(written, 'exchange')} recorded (${classes}), ${lost} not recorded`);
  const upstreams = mock.state.upstreams.list();
  if (written + lost === 0) {
    const urls = new Set(upstreams.map(({ api }) => proxyUrl(mock, api)));
    io.out(
      `No requests received: send requests to ${printable([...urls].join(' or '))} instead of the real service`,
    );
    return;
  }
  // `check` finds the traffic only with --server if no document names the upstream, and with --specs if the documents are elsewhere.
  const documents = specPaths(specs).map(each => ['--specs', each]);
  const isDefault = specs === undefined && !usesBundledSpecs(specs);
  const servers = new Set(upstreams.map(({ api, origin, path: base }) => `${api}=${origin}${base ?? ''}`));
  const words = [
    ...files,
    ...(isDefault ? [] : documents.flat()),
    ...documentWords([], overlay),
    ...[...servers].flatMap(each => ['--server', each]),
  ];
  io.out(`Next: deadringer check ${words.map(word => shellWord(printable(word))).join(' ')}`);
}
