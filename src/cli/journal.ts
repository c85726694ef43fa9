// deadringer journal: what a session of a running server has been through, and what it goes through now.
import { callControl, open, serverOption, sessionOption, tokenOption } from './client.ts';
import { type Build, UsageError } from './command.ts';
import type { Io } from './io.ts';
import { writeWhole } from './reports.ts';

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

interface Shown {
  readonly id: string;
  readonly operation?: string;
  readonly problem?: string;
  readonly request: { readonly method: string; readonly path: string };
  readonly response?: { readonly status: number };
  readonly findings: readonly { readonly message: string; readonly clause?: string }[];
  readonly rules: readonly string[];
  readonly offContract?: string;
}

export const build: Build = (command, finish, io) => {
  command
    .option('-f, --follow', 'go on as it happens, until Ctrl-C')
    .option('--json', 'one JSON object a line')
    .option('--har', 'all of it as an HTTP Archive, for check and for browsers')
    .option('--ndjson', 'all of it as a recording of one JSON object a line')
    .option('-o, --output <file>', 'write what --har or --ndjson give into this file')
    .addOption(sessionOption)
    .addOption(serverOption)
    .addOption(tokenOption)
    .action(async (options: JournalOptions) => {
      const format = exportOf(options);
      if (format !== undefined) await exportAs(format, options, io);
      else if (options.follow) await follow(options, io);
      else await show(options, io);
      finish(0);
    });
};

/** @throws UsageError when the options contradict each other */
function exportOf({ har, ndjson, json, follow, output }: JournalOptions): 'har' | 'ndjson' | undefined {
  if (har && ndjson) throw new UsageError('choose one of --har and --ndjson');
  const format = har ? 'har' : ndjson ? 'ndjson' : undefined;
  if (format !== undefined && (json || follow))
    throw new UsageError(`--${format} gives all there is at once: leave out ${json ? '--json' : '--follow'}`);
  if (format === undefined && output !== undefined)
    throw new UsageError('say with --har or --ndjson what is to be written');
  return format;
}

async function exportAs(format: 'har' | 'ndjson', options: JournalOptions, io: Io): Promise<void> {
  const path = `/sessions/${encodeURIComponent(options.session)}/journal.${format}`;
  const text = await (await open(options, 'GET', path)).text();
  if (options.output === undefined) {
    io.stdout.write(text);
    return;
  }
  await writeWhole(options.output, text);
  io.err(`journal of ${options.session}: ${options.output}`);
}

async function show(options: JournalOptions, io: Io): Promise<void> {
  const path = `/sessions/${encodeURIComponent(options.session)}/journal`;
  const { entries, dropped } = (await callControl(options, 'GET', path)) as {
    entries: Shown[];
    dropped: number;
  };
  if (dropped > 0) io.err(`${dropped} older entries had to go`);
  for (const entry of entries) io.out(line(entry, options));
}

async function follow(options: JournalOptions, io: Io): Promise<void> {
  const response = await open(options, 'GET', `/events?session=${encodeURIComponent(options.session)}`);
  if (response.body === null) return;
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined) io.out(line(JSON.parse(data) as Shown, options));
    }
  }
}

function line(entry: Shown, { json }: JournalOptions): string {
  if (json) return JSON.stringify(entry);
  const { id, request, response, operation, problem, findings, rules, offContract } = entry;
  const words = [id, request.method, request.path, operation ?? '-', response?.status ?? '-'];
  if (problem !== undefined) words.push(`deadringer: ${problem}`);
  if (rules.length > 0) words.push(`[${rules.join(', ')}]`);
  if (offContract !== undefined) words.push(`(off contract: ${offContract})`);
  const found = findings.map(
    ({ message, clause }) => `\n  ${message}${clause === undefined ? '' : ` (${clause})`}`,
  );
  return words.join(' ') + found.join('');
}
