// deadringer proxy: forwards requests to a service and validates both sides, with the options of "prism proxy".

import { type BuildCommand, type ExitCode, UsageError } from './command.ts';
import type { Io } from './io.ts';
import { scenarioPaths } from './options.ts';
import {
  addBoolean,
  addPrismOptions,
  type PrismOptionValues,
  prismRun,
  withDocuments,
} from './prism-options.ts';
import { serverOptions } from './server-options.ts';
import { runServer } from './start-server.ts';

export { normalizePrismArguments as normalizeArguments } from './prism-options.ts';

interface ProxyCommandOptions extends PrismOptionValues {
  readonly validateRequest: boolean;
  readonly upstreamProxy?: string;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .argument('<document>', 'OpenAPI document: a file, or a URL of this machine')
    .argument('<upstream>', 'URL of the service');
  addPrismOptions(command);
  addBoolean(
    command,
    '--validate-request',
    'validate requests; --no-validate-request validates responses only',
    true,
  );
  command
    .option(
      '--upstream-proxy <url>',
      'HTTP proxy on the way to the service, such as http://user:password@proxy.example.com:3128',
    )
    .action(async (document: string, upstream: string, options: ProxyCommandOptions) =>
      finish(await run(document, upstream, options, io)),
    );
};

function run(document: string, upstream: string, options: ProxyCommandOptions, io: Io): Promise<ExitCode> {
  const service = URL.parse(upstream);
  if (service === null || !/^https?:$/.test(service.protocol))
    throw new UsageError(
      `"${upstream}" is not the URL of a service: deadringer proxy ${document} https://host/path`,
    );
  const { upstreamProxy } = options;
  if (upstreamProxy !== undefined && !/^https?:$/.test(URL.parse(upstreamProxy)?.protocol ?? ''))
    throw new UsageError('--upstream-proxy must be a URL such as http://proxy.example.com:3128');
  return withDocuments([document], specs =>
    runServer(
      {
        ...serverOptions(options, scenarioPaths(options.scenarios, [document]), io),
        specs,
        dialect: 'prism',
        assertFormats: true,
        errors: options.errors,
        port: options.port,
        host: options.host,
        requestValues: false,
        cors: options.cors,
        validateRequest: options.validateRequest ? 'on' : 'off',
        upstreams: [upstream],
        ...(upstreamProxy !== undefined && { upstreamProxy }),
      },
      prismRun(options, io),
      io,
    ),
  );
}
