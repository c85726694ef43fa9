// deadringer state load: sends a snapshot to a server, and shows mistakes and findings at the lines of the file.

import { readFile } from 'node:fs/promises';
import { text as readText } from 'node:stream/consumers';
import { type ControlConnection, ControlRefusal, callControl } from '../client/call-control.ts';
import { isParseFailure, type ParsedFile, parseFile } from '../document/parse.ts';
import { isObject } from '../exchange/json.ts';
import { describeFileError } from '../finding/file-error.ts';
import type { Finding } from '../finding/finding.ts';
import { pluralize } from '../finding/plural.ts';
import { formatFinding } from '../reporters/finding-line.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

interface LoadResult {
  readonly findings: readonly { readonly message: string; readonly at: string; readonly location?: string }[];
  readonly moreFindings: number;
}

/**
 * @param file "-": standard input
 * @param path of the control API
 * @throws UsageError if the file cannot be read; an error with findings if it is no snapshot, or names what no document declares
 */
export async function loadSnapshotFile(
  file: string,
  path: string,
  connection: ControlConnection,
  io: Io,
): Promise<void> {
  const name = file === '-' ? 'standard input' : file;
  const text = await (file === '-' ? readText(io.stdin) : readFile(file, 'utf8')).catch((error: unknown) => {
    throw new UsageError(`${name} cannot be read: ${describeFileError(error)}`);
  });
  const source = parseFile(file === '-' ? 'standard input.json' : file, text);
  if (isParseFailure(source)) throw unreadable([source]);
  try {
    const result = (await callControl(connection, 'PUT', path, source.value)) as LoadResult;
    reportFindings(result, source, io);
  } catch (error) {
    const problems = error instanceof ControlRefusal ? error.findings : undefined;
    if (!Array.isArray(problems)) throw error;
    throw unreadable(
      problems.filter(isObject).map(({ at, message }) => ({
        message: String(message),
        location: source.locate(String(at)),
      })),
    );
  }
}

/** An error that is printed with the lines of the file. */
function unreadable(problems: readonly Pick<Finding, 'message' | 'location'>[]): Error {
  const findings = problems.map(each => ({ code: 'state-unreadable', at: '', ...each }));
  return Object.assign(new Error('the snapshot cannot be used'), { findings });
}

function reportFindings({ findings, moreFindings }: LoadResult, source: ParsedFile, io: Io): void {
  for (const { message, at, location } of findings) {
    const rule = location === undefined ? '' : ` (${location})`;
    const finding: Finding = {
      code: 'state-item',
      message: message + rule,
      at: '',
      location: source.locate(at),
    };
    io.err(formatFinding(finding, io.stderr.style));
  }
  if (moreFindings > 0) io.err(`deadringer: ${pluralize(moreFindings, 'more finding')}`);
}
