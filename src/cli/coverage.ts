// deadringer coverage: prints which declared statuses of each operation a session tried, the untried errors first.

import { type ControlConnection, callControl } from '../client/call-control.ts';
import { shellWord } from '../exchange/curl.ts';
import type { OperationCalls, SessionCoverage } from '../mock/session/coverage.ts';
import { printable } from '../reporters/safe-text.ts';
import type { BuildCommand } from './command.ts';
import { controlServerOption, controlTokenOption, sessionOption } from './control-options.ts';
import type { Io } from './io.ts';
import { printRows } from './rows.ts';

interface CoverageOptions extends ControlConnection {
  session: string;
  untried?: boolean;
  json?: boolean;
}

/** A declared status of an operation that no response of the session had. */
interface UntriedStatus extends Pick<OperationCalls, 'api' | 'operation' | 'method' | 'path'> {
  readonly status: string;
}

export const build: BuildCommand = (command, finish, io) => {
  command
    .option('--untried', 'print only what was not tried, one status per line')
    .option('--json', 'print JSON')
    .addOption(sessionOption)
    .addOption(controlServerOption)
    .addOption(controlTokenOption)
    .action(async (options: CoverageOptions) => {
      const path = `/sessions/${encodeURIComponent(options.session)}/coverage`;
      const coverage = (await callControl(options, 'GET', path)) as SessionCoverage;
      const untried = untriedStatuses(coverage.details);
      if (options.json) printJson(coverage, untried, options, io);
      else if (options.untried) await printUntried(untried, options, io);
      else printTable(coverage, options, io);
      finish(0);
    });
};

/** Errors first: they are what a client is seldom tried with. */
function untriedStatuses(details: readonly OperationCalls[]): UntriedStatus[] {
  const all = details.flatMap(({ api, operation, method, path, statuses }) =>
    untriedOf(statuses).map(status => ({ api, operation, method, path, status })),
  );
  return all.toSorted((left, right) => Number(isError(right.status)) - Number(isError(left.status)));
}

function untriedOf(statuses: OperationCalls['statuses']): string[] {
  return Object.keys(statuses)
    .filter(status => statuses[status] === 0)
    .toSorted((left, right) => Number(isError(right)) - Number(isError(left)));
}

/** Whether a declared status is of an error; "default" usually is. */
function isError(status: string): boolean {
  return /^([45]|default$)/.test(status);
}

function printJson(
  { operations, statuses, details }: SessionCoverage,
  untried: readonly UntriedStatus[],
  { session, untried: only }: CoverageOptions,
  io: Io,
): void {
  io.out(JSON.stringify({ session, operations, statuses, untried, ...(!only && { details }) }));
}

async function printUntried(
  untried: readonly UntriedStatus[],
  options: CoverageOptions,
  io: Io,
): Promise<void> {
  printRows(
    untried.map(({ status, api, operation, method, path }) => [
      status,
      `${api}.${operation}`,
      `${method} ${path}`,
    ]),
    io,
  );
  const [first] = untried;
  if (first === undefined) {
    io.out(printable(`${options.session}: every declared status was tried`));
    return;
  }
  const { api, operation, status } = first;
  const route = `/apis/${encodeURIComponent(api)}/operations/${encodeURIComponent(operation)}/sample-request`;
  const isDefault = options.session === 'default';
  const input = isDefault ? {} : { session: options.session };
  const { curl } = (await callControl(options, 'POST', route, input)) as { curl: string };
  const target = shellWord(`${api}.${operation}.${status}`);
  io.out('');
  io.out('To make the first one happen:');
  io.out(printable(`  deadringer use ${target}${isDefault ? '' : ` -s ${options.session}`}`));
  io.out(printable(`  ${curl}`));
}

function printTable(
  { operations, statuses, details }: SessionCoverage,
  options: CoverageOptions,
  io: Io,
): void {
  const rank = ({ statuses: counts }: OperationCalls): number => {
    const untried = untriedOf(counts);
    return untried.some(isError) ? 0 : untried.length > 0 ? 1 : 2;
  };
  const rows = details
    .toSorted((left, right) => rank(left) - rank(right))
    .map(each => [
      `${each.api}.${each.operation}`,
      `${each.method} ${each.path}`,
      String(each.calls),
      untriedOf(each.statuses).join(' ') || '-',
      triedText(each),
    ]);
  printRows([['operation', 'request', 'calls', 'not tried', 'tried'], ...rows], io);
  io.out('');
  io.out(
    printable(
      `${options.session}: ${statuses.exercised} of ${statuses.declared} declared statuses tried, ${operations.exercised} of ${operations.declared} operations called`,
    ),
  );
}

/** "200 (3), 503 (1, off-contract)" */
function triedText({ statuses, otherStatuses }: OperationCalls): string {
  const tried = Object.entries(statuses).filter(([, count]) => count > 0);
  const texts = [
    ...tried.map(([status, count]) => `${status} (${count})`),
    ...Object.entries(otherStatuses).map(([status, count]) => `${status} (${count}, off-contract)`),
  ];
  return texts.join(', ') || '-';
}
