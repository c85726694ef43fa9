// Prints rows of cells in columns.

import { printable } from '../reporters/safe-text.ts';
import type { Io } from './io.ts';

/** Columns as wide as their widest cell. */
export function printRows(rows: readonly (readonly string[])[], io: Io): void {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  for (const row of rows)
    io.out(
      printable(
        row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd(),
      ),
    );
}
