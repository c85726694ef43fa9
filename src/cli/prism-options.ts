// The options of Prism's commands, in each spelling that Prism accepts, and what they mean for the server.

import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import type { ServeEvent } from '../mock/serve-event.ts';
import type { MockServer } from '../start.ts';
import type { MockOptions } from '../start-options.ts';
import { isLoopback } from '../start-options.ts';
import { version } from '../version.ts';
import { serveBanner } from './banner.ts';
import type { NormalizeArguments } from './command.ts';
import { type FetchedDocument, fetchDocument } from './fetch-document.ts';
import type { Io } from './io.ts';
import { parsePort } from './options.ts';
import type { LogFormat } from './serve-output.ts';
import { addServerOptions, type ServerOptionValues, serverOptions } from './server-options.ts';
import type { ServerRun } from './start-server.ts';

/** Those of pino, and one that writes nothing. */
const VERBOSE_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
type VerboseLevel = (typeof VERBOSE_LEVELS)[number];

export interface PrismOptionValues extends ServerOptionValues {
  readonly port: number;
  readonly host: string;
  readonly cors: boolean;
  readonly multiprocess: boolean;
  readonly errors: boolean;
  readonly verboseLevel: VerboseLevel;
}

/** Options with the values true and false, as Prism spells them. */
const BOOLEANS = [
  'cors',
  'multiprocess',
  'errors',
  'dynamic',
  'json-schema-faker-fillProperties',
  'ignoreExamples',
  'validate-request',
];

/** Options of Prism by their other spellings: yargs reads each in camel case and with hyphens. */
const SPELLINGS = new Map(
  [...BOOLEANS, 'verboseLevel', 'upstream-proxy'].flatMap(name =>
    [
      name,
      name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`),
    ].map(spelling => [spelling, name] as const),
  ),
);

const SHORT_BOOLEANS: Readonly<Record<string, string>> = { d: 'dynamic', m: 'multiprocess' };

/** Booleans may have a value: "--errors=false" and "--errors false" are "--no-errors". */
export const normalizePrismArguments: NormalizeArguments = args => {
  const normalized: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    if (word === '--') return [...normalized, ...args.slice(index)];
    const [, dashes, negation = '', name = '', value] = /^(--?)(no-)?([^=]+?)(?:=(.*))?$/s.exec(word) ?? [];
    const known = dashes === '-' ? SHORT_BOOLEANS[name] : SPELLINGS.get(name);
    if (known === undefined) {
      normalized.push(word);
      continue;
    }
    if (!BOOLEANS.includes(known)) {
      normalized.push(`--${known}${value === undefined ? '' : `=${value}`}`);
      continue;
    }
    let state = value;
    const next = args[index + 1];
    if (state === undefined && (next === 'true' || next === 'false')) {
      state = next;
      index++;
    }
    if (state !== undefined && state !== 'true' && state !== 'false') {
      normalized.push(`--${known}=${state}`);
      continue;
    }
    normalized.push(`--${(state === 'false') === (negation === '') ? 'no-' : ''}${known}`);
  }
  return normalized;
};

/** An option with the values true and false. The help lists the form that changes the default. */
export function addBoolean(command: Command, flags: string, description: string, initial: boolean): Command {
  const name = flags.replace(/^.*--/, '');
  return command
    .addOption(new Option(flags, description).default(initial))
    .addOption(new Option(`--no-${name}`).hideHelp());
}

/** The options that both commands have, and those of every server. */
export function addPrismOptions(command: Command): Command {
  command
    .helpOption('--help', 'display help for command')
    .version(version(), '--version', 'output the version number')
    .option('-p, --port <number>', 'port; 0: any free port', parsePort, 4010)
    .addOption(
      new Option('-h, --host <address>', 'address to listen on').env('DEADRINGER_HOST').default('127.0.0.1'),
    );
  addBoolean(command, '--cors', 'send CORS fields; --no-cors sends none', true);
  addBoolean(command, '-m, --multiprocess', 'accepted, without effect: one process serves', false);
  addBoolean(command, '--errors', 'answer with an error where a response violates the document', false);
  command.addOption(
    new Option(
      '-v, --verboseLevel <level>',
      'trace, debug, info: every exchange; warn: those with findings; error: rejected ones and errors; fatal, silent: none',
    )
      .choices(VERBOSE_LEVELS)
      .default('info'),
  );
  command.option('--scenarios <folder...>', 'folders with scenarios, <folder>/<api>/<name>.yaml');
  return addServerOptions(command, 'a random one');
}

/** What both commands tell the server. A token that is not given is a random one, if other machines reach the server. */
export function prismServerOptions(
  options: PrismOptionValues,
  io: Io,
): Omit<MockOptions, 'specs'> & { readonly host: string; readonly port: number } {
  const { errors, port, host, cors } = options;
  const server = serverOptions(options, options.scenarios ?? [], io);
  // Prism has no control API, so its users name no token.
  const token = server.token ?? (isLoopback(host) ? undefined : randomBytes(16).toString('base64url'));
  const known = { dialect: 'prism', assertFormats: true, errors, port, host, cors } as const;
  return { ...server, ...known, ...(token !== undefined && { token }) };
}

/** Prism reads a changed document again, so these commands do. */
export function prismRun(options: PrismOptionValues, token: string | undefined, io: Io): ServerRun {
  const { verboseLevel } = options;
  const log: LogFormat = verboseLevel === 'silent' || verboseLevel === 'fatal' ? 'silent' : options.log;
  const isVerbose = ['trace', 'debug', 'info'].includes(verboseLevel);
  return {
    log,
    watch: true,
    tls: options,
    drain: options.drain,
    banner: async (mock: MockServer, caFile: string | undefined) => {
      if (!isVerbose) return undefined;
      const notes = [
        ...(options.multiprocess ? ['--multiprocess has no effect: one process serves.'] : []),
        ...(token === options.token
          ? []
          : [`The control API has a random token (--token sets one): ${token}`]),
      ];
      const note = notes.length === 0 ? undefined : notes.join('\n');
      return await serveBanner(mock, io.stdout.style, { note, caFile });
    },
    isLogged: (event: ServeEvent) =>
      isVerbose ||
      event.problem !== undefined ||
      event.refusedFor !== undefined ||
      (verboseLevel === 'warn' && event.findings.length > 0),
  };
}

/** Runs a command with the files of its documents; those of URLs exist meanwhile. */
export async function withDocuments<Result>(
  documents: readonly string[],
  use: (files: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const fetched: FetchedDocument[] = [];
  try {
    for (const document of documents) fetched.push(await fetchDocument(document));
    return await use(fetched.map(({ file }) => file));
  } finally {
    await Promise.all(fetched.map(({ remove }) => remove()));
  }
}
