// The lines of a file around a place: what a page or a terminal shows beside a finding.

/** Which lines, from 1. */
export interface WindowRequest {
  /** The marked line. */
  readonly line?: number | undefined;
  /** The marked column: a long line is cut around it. */
  readonly column?: number | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface SourceWindow {
  /** The number of the first line. */
  readonly from: number;
  readonly lines: readonly string[];
  /** The number of lines of the file. */
  readonly total: number;
  /** The lines of which only a part is given: it begins at the column, and the whole line has that length. */
  readonly cut: readonly { readonly line: number; readonly column: number; readonly length: number }[];
}

/** Lines before and after the marked line. */
const MARGIN = 12;
const MAX_LINES = 1000;
/** Characters of a line. Generated JSON is often one line of megabytes. */
const MAX_LENGTH = 1000;
/** Of a line that is cut, the characters before the marked column. */
const LEAD = 200;

/** The lines from `from` to `to`, by default those around `line`. Numbers outside of the file are moved into it. */
export function sourceWindow(text: string, request: WindowRequest): SourceWindow {
  const starts = lineStarts(text);
  const total = starts.length;
  const inside = (line: number): number => Math.min(Math.max(line, 1), total);
  const marked = request.line === undefined ? undefined : inside(request.line);
  const first = inside(request.from ?? (marked ?? 1) - MARGIN);
  const wanted = request.to ?? (marked === undefined ? first + 2 * MARGIN : marked + MARGIN);
  const last = inside(Math.min(Math.max(wanted, first), first + MAX_LINES - 1));
  const cut: { line: number; column: number; length: number }[] = [];
  const lines: string[] = [];
  for (let number = first; number <= last; number++) {
    const line = text.slice(starts[number - 1], starts[number]).replace(/\r?\n$/, '');
    if (line.length <= MAX_LENGTH) {
      lines.push(line);
      continue;
    }
    const at = number === marked ? (request.column ?? 1) - 1 - LEAD : 0;
    const start = Math.min(Math.max(at, 0), line.length - MAX_LENGTH);
    lines.push(line.slice(start, start + MAX_LENGTH));
    cut.push({ line: number, column: start + 1, length: line.length });
  }
  return { from: first, lines, total, cut };
}

/** A newline at the end of the text begins no further line. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0 && at < text.length - 1; at = text.indexOf('\n', at + 1))
    starts.push(at + 1);
  return starts;
}
