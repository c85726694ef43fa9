// What record prints besides the exchanges: its banner, its warnings and its summary.
import { shellWord } from '../exchange/curl.ts';
import { pluralize } from '../finding/plural.ts';
import { specPaths, usesBundledSpecs } from '../mock/default-sources.ts';
import type { RecordingEvent, RecordingWriter } from '../recording/writer.ts';
import { printable, type TextStyle } from '../reporters/safe-text.ts';
import type { MockServer } from '../start.ts';
import { NO_REQUEST } from './child-process.ts';
import type { Io } from './io.ts';
import { documentWords } from './options.ts';
import type { RecordOptions } from './record-options.ts';
import { RECORDED_CLASSES, type Recorder } from './recorder.ts';

export function reportRecordingEvent(event: RecordingEvent, io: Io): void {
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

export function warnAboutSecrets({ stats }: RecordingWriter, io: Io): void {
  const files = stats.files.map(printable).join(', ');
  const text = `WARNING: ${files} ${stats.files.length === 1 ? 'contains' : 'contain'} unredacted credentials (--keep-secrets). Do not share, and delete after use.`;
  io.err(io.stderr.style('red', text));
}

export function recordingBanner(
  mock: MockServer,
  output: string,
  caFile: string | undefined,
  style: TextStyle,
): string {
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
  ].join('\n');
}

/** The base URL that an application calls instead of that of the API, so that its requests are recorded. */
function proxyUrl({ url }: MockServer, api: string): string {
  return `${url}/${encodeURIComponent(api)}`;
}

interface SummaryOutput {
  readonly print: Io['out'];
  readonly style: TextStyle;
  /** False: the user sent the requests. */
  readonly hasCommand: boolean;
}

export function printSummary(
  mock: MockServer,
  recorder: Recorder,
  recording: RecordingWriter,
  { log, keepSecrets, specs, overlay }: RecordOptions,
  { print, style, hasCommand }: SummaryOutput,
  io: Io,
): void {
  const { files, written } = recording.stats;
  const lost = recorder.lost();
  if (keepSecrets) warnAboutSecrets(recording, io);
  if (log === 'json') {
    print(JSON.stringify({ recorded: written, ...recorder.counts, lost, files }));
    return;
  }
  if (lost > 0)
    io.err(style('red', `${pluralize(lost, 'exchange')} not recorded: the recording is incomplete`));
  if (log === 'silent') return;
  const classes = RECORDED_CLASSES.map(kind => `${recorder.counts[kind]} ${kind}`).join(', ');
  print(`${pluralize(written, 'exchange')} recorded (${classes}), ${lost} not recorded`);
  const upstreams = mock.state.upstreams.list();
  if (written + lost === 0) {
    const urls = new Set(upstreams.map(({ api }) => proxyUrl(mock, api)));
    print(
      hasCommand
        ? NO_REQUEST
        : `No requests received: send requests to ${printable([...urls].join(' or '))} instead of the real service`,
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
  print(`Next: deadringer check ${words.map(word => shellWord(printable(word))).join(' ')}`);
}
