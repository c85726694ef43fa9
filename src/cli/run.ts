// deadringer run: starts a server, runs a command with its URL in the environment, verifies expectations.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Option } from 'commander';
import { callControl } from '../client/call-control.ts';
import { DEFAULT_SESSION } from '../exchange/session-name.ts';
import { pluralize } from '../finding/plural.ts';
import type { RequestValidation } from '../mock/preferences.ts';
import { startServer } from '../start.ts';
import { type BuildCommand, UsageError } from './command.ts';
import { documentFindingLines, formatServeEvent, formatServerError } from './format-lines.ts';
import type { Io } from './io.ts';
import { trustAuthority, withAuthorities } from './local-certificate-files.ts';
import {
  documentWords,
  loadOptions,
  overlayOption,
  parsePort,
  provenanceOption,
  scenarioPaths,
  scenariosOption,
  specPaths,
  specsOption,
  validateRequestOption,
} from './options.ts';
import { addTlsOptions, type ConfiguredTls, readTls, type TlsOptionValues } from './tls-options.ts';
import { verifySession } from './verify.ts';

interface RunCommandOptions extends TlsOptionValues {
  specs?: string[];
  scenarios?: string[];
  provenance?: string[];
  overlay?: string[];
  port: number;
  use?: string[];
  validateRequest: RequestValidation;
  verify?: string;
  log: 'pretty' | 'silent';
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('<command...>', 'command and arguments, after --')
    .addOption(specsOption)
    .addOption(scenariosOption)
    .option('-p, --port <number>', 'port; 0: any free port', parsePort, 0)
    .addOption(validateRequestOption)
    .option('--use <scenario...>', 'scenarios to enable in the default session')
    .option('--verify <file>', 'expectations to verify in the default session when the command ends')
    .addOption(
      new Option('--log <format>', 'log format, on stderr').choices(['pretty', 'silent']).default('silent'),
    )
    .addOption(overlayOption)
    .addOption(provenanceOption);
  addTlsOptions(command).action(async (words: string[], options: RunCommandOptions) =>
    finish(await run(words, options, io)),
  );
};

async function run([program = '', ...args]: string[], options: RunCommandOptions, io: Io): Promise<number> {
  const style = io.stderr.style;
  const specs = specPaths(options.specs);
  const tls = await readTls(options, '127.0.0.1', io);
  // This process asks its own server.
  if (tls?.caFile !== undefined) trustAuthority(tls.caFile);
  const mock = await startServer({
    ...(tls !== undefined && { tls: tls.certificate }),
    specs,
    scenarios: scenarioPaths(options.scenarios, options.specs),
    port: options.port,
    validateRequest: options.validateRequest,
    onError: error => io.err(formatServerError(error, style)),
    ...loadOptions(options, io),
  });
  const { documentFindings } = mock.state.config;
  for (const line of documentFindingLines(documentFindings, documentWords(specs, options.overlay), style))
    io.err(line);
  let requestCount = 0;
  let rejectedCount = 0;
  mock.state.subscribe(event => {
    requestCount++;
    if (event.refusedFor !== undefined || event.problem !== undefined) rejectedCount++;
    if (options.log === 'pretty') io.err(formatServeEvent(event, style));
  });
  try {
    const connection = { server: mock.url };
    if (options.use !== undefined) await useScenarios(connection, options.use);
    const code = await runChild(program, args, { DEADRINGER_URL: mock.url, ...trustVariables(tls, io) }, io);
    io.err(style('dim', `deadringer: ${pluralize(requestCount, 'request')}, ${rejectedCount} rejected`));
    const verdict =
      options.verify === undefined ? 0 : await verifySession(connection, DEFAULT_SESSION, options.verify, io);
    // The exit code of the command takes precedence; a failed expectation fails a command that succeeded.
    return code === 0 ? verdict : code;
  } finally {
    await mock.close(500);
  }
}

async function useScenarios(connection: { server: string }, scenarios: readonly string[]): Promise<void> {
  await callControl(connection, 'POST', `/sessions/${DEFAULT_SESSION}/scenarios`, { scenarios });
}

/** Node trusts the local certificate without further settings; other programs read DEADRINGER_CA. */
function trustVariables(tls: ConfiguredTls | undefined, { env }: Io): Record<string, string> {
  if (tls?.caFile === undefined) return {};
  const extra = env.NODE_EXTRA_CA_CERTS;
  const trusted = extra === undefined ? tls.caFile : withAuthorities(tls.caFile, extra);
  return { NODE_EXTRA_CA_CERTS: trusted, DEADRINGER_CA: tls.caFile };
}

async function runChild(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  io: Io,
): Promise<number> {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...io.env, ...variables } });
  // A terminal signals the child as well. Pass on signals from other processes; the child decides how to end.
  const stops = (['SIGINT', 'SIGTERM'] as const).map(signal => io.onSignal(signal, () => child.kill(signal)));
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? (signal === 'SIGINT' ? 130 : 143);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT'
        ? `command not found: ${program}`
        : `"${program}" cannot be run: ${(error as Error).message}`,
    );
  } finally {
    for (const stop of stops) stop();
  }
}
