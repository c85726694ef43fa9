// deadringer record: real services behind a proxy, judged as they answer, and written into a recording.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Option } from 'commander';
import { shellWord } from '../exchange/curl.ts';
import type { Trouble } from '../http/app.ts';
import { openRecording, type Recording, type RecordingTrouble } from '../recording/append.ts';
import { count, printable, type Style } from '../reporters/safe.ts';
import type { Mock } from '../start.ts';
import { version } from '../version.ts';
import { type Build, type ExitCode, UsageError } from './command.ts';
import { type Io, interrupted } from './io.ts';
import {
  bodyLimitOption,
  explainSystemError,
  formatsOption,
  isLoopback,
  loadOptions,
  parsePort,
  parseSize,
  specPaths,
  specsOption,
  upstreamOption,
  upstreamTimeoutOption,
} from './options.ts';
import { printTrouble } from './print.ts';
import { jsonRecorded, printRecorded } from './print-recorded.ts';
import { CLASSES, createRecorder, type Recorder } from './recorder.ts';

interface RecordOptions {
  specs?: string[];
  upstream?: string[];
  output?: string;
  append?: boolean;
  rotate?: number;
  keepSecrets?: boolean;
  port: number;
  host: string;
  cors: boolean;
  log: 'pretty' | 'json' | 'silent';
  upstreamTimeout: number;
  bodyLimit: number;
  assertFormats?: boolean;
}

const SECRETS_KEPT = 'recorded with --keep-secrets: credentials stand in it as they were sent';

export const build: Build = (command, finish, io) => {
  command
    .addOption(upstreamOption)
    .option('-o, --output <file>', 'the recording: traffic.har or traffic.ndjson')
    .option('--append', 'go on in a recording that is there')
    .option('--rotate <size>', 'begin traffic.2.har, and so on, when a file would become larger', parseSize)
    .option('--keep-secrets', 'write credentials and other secrets as they were sent, which is dangerous')
    .addOption(specsOption)
    .option('-p, --port <number>', 'port; 0 takes any free one', parsePort, 4010)
    .option('--host <address>', 'address to listen on; only this machine can reach the default', '127.0.0.1')
    .option('--no-cors', "do not answer browsers' cross-origin requests")
    .addOption(
      new Option('--log <format>', 'how exchanges are told')
        .choices(['pretty', 'json', 'silent'])
        .default('pretty'),
    )
    .addOption(bodyLimitOption('largest body that is kept and judged'))
    .addOption(upstreamTimeoutOption)
    .addOption(formatsOption)
    .action(async (options: RecordOptions) => finish(await run(options, io)));
};

async function run(options: RecordOptions, io: Io): Promise<ExitCode> {
  const { output, upstream, keepSecrets = false, log } = options;
  if (upstream === undefined || upstream.length === 0)
    throw new UsageError('there is nothing to record: name the real service with --upstream https://...');
  if (output === undefined)
    throw new UsageError('name the recording with -o traffic.har, or -o traffic.ndjson');
  const format = formatOf(output);
  // Before anything is said: whoever reads "recording" may stop it at once.
  const stopped = interrupted(io);
  const mock = await start(options, upstream, io);
  let recording: Recording;
  try {
    recording = openRecording(output, {
      format,
      append: options.append ?? false,
      rotate: options.rotate,
      creator: { name: 'deadringer', version: version(), ...(keepSecrets && { comment: SECRETS_KEPT }) },
      owner: { pid: io.pid, isRunning: io.isRunning },
      onTrouble: trouble => tellLoss(trouble, io),
    });
  } catch (error) {
    await mock.close(0);
    throw error;
  }
  const { style } = io.stdout;
  const recorder = createRecorder(recording, keepSecrets);
  if (keepSecrets) warn(recording, io);
  mock.stage.subscribe(served => {
    const taken = recorder.take(served, mock.stage.world);
    if (taken?.why !== undefined) io.err(`not recorded: ${taken.why}`);
    if (log === 'json') io.out(jsonRecorded(served, taken));
    else if (log === 'pretty') io.out(printRecorded(served, taken, style));
  });
  if (log === 'pretty') io.out(banner(mock, output, style));
  else if (log === 'json')
    io.out(
      JSON.stringify({
        time: new Date(mock.stage.now()).toISOString(),
        recording: output,
        listening: mock.url,
      }),
    );
  await stopped;
  io.onSignal('SIGINT', () => io.exit(130));
  await mock.close();
  recording.close();
  conclude(mock, recorder, recording, options, io);
  return recorder.lost() > 0 ? 3 : 0;
}

async function start(options: RecordOptions, upstreams: readonly string[], io: Io): Promise<Mock> {
  // It may run for days.
  // Loaded only now, so that help and wrong usage are told at once.
  const { startMock } = await import('../start.ts');
  try {
    return await startMock({
      specs: specPaths(options.specs),
      upstreams,
      upstreamTimeout: options.upstreamTimeout,
      port: options.port,
      host: options.host,
      cors: options.cors,
      bodyLimit: options.bodyLimit,
      // Whoever is let in to be recorded is not let in to steer.
      ...(!isLoopback(options.host) && { token: crypto.randomUUID() }),
      onTrouble: trouble => report(trouble, options.log, io),
      ...loadOptions(options, io),
    });
  } catch (error) {
    throw explainSystemError(error, `${options.host}:${options.port}`) ?? error;
  }
}

function formatOf(file: string): 'har' | 'ndjson' {
  const extension = path.extname(file).toLowerCase();
  if (extension === '.har') return 'har';
  if (extension === '.ndjson') return 'ndjson';
  throw new UsageError(`${file} is to be a recording: end its name in .har or .ndjson`);
}

function report(trouble: Trouble, log: RecordOptions['log'], io: Io): void {
  if (log !== 'silent' || trouble.kind === 'bug') io.err(printTrouble(trouble, io.stderr.style));
}

function tellLoss(trouble: RecordingTrouble, io: Io): void {
  const { style } = io.stderr;
  if (trouble.kind === 'losing')
    io.err(
      style(
        'red',
        `${printable(trouble.file)} cannot be written, and exchanges are lost: ${printable(trouble.why)}`,
      ),
    );
  else
    io.err(`${printable(trouble.file)} is written again; ${count(trouble.lost, 'exchange')} lost meanwhile`);
}

function warn({ stats }: Recording, io: Io): void {
  const files = stats.files.map(printable).join(', ');
  const text = `WARNING: ${files} ${stats.files.length === 1 ? 'holds' : 'hold'} credentials as they were sent (--keep-secrets). Show it to nobody, and delete it soon.`;
  io.err(io.stderr.style('red', text));
}

function banner(mock: Mock, output: string, style: Style): string {
  const lines = mock.stage.upstreams
    .list()
    .map(
      ({ name, api, origin, path: base }) =>
        `  ${printable(name)}: ${printable(placeOf(mock, api))} is asked of ${printable(origin + (base ?? ''))}`,
    );
  return [
    `${style('bold', 'deadringer')} records into ${style('bold', printable(output))} what goes through ${style('bold', mock.url)}`,
    ...lines,
    style('dim', 'Ctrl-C stops.'),
  ].join('\n');
}

/** Where an application calls to be recorded. */
function placeOf({ url }: Mock, api: string): string {
  return `${url}/${encodeURIComponent(api)}`;
}

function conclude(
  mock: Mock,
  recorder: Recorder,
  recording: Recording,
  { log, keepSecrets, specs }: RecordOptions,
  io: Io,
): void {
  const { files, written } = recording.stats;
  const lost = recorder.lost();
  if (keepSecrets) warn(recording, io);
  if (log === 'json') {
    io.out(JSON.stringify({ recorded: written, ...recorder.counts, lost, files }));
    return;
  }
  if (lost > 0)
    io.err(io.stderr.style('red', `${count(lost, 'exchange')} lost: the recording is incomplete`));
  if (log === 'silent') return;
  const classes = CLASSES.map(kind => `${recorder.counts[kind]} ${kind}`).join(', ');
  io.out(`${count(written, 'exchange')} recorded: ${classes}; ${lost} lost`);
  const upstreams = mock.stage.upstreams.list();
  if (written + lost === 0) {
    const places = new Set(upstreams.map(({ api }) => placeOf(mock, api)));
    io.out(`Nothing went through: call ${printable([...places].join(' or '))} instead of the real service`);
    return;
  }
  // Where it was recorded is for a check what the document's own server would be; and it looks into ./specs alone.
  const documents = specPaths(specs).map(each => ['--specs', each]);
  const isOwn = specs === undefined && existsSync('specs');
  const servers = new Set(upstreams.map(({ api, origin, path: base }) => `${api}=${origin}${base ?? ''}`));
  const words = [
    ...files,
    ...(isOwn ? [] : documents.flat()),
    ...[...servers].flatMap(each => ['--server', each]),
  ];
  io.out(`Next: deadringer check ${words.map(word => shellWord(printable(word))).join(' ')}`);
}
