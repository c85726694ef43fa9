// deadringer serve: starts the mock server.
import { Option } from 'commander';
import { scenarioPaths, specPaths, usesBundledSpecs } from '../mock/default-sources.ts';
import type { RequestValidation } from '../mock/preferences.ts';
import { UPSTREAM_MODES, type UpstreamMode } from '../mock/proxy/upstream.ts';
import { DEFAULTS } from '../start-options.ts';
import { serveBanner } from './banner.ts';
import { type BuildCommand, UsageError } from './command.ts';
import type { Io } from './io.ts';
import { groupOptions } from './option-groups.ts';
import {
  formatsOption,
  hostOption,
  parsePort,
  scenariosOption,
  specsOption,
  upstreamOption,
  validateRequestOption,
} from './options.ts';
import { addServerOptions, type ServerOptionValues, serverOptions } from './server-options.ts';
import { runServer } from './start-server.ts';
import { workersOption } from './store-options.ts';

interface ServeOptions extends ServerOptionValues {
  specs?: string[];
  port: number;
  host: string;
  dynamic?: boolean;
  requestValues: boolean;
  seed: string;
  watch?: boolean;
  cors: boolean;
  validateRequest: RequestValidation;
  upstream?: string[];
  upstreamMode: UpstreamMode;
  workers?: number;
}

/** The options by what they are about, for --help. */
const GROUPS = {
  'Documents and scenarios:': [
    '--specs',
    '--scenarios',
    '--overlay',
    '--provenance',
    '--assert-formats',
    '--strict',
    '--read-only',
    '--watch',
  ],
  'Answers:': [
    '--dynamic',
    '--seed',
    '--no-request-values',
    '--validate-request',
    '--stateful',
    '--state-file',
    '--body-limit',
    '--callback-host',
    '--callback-timeout',
  ],
  'Address and access:': [
    '--port',
    '--host',
    '--token',
    '--tls',
    '--tls-cert',
    '--tls-key',
    '--no-cors',
    '--cors-origin',
  ],
  'Real services:': ['--upstream', '--upstream-mode', '--upstream-timeout'],
  'Sessions, and servers that share them:': [
    '--session-per-credential',
    '--store',
    '--store-timeout',
    '--store-password-file',
    '--store-key-file',
    '--workers',
    '--drain',
  ],
  'Output:': ['--log', '--redact-personal', '--help'],
};

export const build: BuildCommand = (command, finish, io) => {
  groupOptions(command, GROUPS);
  addServerOptions(
    command
      .addOption(specsOption)
      .addOption(scenariosOption)
      .addOption(formatsOption)
      .option('-p, --port <number>', 'port; 0: any free port', parsePort, 4010)
      .addOption(hostOption)
      .option('-d, --dynamic', 'generate response bodies from schemas instead of using examples')
      .option('--no-request-values', 'send examples as they are, without the values of the request')
      .option(
        '--seed <text>',
        'seed of the generated bodies; the same seed gives the same bodies',
        DEFAULTS.seed,
      )
      .option('--no-cors', 'disable CORS')
      .addOption(validateRequestOption)
      .option('-w, --watch', 'reload documents and scenarios when they change')
      .addOption(workersOption)
      .addOption(upstreamOption)
      .addOption(
        new Option(
          '--upstream-mode <when>',
          'always: real services respond; first: the mock responds if the service refuses the connection, times out or returns 501; on-request: only where a scenario says "upstream"',
        )
          .choices(UPSTREAM_MODES)
          .default('always'),
      ),
  )
    .allowExcessArguments()
    .action(async (options: ServeOptions, { args }: { readonly args: readonly string[] }) => {
      if (args.length > 0)
        throw new UsageError(`--specs names the documents: deadringer serve --specs ${args.join(' ')}`);
      finish(await run(options, io));
    });
};

/** Why documents are served that the user did not name. */
const BUNDLED_NOTE = `These are bundled examples: the folder has no "specs" and no openapi.yaml.
Your own document: deadringer serve --specs <file>`;

function run(options: ServeOptions, io: Io): Promise<number> {
  const note = usesBundledSpecs(options.specs) ? BUNDLED_NOTE : undefined;
  return runServer(
    {
      ...serverOptions(options, scenarioPaths(options.scenarios, options.specs), io),
      specs: specPaths(options.specs),
      port: options.port,
      host: options.host,
      dynamic: options.dynamic ?? false,
      requestValues: options.requestValues,
      seed: options.seed,
      cors: options.cors,
      validateRequest: options.validateRequest,
      ...(options.upstream !== undefined && { upstreams: options.upstream }),
      upstreamMode: options.upstreamMode,
    },
    {
      log: options.log,
      watch: options.watch ?? false,
      tls: options,
      drain: options.drain,
      workers: options.workers,
      banner: (mock, caFile) => serveBanner(mock, io.stdout.style, { note, caFile }),
    },
    io,
  );
}
