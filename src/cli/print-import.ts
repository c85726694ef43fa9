// Prints what an import wrote, what is lost, and the commands that follow.
import path from 'node:path';
import { pluralize } from '../finding/plural.ts';
import type { Loss } from '../importers/model.ts';
import type { WrittenImport } from '../importers/write-import.ts';
import { printable } from '../reporters/safe-text.ts';
import type { Io } from './io.ts';
import { printRows } from './rows.ts';

/** The commands that follow. */
export interface NextCommands {
  readonly serve: string;
  /** Undefined: all scenarios are on by default. */
  readonly use?: string;
}

export function printImport(
  written: WrittenImport,
  losses: readonly Loss[],
  { serve, use }: NextCommands,
  out: string,
  io: Io,
): void {
  for (const { name, rules, items } of written.files) {
    const content = rules === undefined ? items && pluralize(items, 'item') : pluralize(rules, 'rule');
    io.out(printable(path.join(out, name)) + (content === undefined ? '' : `: ${content}`));
  }
  if (losses.length > 0) {
    io.out(`Not carried over, or changed: ${pluralize(losses.length, 'construct')}`);
    printRows([['PLACE', 'CONSTRUCT', 'REASON', 'REMEDY'], ...lossRows(losses)], io);
  }
  if (written.files.length > 0) io.out(`Next: ${serve}`);
  if (use !== undefined) io.out(`Then: ${use}`);
}

/** Losses of one kind are one row, with the first places. */
function lossRows(losses: readonly Loss[]): string[][] {
  const kinds = Map.groupBy(losses, ({ construct, reason, remedy }) =>
    JSON.stringify([construct, reason, remedy]),
  );
  return [...kinds.values()].map(own => {
    const [first] = own;
    if (first === undefined) return [];
    const more = own.length > 1 ? ` and ${own.length - 1} more` : '';
    return [`${first.file}:${first.line}${more}`, first.construct, first.reason, first.remedy];
  });
}
