// deadringer journal <id>: one exchange in full, with formatted bodies, findings and why the mock answered so.

import { type ControlConnection, callControl, fetchControl } from '../client/call-control.ts';
import { type FormattedLine, formatJson } from '../exchange/format-json.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import { pluralize } from '../finding/plural.ts';
import type { WhyStep } from '../mock/explain/why-step.ts';
import type { ExchangeSummary } from '../mock/session/exchange-summary.ts';
import { printable, shortLine, type TextStyle } from '../reporters/safe-text.ts';
import { UsageError } from './command.ts';
import { formatShownFinding, sentText } from './format-lines.ts';
import type { Io } from './io.ts';
import { writeFileAtomically } from './report-output.ts';

interface ShowOptions extends ControlConnection {
  json?: boolean;
  har?: boolean;
  output?: string;
  curl?: boolean;
  evidence?: string;
}

interface ShownMessage {
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: { readonly text?: string; readonly base64?: string; readonly notRecorded?: string };
}

interface ShownFinding {
  readonly code: FindingCode;
  readonly message: string;
  readonly at: string;
  readonly location?: string;
}

/** One entry, as the control API sends it. */
interface ShownEntry
  extends Pick<
    ExchangeSummary,
    'id' | 'session' | 'startedAt' | 'milliseconds' | 'api' | 'operation' | 'verdict' | 'sent'
  > {
  readonly request: ShownMessage & { readonly method: string; readonly path: string; readonly query: string };
  readonly response?: ShownMessage & { readonly status: number };
  readonly findings: readonly ShownFinding[];
  readonly why: readonly WhyStep[];
  readonly curl: string;
  readonly repeatHint?: string;
}

export async function showExchange(id: string, options: ShowOptions, io: Io): Promise<void> {
  const entry = (await callControl(options, 'GET', `/journal/${encodeURIComponent(id)}`)) as ShownEntry;
  const path = `/sessions/${encodeURIComponent(entry.session)}/journal/${encodeURIComponent(id)}`;
  if (options.evidence !== undefined) {
    const page = await (await fetchControl(options, 'GET', `${path}/evidence.html`)).text();
    await writeFileAtomically(options.evidence, page);
    io.out(printable(`evidence of ${id}: ${options.evidence}`));
  } else if (options.har) {
    const text = await (await fetchControl(options, 'GET', `${path}.har`)).text();
    await writeExport(text, `exchange ${id}`, options, io);
  } else if (options.json) io.out(JSON.stringify(entry));
  else if (options.curl) {
    io.out(printableCommand(entry.curl));
    if (entry.repeatHint !== undefined) io.err(printable(entry.repeatHint));
  } else for (const line of await entryLines(entry, options, io.stdout.style)) io.out(line);
}

/** Writes an export into the file of --output, or on standard output. */
export async function writeExport(
  text: string,
  subject: string,
  { output }: Pick<ShowOptions, 'output'>,
  io: Io,
): Promise<void> {
  if (output === undefined) {
    io.stdout.write(text);
    return;
  }
  await writeFileAtomically(output, text);
  io.err(printable(`${subject}: ${output}`));
}

/** A command may have line breaks in a quoted body. */
function printableCommand(command: string): string {
  return command.split('\n').map(printable).join('\n');
}

async function entryLines(entry: ShownEntry, options: ShowOptions, style: TextStyle): Promise<string[]> {
  const { id, request, response, findings, why, verdict, operation, api, sent } = entry;
  const target = `${request.path}${request.query === '' ? '' : `?${request.query}`}`;
  const start = `${request.method} ${sent?.origin ?? ''}${target}`;
  const colour = verdict === 'passed' ? 'green' : verdict === 'failed' ? 'red' : 'yellow';
  const heading = (text: string): string => style('bold', text);
  const time = entry.startedAt.replace('T', ' ').replace('Z', ' UTC');
  const facts: readonly (readonly [string, string])[] = [
    ['operation', operation === undefined ? 'none' : `${operation} of ${api}`],
    ['session', entry.session],
    ['time', `${time}, ${entry.milliseconds.toFixed(1)} ms`],
    ['exchange', id],
    ...(sent === undefined ? [] : [['sent as', sentText(sent)] as const]),
  ];
  const lines = [
    `${heading(printable(start))} ${response?.status ?? 'no response'} ${style(colour, verdict)}`,
    ...facts.map(([name, value]) => `  ${style('dim', name.padEnd(10))} ${printable(value)}`),
  ];
  if (findings.length > 0) lines.push('', heading('Findings'));
  for (const [index, finding] of findings.entries()) {
    lines.push(formatShownFinding(finding, style));
    if (index < MAX_SOURCES) lines.push(...(await sourceLines(finding, options, style)));
  }
  lines.push('', heading('Why'));
  for (const { step, text, location, detail = [] } of why) {
    const place = location === undefined ? '' : ` ${style('dim', `(${printable(location)})`)}`;
    lines.push(`  ${style('cyan', step.padEnd(10))} ${printable(text)}${place}`);
    lines.push(...detail.map(each => `  ${' '.repeat(10)} ${printable(each)}`));
  }
  lines.push(
    '',
    heading('Request'),
    ...messageLines(start, request, bodyPointers(findings, '/request'), style),
  );
  lines.push('', heading('Response'));
  if (response === undefined) lines.push(`  ${printable(sent?.failure ?? 'No response was sent.')}`);
  else
    lines.push(
      ...messageLines(`HTTP ${response.status}`, response, bodyPointers(findings, '/response'), style),
    );
  return lines;
}

/** Findings of which the lines of the document are shown. */
const MAX_SOURCES = 20;
/** Lines before and after the line of a finding. */
const MARGIN = 2;

/** The lines of the document around the one that a finding names. */
async function sourceLines(
  { location }: ShownFinding,
  connection: ControlConnection,
  style: TextStyle,
): Promise<string[]> {
  const [, file = '', line = ''] = /^(.*?):(\d+)(?::\d+)?$/.exec(location ?? '') ?? [];
  if (file === '') return [];
  const [first, last] = [Number(line) - MARGIN, Number(line) + MARGIN];
  const query = new URLSearchParams({ file, from: String(Math.max(first, 1)), to: String(last) });
  let source: { readonly from: number; readonly lines: readonly string[] };
  try {
    source = (await callControl(connection, 'GET', `/source?${query}`)) as typeof source;
  } catch (error) {
    // A reload may have removed the file. The rest of the exchange is still worth reading.
    if (error instanceof UsageError) return [];
    throw error;
  }
  const { from, lines } = source;
  const width = String(last).length;
  return lines.map((text, index) => {
    const number = from + index;
    const shown = `${String(number).padStart(width)} | ${shortLine(text, 200)}`;
    return number === Number(line) ? `    > ${style('bold', shown)}` : style('dim', `      ${shown}`);
  });
}

function bodyPointers(findings: readonly ShownFinding[], message: '/request' | '/response'): string[] {
  const body = `${message}/body`;
  return findings.filter(({ at }) => at.startsWith(body)).map(({ at }) => at.slice(body.length));
}

function messageLines(
  start: string,
  { headers, body }: ShownMessage,
  pointers: readonly string[],
  style: TextStyle,
): string[] {
  const fields = Object.entries(headers).flatMap(([name, values]) =>
    values.map(value => `  ${style('dim', `${printable(name)}:`)} ${printable(value)}`),
  );
  const content = bodyLines(body, pointers).map(({ text, marked }) =>
    marked ? `${style('red', '>')} ${style('bold', printable(text))}` : `  ${printable(text)}`,
  );
  return [`  ${printable(start)}`, ...fields, ...(content.length === 0 ? [] : ['', ...content])];
}

/** Lines of a body that are shown. */
const MAX_LINES = 500;

function bodyLines(
  { text, base64, notRecorded }: ShownMessage['body'],
  pointers: readonly string[],
): FormattedLine[] {
  if (notRecorded !== undefined) return [{ text: `(not recorded: ${notRecorded})`, marked: false }];
  if (base64 !== undefined) {
    const size = Buffer.byteLength(base64, 'base64');
    return [
      { text: `(${pluralize(size, 'byte')} that are no text; --json has them as base64)`, marked: false },
    ];
  }
  if (text === undefined || text === '') return [];
  const lines = isJsonText(text)
    ? formatJson(text, pointers)
    : text.split(/\r?\n/).map(line => ({ text: line, marked: false }));
  const more = lines.length - MAX_LINES;
  return more <= 0
    ? lines
    : [
        ...lines.slice(0, MAX_LINES),
        { text: `... ${pluralize(more, 'more line')}; --json has the whole body`, marked: false },
      ];
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Any other text is shown as it is.
    return false;
  }
}
