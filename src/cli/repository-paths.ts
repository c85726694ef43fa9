// Names of files as GitHub finds them: relative to the root of the repository, and not to the working folder of the program.
import path from 'node:path';
import type { Report } from '../check/report.ts';
import type { Finding } from '../finding/finding.ts';
import type { LintReport } from '../reporters/lint/lint-report.ts';
import type { Io } from './io.ts';

/** @returns the report or the findings with other file names, if a GitHub workflow runs the program in a folder below its repository */
export function fromRepositoryRoot<Named extends Report | LintReport | readonly Finding[]>(
  report: Named,
  { env, cwd }: Io,
): Named {
  const root = env.GITHUB_WORKSPACE;
  if (root === undefined || root === '') return report;
  const folder = path.relative(root, cwd);
  if (folder === '' || folder.startsWith('..') || path.isAbsolute(folder)) return report;
  const text = JSON.stringify(report, (name, value: unknown) =>
    name === 'file' && typeof value === 'string' && isRelative(value) ? path.join(folder, value) : value,
  );
  return JSON.parse(text) as Named;
}

/** "-" is standard input. */
function isRelative(file: string): boolean {
  return file !== '-' && !path.isAbsolute(file) && !/^[a-z][a-z+.-]+:/i.test(file);
}
