// deadringer mcp: serves the Model Context Protocol on standard input and output, over the control API of a mock server.
import { Writable } from 'node:stream';
import type { ControlConnection } from '../client/call-control.ts';
import { scenarioPaths } from '../mock/default-sources.ts';
import { printable } from '../reporters/safe-text.ts';
import type { BuildCommand, ExitCode } from './command.ts';
import { controlServerOption, controlTokenOption } from './control-options.ts';
import { documentFindingLines, formatServerError } from './format-lines.ts';
import { type Io, untilInterrupted } from './io.ts';
import {
  documentWords,
  loadOptions,
  overlayOption,
  parsePort,
  redactPersonalOption,
  scenariosOption,
  specsOption,
} from './options.ts';

interface McpCommandOptions extends ControlConnection {
  specs?: string[];
  scenarios?: string[];
  port: number;
  stateful?: boolean;
  allowSave?: boolean;
  overlay?: string[];
  redactPersonal?: boolean;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .addOption(specsOption)
    .addOption(scenariosOption)
    .option('-p, --port <number>', 'with --specs: port of the server; 0: any free port', parsePort, 0)
    .option('--stateful', 'with --specs: store what requests create, change and delete, and answer from it')
    .option('--allow-save', 'let the client save scenarios that it drafted')
    .addOption(overlayOption)
    .addOption(redactPersonalOption)
    .action(async (options: McpCommandOptions) => finish(await run(options, io)));
};

async function run(options: McpCommandOptions, io: Io): Promise<ExitCode> {
  const interrupt = new AbortController();
  void untilInterrupted(io).then(() => interrupt.abort());
  const { serveMcp } = await import('../mcp/serve-mcp.ts');
  const mock = options.specs === undefined ? undefined : await startMockServer(options, options.specs, io);
  try {
    await serveMcp({
      connection: mock === undefined ? connectionOf(options) : { server: mock.url },
      isOwnServer: mock !== undefined,
      allowSave: options.allowSave === true,
      folder: io.cwd,
      input: io.stdin,
      // Nothing but messages of the protocol goes to standard output.
      output: new Writable({
        decodeStrings: false,
        write: (text: string, _encoding, done) => {
          io.stdout.write(text);
          done();
        },
      }),
      onError: error => io.err(`deadringer: ${printable(error.message)}`),
      signal: interrupt.signal,
    });
  } finally {
    await mock?.close(500);
  }
  return 0;
}

function connectionOf({ server, token }: McpCommandOptions): ControlConnection {
  return { server, ...(token !== undefined && { token }) };
}

async function startMockServer(options: McpCommandOptions, specs: readonly string[], io: Io) {
  const { startServer } = await import('../start.ts');
  const { style } = io.stderr;
  const mock = await startServer({
    specs,
    scenarios: scenarioPaths(options.scenarios, options.specs),
    port: options.port,
    readOnly: options.allowSave !== true,
    ...(options.stateful !== undefined && { stateful: options.stateful }),
    onError: error => io.err(formatServerError(error, style)),
    ...loadOptions(options, io),
  });
  const words = documentWords(specs, options.overlay);
  for (const line of documentFindingLines(mock.state.config.documentFindings, words, style)) io.err(line);
  io.err(`deadringer serves ${printable(specs.join(', '))} on ${mock.url}`);
  return mock;
}
