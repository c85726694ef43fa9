// Errors that end a command, as workflow commands of GitHub, so that the page of a failed workflow shows them.
import type { Finding } from '../finding/finding.ts';
import type { Io } from './io.ts';
import { fromRepositoryRoot } from './repository-paths.ts';

/** Whether the arguments of the program ask for workflow commands. They may be invalid otherwise. */
export function wantsAnnotations(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return own.some((word, index) => {
    const [option, value = own[index + 1]] = word.split('=', 2);
    return option === '--format' && value?.split(',').includes('github') === true;
  });
}

/** @param error a message, or what is wrong with documents and scenarios */
export async function annotateError(error: string | readonly Finding[], io: Io): Promise<void> {
  // Loaded only for an error.
  const { MAX_ANNOTATIONS, workflowCommand } = await import('../reporters/github.ts');
  if (typeof error === 'string') {
    io.out(workflowCommand('error', { title: 'deadringer' }, error));
    return;
  }
  const { annotateFinding } = await import('../reporters/lint/lint-github.ts');
  for (const finding of fromRepositoryRoot(error.slice(0, MAX_ANNOTATIONS), io))
    io.out(annotateFinding(finding));
}
