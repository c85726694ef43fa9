// What "deadringer serve" prints while it runs: findings of documents, reloads, dropped sessions, errors.
import { inspect } from 'node:util';
import type { ServerError } from '../http/options.ts';
import type { DropReason } from '../mock/session/session-store.ts';
import type { ContractError } from '../openapi/load.ts';
import { formatFinding } from '../reporters/finding-line.ts';
import { printableLines } from '../reporters/safe-text.ts';
import type { MockServer } from '../start.ts';
import type { CommandServerOptions } from '../start-options.ts';
import { documentFindingLines, formatServerError } from './format-lines.ts';
import type { Io } from './io.ts';
import { documentWords } from './options.ts';
import type { WatchEvents } from './watch.ts';

export type LogFormat = 'pretty' | 'json' | 'silent';

export function reportDocuments(
  mock: MockServer,
  { specs, overlays }: CommandServerOptions,
  log: LogFormat,
  io: Io,
): void {
  const { documentFindings } = mock.state.config;
  if (log === 'pretty')
    for (const line of documentFindingLines(
      documentFindings,
      documentWords(specs, overlays),
      io.stderr.style,
    ))
      io.err(line);
  else if (log === 'json' && documentFindings.length > 0)
    io.out(JSON.stringify({ time: new Date(mock.state.now()).toISOString(), documentFindings }));
}

export function watchEvents(
  mock: MockServer,
  options: CommandServerOptions,
  log: LogFormat,
  io: Io,
): WatchEvents {
  const now = (): string => new Date().toISOString();
  return {
    onReload: () => {
      reportDocuments(mock, options, log, io);
      if (log === 'pretty') io.out(io.stdout.style('dim', 'reloaded'));
      else if (log === 'json') io.out(JSON.stringify({ time: now(), reloaded: true }));
    },
    onFailure: error => {
      const { findings, name, message } = error as Partial<ContractError>;
      // Nothing is wrong with the program.
      const reason = /^(?:ReloadRefused|StoreUnavailable)$/.test(`${name}`) ? message : undefined;
      if (log === 'json')
        io.out(
          JSON.stringify({
            time: now(),
            reloaded: false,
            ...(findings ? { findings } : { error: reason ?? inspect(error) }),
          }),
        );
      else {
        for (const finding of findings ?? []) io.err(formatFinding(finding, io.stderr.style));
        if (reason !== undefined) io.err(printableLines(reason));
        else if (findings === undefined) io.err(`internal error: ${printableLines(inspect(error))}`);
        io.err('not reloaded: the previous version is still served');
      }
    },
  };
}

/** @param problem undefined: the files of the certificate were read again */
export function reportCertificate(problem: string | undefined, log: LogFormat, io: Io): void {
  if (log === 'json')
    io.out(
      JSON.stringify({
        time: new Date().toISOString(),
        certificateReloaded: problem === undefined,
        error: problem,
      }),
    );
  else if (problem !== undefined) io.err(`certificate not reloaded: ${printableLines(problem)}`);
  else if (log === 'pretty') io.out(io.stdout.style('dim', 'certificate reloaded'));
}

const DROP_REASONS: Readonly<Record<DropReason, string>> = {
  idle: 'not used for a day',
  'too-many': 'too many sessions; it was the least recently used',
  'too-large': 'the sessions remember too much; it was the least recently used',
};

export function reportDroppedSession(id: string, reason: DropReason, log: LogFormat, io: Io): void {
  const text = `session "${id}" was dropped: ${DROP_REASONS[reason]}`;
  if (log === 'json') io.out(JSON.stringify({ time: new Date().toISOString(), sessionDropped: id, reason }));
  else if (log === 'pretty') io.err(text);
}

export function reportServerError(error: ServerError, log: LogFormat, io: Io): void {
  if (log === 'silent' && error.kind !== 'bug') return;
  if (log === 'json' && error.kind !== 'bug')
    io.out(JSON.stringify({ time: new Date().toISOString(), error }));
  else io.err(formatServerError(error, io.stderr.style));
}
