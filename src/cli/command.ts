// What all commands share: exit codes and usage errors.
import type { Command } from 'commander';
import { InputError } from '../finding/input-error.ts';
import type { Io } from './io.ts';

/** What a command can exit with; docs/codes.md lists them. */
export const EXIT_CODES = {
  0: 'passed',
  1: 'failed',
  2: 'usage error or invalid documents',
  3: 'incomplete (nothing checked, or input unreadable)',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** Adds options and the action. The action passes its exit code to `finish`: an ExitCode, or the code of the command that `run` started. */
export type BuildCommand = (command: Command, finish: (code: number) => void, io: Io) => void;

/** Rewrites the arguments of a command before they are parsed, for a command that takes those of another program. */
export type NormalizeArguments = (args: readonly string[]) => readonly string[];

/** An error that the user can correct: printed as one sentence with the remedy, without a stack. */
export class UsageError extends InputError {}
