// deadringer webhook: lists the webhooks of a running server, or sends one to a URL and judges the answer.

import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type ControlConnection, callControl } from '../client/call-control.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import { describeFileError } from '../finding/file-error.ts';
import { nearestWord } from '../finding/nearest-word.ts';
import type { ExchangeSummary } from '../mock/session/exchange-summary.ts';
import { printable } from '../reporters/safe-text.ts';
import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import { controlServerOption, controlTokenOption, sessionOption } from './control-options.ts';
import { formatShownFinding } from './format-lines.ts';
import type { Io } from './io.ts';

interface WebhookOptions extends ControlConnection {
  to?: string;
  api?: string;
  example?: string;
  body?: string;
  seed?: string;
  session: string;
  json?: boolean;
}

interface ListedWebhook {
  readonly api: string;
  readonly name: string;
  readonly operation: string;
  readonly method: string;
  readonly summary?: string;
  readonly examples: readonly string[];
  readonly location: string;
}

/** The entry of the journal, as the control API sends it. */
interface SentEntry extends Pick<ExchangeSummary, 'id' | 'milliseconds' | 'verdict' | 'operation' | 'sent'> {
  readonly request: { readonly method: string; readonly path: string };
  readonly response?: { readonly status: number };
  readonly findings: readonly {
    readonly code: FindingCode;
    readonly message: string;
    readonly location?: string;
  }[];
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('[name]', 'name or operationId of the webhook to send; without it, the webhooks are listed')
    .option('--to <url>', 'URL of the receiver; other machines need "serve --callback-host"')
    .option('--api <name>', 'API of the webhook, if several APIs have one of this name')
    .option('--example <name>', 'send this declared example')
    .option('--body <file>', 'send this body exactly as it is; "-": standard input')
    .option('--seed <text>', 'generate everything from this seed, instead of using examples')
    .option('--json', 'print the exchange, or the list, as JSON')
    .addOption(sessionOption)
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .action(async (name: string | undefined, options: WebhookOptions) =>
      finish(name === undefined ? await list(options, io) : await send(name, options, io)),
    );
};

async function fetchWebhooks(options: WebhookOptions): Promise<readonly ListedWebhook[]> {
  const { webhooks } = (await callControl(options, 'GET', '/webhooks')) as { webhooks: ListedWebhook[] };
  return options.api === undefined ? webhooks : webhooks.filter(({ api }) => api === options.api);
}

async function list(options: WebhookOptions, io: Io): Promise<ExitCode> {
  const given = (['to', 'example', 'body', 'seed'] as const).find(name => options[name] !== undefined);
  if (given !== undefined)
    throw new UsageError(`--${given} needs the name of a webhook: "deadringer webhook" lists them`);
  const webhooks = await fetchWebhooks(options);
  if (options.json) io.out(JSON.stringify(webhooks));
  else if (webhooks.length === 0)
    io.out(`no webhook is declared${options.api === undefined ? '' : ` by ${printable(options.api)}`}`);
  else {
    const width = Math.max(...webhooks.map(({ name }) => name.length));
    for (const { api, name, method, summary, examples, location } of webhooks) {
      const facts = [
        `${api}  ${name.padEnd(width)}  ${method}`,
        ...(summary === undefined ? [] : [summary]),
        ...(examples.length === 0 ? [] : [`examples ${examples.join(', ')}`]),
        `(${location})`,
      ];
      io.out(printable(facts.join('  ')));
    }
  }
  return 0;
}

/** The options that give the members of the request. */
const TYPED = { '/to': '--to', '/example': '--example', '/seed': '--seed', '/session': '--session' } as const;

async function send(name: string, options: WebhookOptions, io: Io): Promise<ExitCode> {
  const { to, session, example, body, seed } = options;
  if (to === undefined)
    throw new UsageError(
      `add the URL of the receiver: deadringer webhook ${name} --to http://127.0.0.1:3000/events`,
    );
  const several = (['example', 'body', 'seed'] as const).filter(each => options[each] !== undefined);
  if (several.length > 1) throw new UsageError(`use one of ${several.map(each => `--${each}`).join(', ')}`);
  const api = await findApi(name, options);
  const content = body === undefined ? { example, seed } : { body: { $text: await readBody(body, io) } };
  const path = `/apis/${encodeURIComponent(api)}/webhooks/${encodeURIComponent(name)}`;
  const entry = (await callControl(options, 'POST', path, { to, session, ...content }, TYPED)) as SentEntry;
  if (options.json) io.out(JSON.stringify(entry));
  else printEntry(entry, io);
  return entry.verdict === 'passed' ? 0 : 1;
}

/** @throws UsageError if no API, or several, have a webhook of this name */
async function findApi(name: string, options: WebhookOptions): Promise<string> {
  const webhooks = await fetchWebhooks(options);
  const named = webhooks.filter(each => each.name === name || each.operation === name);
  const apis = [...new Set(named.map(({ api }) => api))];
  if (apis.length > 1)
    throw new UsageError(
      `several APIs have a webhook "${name}": name one with --api ${apis.join(' or --api ')}`,
    );
  const [api] = apis;
  if (api !== undefined) return api;
  const near = nearestWord(
    name,
    webhooks.flatMap(each => [each.name, each.operation]),
  );
  throw new UsageError(
    `there is no webhook "${name}"${options.api === undefined ? '' : ` in ${options.api}`}; ${near === undefined ? '"deadringer webhook" lists those that the documents declare' : `did you mean "${near}"?`}`,
  );
}

async function readBody(file: string, io: Io): Promise<string> {
  if (file === '-') return await text(io.stdin);
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${describeFileError(error)}`);
  });
}

function printEntry(
  { id, request, response, operation, milliseconds, verdict, sent, findings }: SentEntry,
  io: Io,
): void {
  const { style } = io.stdout;
  const words = [
    request.method,
    printable(`${sent?.origin ?? ''}${request.path}`),
    style('cyan', printable(operation ?? '-')),
    String(response?.status ?? 'no response'),
    style('dim', `${milliseconds.toFixed(1)}ms`),
    style(verdict === 'passed' ? 'green' : 'red', verdict),
    style('dim', id),
  ];
  io.out(words.join(' '));
  if (sent?.failure !== undefined) io.out(`  ${style('red', printable(sent.failure))}`);
  for (const finding of findings) io.out(formatShownFinding(finding, style));
}
