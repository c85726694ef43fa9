// deadringer mock: starts a mock server that answers as Prism does, with the options of "prism mock".

import type { BuildCommand } from './command.ts';
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

interface MockCommandOptions extends PrismOptionValues {
  dynamic: boolean;
  ignoreExamples: boolean;
  jsonSchemaFakerFillProperties?: boolean;
  seed?: string;
  relaxed?: boolean;
  requestValues?: boolean;
}

export const build: BuildCommand = (command, finish, io) => {
  command.argument('<document...>', 'OpenAPI documents: files, or URLs of this machine');
  addPrismOptions(command);
  addBoolean(
    command,
    '-d, --dynamic',
    'generate response bodies from schemas instead of using examples',
    false,
  );
  addBoolean(
    command,
    '--json-schema-faker-fillProperties',
    'give generated objects more properties than schemas name, where they allow it',
    false,
  );
  addBoolean(
    command,
    '--ignoreExamples',
    'take bodies from schemas, also where the document has examples',
    false,
  );
  command
    .option(
      '--seed <text>',
      'seed of the generated bodies: the same seed gives the same bodies; without it each body is another one',
    )
    .option('--relaxed', 'report what is wrong with requests, and answer them all the same')
    .option('--request-values', 'put values of the request into the documented success')
    .action(async (documents: string[], options: MockCommandOptions) =>
      finish(await run(documents, options, io)),
    );
};

function run(documents: readonly string[], options: MockCommandOptions, io: Io): Promise<number> {
  const server = prismServerOptions(options, io);
  return withDocuments(documents, files =>
    runServer(
      {
        ...server,
        specs: files,
        ignoreExamples: options.ignoreExamples,
        fillProperties: options.jsonSchemaFakerFillProperties ?? false,
        dynamic: options.dynamic,
        requestValues: options.requestValues ?? false,
        ...(options.seed !== undefined && { seed: options.seed }),
        validateRequest: options.relaxed === true ? 'warn' : 'on',
      },
      prismRun(options, server.token, io),
      io,
    ),
  );
}
