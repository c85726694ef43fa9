// deadringer run: starts a server, runs a command with its URL in the environment, verifies and checks the calls.
import type { CheckResult } from '../check/run.ts';
import { callControl } from '../client/call-control.ts';
import { DEFAULT_SESSION } from '../exchange/session-name.ts';
import { InputError } from '../finding/input-error.ts';
import { pluralize } from '../finding/plural.ts';
import { scenarioPaths, specPaths } from '../mock/default-sources.ts';
import { renderReport } from '../reporters/formats.ts';
import { printable } from '../reporters/safe-text.ts';
import { type MockServer, startServer } from '../start.ts';
import { NO_REQUEST, runChild } from './child-process.ts';
import type { BuildCommand, ExitCode } from './command.ts';
import {
  documentFindingLines,
  formatServeEvent,
  formatServerError,
  redactedRequestPath,
} from './format-lines.ts';
import type { Io } from './io.ts';
import { documentWords, loadOptions } from './options.ts';
import { type ReportOutput, writeReports } from './report-output.ts';
import { addRunOptions, type RunCommandOptions, readOutputs } from './run-options.ts';
import type { ServedCheck } from './served-check.ts';
import { type ServedRecording, startServedRecording } from './served-recording.ts';
import { readTelemetry } from './telemetry-options.ts';
import { type ConfiguredTls, readTls } from './tls-options.ts';
import { writeBaseline } from './traffic-options.ts';
import { readExpectations, verifySession } from './verify.ts';

export const build: BuildCommand = (command, finish, io) => {
  addRunOptions(command);
  command.action(async (words: string[], options: RunCommandOptions) =>
    finish(await run(words, options, readOutputs(options, command), io)),
  );
};

async function run(
  words: readonly string[],
  options: RunCommandOptions,
  outputs: readonly ReportOutput[] | undefined,
  io: Io,
): Promise<number> {
  // Read the expectations now, so that a long run does not end with a usage error.
  const expectations = options.verify === undefined ? undefined : await readExpectations(options.verify);
  const tls = await readTls(options, '127.0.0.1', io);
  // This process asks its own server.
  if (tls?.caFile !== undefined) (await import('./local-certificate-files.ts')).trustAuthority(tls.caFile);
  const mock = await startMockServer(options, tls, io);
  let recording: ServedRecording | undefined;
  let check: ServedCheck | undefined;
  let counts: Counts;
  let code: number;
  const results: ExitCode[] = [];
  try {
    try {
      check = outputs && (await startCheck(mock, options));
      recording = options.har === undefined ? undefined : startServedRecording(options.har, io);
      counts = observe(mock, check, recording, options, io);
      const connection = { server: mock.url };
      if (options.use !== undefined) await useScenarios(connection, options.use);
      code = await runChild(words, mock.url, tls?.caFile, io);
      if (expectations !== undefined)
        results.push(
          await attempt(
            () => verifySession(connection, DEFAULT_SESSION, expectations, io, 'deadringer: verification '),
            io,
          ),
        );
    } finally {
      await mock.close(500);
    }
    io.err(
      io.stderr.style(
        'dim',
        `deadringer: ${pluralize(counts.requests, 'request')}, ${counts.rejected} rejected`,
      ),
    );
    if (counts.unmatched > 0)
      io.err(
        printable(
          `${pluralize(counts.unmatched, 'request')} of no operation; first: ${counts.firstUnmatched}`,
        ),
      );
    if (counts.requests === 0) io.err(NO_REQUEST);
    const { finish } = recording ?? {};
    if (finish !== undefined) results.push(await attempt(() => (finish() > 0 ? 3 : 0), io));
    if (check !== undefined && outputs !== undefined) {
      const checked = check.finish();
      results.push(await attempt(() => report(checked, outputs, options, io), io));
    }
  } finally {
    recording?.discard();
  }
  // The exit code of the command takes precedence; what failed afterwards fails a command that succeeded.
  return code !== 0 ? code : firstFailure(results);
}

async function startMockServer(
  options: RunCommandOptions,
  tls: ConfiguredTls | undefined,
  io: Io,
): Promise<MockServer> {
  const style = io.stderr.style;
  const specs = specPaths(options.specs);
  const mock = await startServer({
    ...(tls !== undefined && { tls: tls.certificate }),
    ...(await readTelemetry(io)),
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
  return mock;
}

async function startCheck(mock: MockServer, options: RunCommandOptions): Promise<ServedCheck> {
  const { failOn, minCoverage, side, baseline, updateBaseline = false, har } = options;
  const setup = {
    settings: { failOn, minCoverage, side },
    ...(baseline !== undefined && { baseline }),
    baselineMayBeMissing: updateBaseline,
  };
  // Load the checker only if it is needed.
  const { startServedCheck } = await import('./served-check.ts');
  return await startServedCheck(mock.state.config, setup, har ?? 'deadringer run');
}

interface Counts {
  readonly requests: number;
  readonly rejected: number;
  /** Requests of no operation. */
  readonly unmatched: number;
  /** As "GET /nowhere". */
  readonly firstUnmatched: string;
}

/** Counts, checks, records and logs each exchange of any session. */
function observe(
  { state }: MockServer,
  check: ServedCheck | undefined,
  recording: ServedRecording | undefined,
  { log }: RunCommandOptions,
  io: Io,
): Counts {
  const counts = { requests: 0, rejected: 0, unmatched: 0, firstUnmatched: '' };
  state.subscribe(event => {
    if (event.sent === undefined) counts.requests++;
    if (event.sent === undefined && event.operation === undefined && counts.unmatched++ === 0) {
      const { method, path } = event.exchange.request;
      counts.firstUnmatched = `${method} ${redactedRequestPath(event, path)}`;
    }
    if (event.refusedFor !== undefined || event.problem !== undefined) counts.rejected++;
    check?.add(event);
    recording?.add(event, state.config);
    if (log === 'pretty') io.err(formatServeEvent(event, io.stderr.style));
  });
  return counts;
}

async function useScenarios(connection: { server: string }, scenarios: readonly string[]): Promise<void> {
  await callControl(connection, 'POST', `/sessions/${DEFAULT_SESSION}/scenarios`, { scenarios });
}

async function report(
  checked: CheckResult,
  outputs: readonly ReportOutput[],
  options: RunCommandOptions,
  io: Io,
): Promise<ExitCode> {
  if (options.updateBaseline) return await writeBaseline(checked, options.baseline ?? '', io);
  const written = await attempt(async (): Promise<ExitCode> => {
    await writeReports(checked.report, outputs, io);
    return 0;
  }, io);
  // The exchanges are gone when the server has stopped: at least show the findings.
  if (written !== 0 && outputs.every(({ file }) => file !== undefined))
    io.stderr.write(await renderReport(checked.report, 'text', io.stderr.style));
  return firstFailure([checked.report.exitCode, written]);
}

/** 1 before 2 before 3: what has certainly failed comes first. */
function firstFailure(codes: readonly ExitCode[]): ExitCode {
  return codes.filter(code => code !== 0).sort()[0] ?? 0;
}

/** If a step fails because of a file, its error is printed, and the next step follows. */
async function attempt(step: () => ExitCode | Promise<ExitCode>, io: Io): Promise<ExitCode> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    io.err(`deadringer: ${printable(error.message)}`);
    return 2;
  }
}
