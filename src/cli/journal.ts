// deadringer journal: prints, follows or exports the journal of a session.

import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, UsageError } from './command.ts';
import {
  callControl,
  controlServerOption,
  controlTokenOption,
  fetchControl,
  sessionOption,
} from './control-client.ts';
import type { Io } from './io.ts';
import { writeFileAtomically } from './report-output.ts';

interface JournalOptions {
  server: string;
  token?: string;
  session: string;
  follow?: boolean;
  json?: boolean;
  har?: boolean;
  ndjson?: boolean;
  output?: string;
}

interface JournalLine {
  readonly id: string;
  readonly operation?: string;
  readonly problem?: string;
  readonly request: { readonly method: string; readonly path: string };
  readonly response?: { readonly status: number };
  readonly findings: readonly { readonly message: string; readonly location?: string }[];
  readonly rules: readonly string[];
  readonly switches: readonly string[];
  readonly offContract?: string;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .option('-f, --follow', 'print new exchanges until Ctrl-C')
    .option('--json', 'print one JSON object per line')
    .option('--har', 'export the journal as HAR, for "deadringer check" and browser tools')
    .option('--ndjson', 'export the journal as NDJSON')
    .option('-o, --output <file>', 'file for --har or --ndjson')
    .addOption(sessionOption)
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .action(async (options: JournalOptions) => {
      const format = exportFormat(options);
      if (format !== undefined) await exportAs(format, options, io);
      else if (options.follow) await follow(options, io);
      else await show(options, io);
      finish(0);
    });
};

/** @throws UsageError when the options contradict each other */
function exportFormat({ har, ndjson, json, follow, output }: JournalOptions): 'har' | 'ndjson' | undefined {
  if (har && ndjson) throw new UsageError('use either --har or --ndjson');
  const format = har ? 'har' : ndjson ? 'ndjson' : undefined;
  if (format !== undefined && (json || follow))
    throw new UsageError(
      `--${format} exports the whole journal and cannot be combined with ${json ? '--json' : '--follow'}`,
    );
  if (format === undefined && output !== undefined)
    throw new UsageError('--output requires --har or --ndjson');
  return format;
}

async function exportAs(format: 'har' | 'ndjson', options: JournalOptions, io: Io): Promise<void> {
  const path = `/sessions/${encodeURIComponent(options.session)}/journal.${format}`;
  const text = await (await fetchControl(options, 'GET', path)).text();
  if (options.output === undefined) {
    io.stdout.write(text);
    return;
  }
  await writeFileAtomically(options.output, text);
  io.err(printable(`journal of ${options.session}: ${options.output}`));
}

async function show(options: JournalOptions, io: Io): Promise<void> {
  const path = `/sessions/${encodeURIComponent(options.session)}/journal`;
  const { entries, dropped } = (await callControl(options, 'GET', path)) as {
    entries: JournalLine[];
    dropped: number;
  };
  if (dropped > 0) io.err(`not shown: older exchanges that the journal dropped: ${dropped}`);
  for (const entry of entries) io.out(formatEntry(entry, options));
}

async function follow(options: JournalOptions, io: Io): Promise<void> {
  const response = await fetchControl(
    options,
    'GET',
    `/events?session=${encodeURIComponent(options.session)}`,
  );
  if (response.body === null) return;
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^event: exchange\ndata: (.*)$/m.exec(event)?.[1];
      if (data !== undefined) io.out(formatEntry(JSON.parse(data) as JournalLine, options));
    }
  }
}

function formatEntry(entry: JournalLine, { json }: JournalOptions): string {
  if (json) return JSON.stringify(entry);
  const { id, request, response, operation, problem, findings, rules, switches, offContract } = entry;
  const words = [id, request.method, request.path, operation ?? '-', response?.status ?? '-'];
  if (problem !== undefined) words.push(`deadringer: ${problem}`);
  if (rules.length > 0) words.push(`[${rules.join(', ')}]`);
  if (switches.length > 0) words.push(`[switch ${switches.join(', ')}]`);
  if (offContract !== undefined) words.push(`(off contract: ${offContract})`);
  const findingLines = findings.map(
    ({ message, location }) => `  ${message}${location === undefined ? '' : ` (${location})`}`,
  );
  return [words.join(' '), ...findingLines].map(printable).join('\n');
}
