// deadringer journal: prints, follows, filters or exports the journal of a session, and shows one exchange.

import { type ControlConnection, callControl, fetchControl } from '../client/call-control.ts';
import type { SentRequest } from '../mock/serve-event.ts';
import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, UsageError } from './command.ts';
import { controlServerOption, controlTokenOption, sessionOption } from './control-options.ts';
import { sentText } from './format-lines.ts';
import type { Io } from './io.ts';
import { showExchange, writeExport } from './journal-exchange.ts';

interface JournalOptions extends ControlConnection {
  session: string;
  follow?: boolean;
  failed?: boolean;
  status?: string;
  operation?: string;
  text?: string;
  limit?: string;
  json?: boolean;
  har?: boolean;
  ndjson?: boolean;
  output?: string;
  curl?: boolean;
  evidence?: string;
}

/** The options that select entries, in the words of the control API. */
const FILTERS = ['failed', 'status', 'operation', 'text', 'limit'] as const;

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
  readonly rateLimit?: { readonly rate: string; readonly calls: number; readonly exceeded: boolean };
  readonly sent?: SentRequest;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('[exchange]', 'id of one exchange to show in full, from the list or from x-deadringer-exchange')
    .option('-f, --follow', 'print new exchanges until Ctrl-C')
    .option('--failed', 'only exchanges that did not pass')
    .option('--status <status>', 'only this status, a range such as 4XX, or several such as 404,5XX')
    .option('--operation <id>', 'only this operation')
    .option('--text <text>', 'only exchanges with this text in method, path, query, ids, rules or codes')
    .option('--limit <number>', 'show only this many exchanges, the newest')
    .option('--json', 'print one JSON object per line')
    .option('--har', 'export as HAR, for "deadringer check" and browser tools')
    .option('--ndjson', 'export as NDJSON')
    .option('-o, --output <file>', 'file for --har or --ndjson')
    .option('--curl', 'print a curl command that repeats the exchange; secrets are placeholders')
    .option('--evidence <file>', 'write the exchange to an HTML file for a bug report')
    .addOption(sessionOption)
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .action(async (exchange: string | undefined, options: JournalOptions) => {
      const format = exportFormat(options);
      requireSense(exchange, options);
      if (exchange !== undefined) await showExchange(exchange, options, io);
      else if (format !== undefined) await exportAs(format, options, io);
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
      `--${format} exports a file and cannot be combined with ${json ? '--json' : '--follow'}`,
    );
  if (format === undefined && output !== undefined)
    throw new UsageError('--output requires --har or --ndjson');
  return format;
}

/** @throws UsageError when an option is for one exchange and there is none, or the other way round */
function requireSense(exchange: string | undefined, options: JournalOptions): void {
  const ofOne = (['curl', 'evidence'] as const).find(name => options[name] !== undefined);
  if (exchange === undefined) {
    if (ofOne !== undefined)
      throw new UsageError(
        `--${ofOne} requires the id of an exchange: "deadringer journal" lists them, "deadringer journal <id> --${ofOne}" takes one`,
      );
    if (options.follow && options.limit !== undefined)
      throw new UsageError('--follow prints every exchange and cannot be combined with --limit');
    return;
  }
  const ofList = (['follow', 'ndjson', ...FILTERS] as const).find(name => options[name] !== undefined);
  if (ofList !== undefined)
    throw new UsageError(`--${ofList} selects from the whole journal; leave out the id "${exchange}"`);
}

async function exportAs(format: 'har' | 'ndjson', options: JournalOptions, io: Io): Promise<void> {
  const path = `/sessions/${encodeURIComponent(options.session)}/journal.${format}${filterQuery(options)}`;
  const text = await (await fetchControl(options, 'GET', path)).text();
  await writeExport(text, `journal of ${options.session}`, options, io);
}

/** "?failed=true&status=4XX" */
function filterQuery(options: JournalOptions, parameters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(parameters);
  for (const name of FILTERS) if (options[name] !== undefined) query.set(name, String(options[name]));
  return query.size === 0 ? '' : `?${query}`;
}

async function show(options: JournalOptions, io: Io): Promise<void> {
  const path = `/sessions/${encodeURIComponent(options.session)}/journal${filterQuery(options)}`;
  const {
    entries,
    dropped,
    lost = 0,
  } = (await callControl(options, 'GET', path)) as {
    entries: JournalLine[];
    dropped: number;
    lost?: number;
  };
  if (dropped > 0) io.err(`not shown: older exchanges that the journal dropped: ${dropped}`);
  if (lost > 0) io.err(`not shown: exchanges of replicas that ended before they wrote them: ${lost}`);
  for (const entry of entries) io.out(formatEntry(entry, options));
  if (entries.length === 0 && filterQuery(options) !== '')
    io.err(printable(`no exchange in the journal of ${options.session} passes these filters`));
}

async function follow(options: JournalOptions, io: Io): Promise<void> {
  const response = await fetchControl(
    options,
    'GET',
    `/events${filterQuery(options, { session: options.session })}`,
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
  const { id, request, response, operation, problem, findings, rules, switches } = entry;
  const { offContract, rateLimit, sent } = entry;
  const words = [
    id,
    request.method,
    `${sent?.origin ?? ''}${request.path}`,
    operation ?? '-',
    response?.status ?? '-',
  ];
  if (sent !== undefined) words.push(sentText(sent));
  if (problem !== undefined)
    words.push(`deadringer: ${problem}${sent?.failure === undefined ? '' : `: ${sent.failure}`}`);
  if (rules.length > 0) words.push(`[${rules.join(', ')}]`);
  if (switches.length > 0) words.push(`[switch ${switches.join(', ')}]`);
  if (rateLimit?.exceeded) words.push(`(call ${rateLimit.calls} of the rate limit ${rateLimit.rate})`);
  if (offContract !== undefined) words.push(`(off contract: ${offContract})`);
  const findingLines = findings.map(
    ({ message, location }) => `  ${message}${location === undefined ? '' : ` (${location})`}`,
  );
  return [words.join(' '), ...findingLines].map(printable).join('\n');
}
