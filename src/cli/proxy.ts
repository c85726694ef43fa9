// deadringer proxy: forwards requests to a service and validates both sides, with the options of "prism proxy".

import { type BuildCommand, UsageError } from './command.ts';
import type { Io } from './io.ts';
import {
  addBoolean,
  addPrismOptions,
  type PrismOptionValues,
  prismRun,
  prismServerOptions,
  withDocuments,
} from './prism-options.ts';
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
    'report violations of requests in responses; --no-validate-request reports those of responses only',
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

function run(document: string, upstream: string, options: ProxyCommandOptions, io: Io): Promise<number> {
  const service = URL.parse(upstream);
  if (service === null || !/^https?:$/.test(service.protocol))
    throw new UsageError(
      `"${upstream}" is not the URL of a service: deadringer proxy ${document} ${exampleUrl(upstream)}`,
    );
  const { upstreamProxy } = options;
  if (upstreamProxy !== undefined && !/^https?:$/.test(URL.parse(upstreamProxy)?.protocol ?? ''))
    throw new UsageError('--upstream-proxy must be a URL such as http://proxy.example.com:3128');
  const server = prismServerOptions(options, io);
  return withDocuments([document], specs =>
    runServer(
      {
        ...server,
        specs,
        requestValues: false,
        validateRequest: options.validateRequest ? 'on' : 'off',
        upstreams: [upstream],
        ...(upstreamProxy !== undefined && { upstreamProxy }),
      },
      prismRun(options, server.token, io),
      io,
    ),
  );
}

/** Of "localhost:3000", that with a scheme. */
function exampleUrl(text: string): string {
  const url = URL.parse(`${/^(localhost|127\.|\[)/.test(text) ? 'http' : 'https'}://${text}`);
  return url === null || text.includes('://') || !/[.:]|^localhost$/.test(text)
    ? 'https://host/path'
    : url.href;
}
