// What all commands share: exit codes and usage errors.
import type { Command } from 'commander';
import { InputError } from '../finding/input-error.ts';
import type { Io } from './io.ts';

/** 0: passed. 1: failed. 2: usage error or invalid document. 3: incomplete: nothing was checked, or an input is unreadable. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Adds options and the action. The action passes its exit code to `finish`: an ExitCode, or the code of the command that `run` started. */
export type BuildCommand = (command: Command, finish: (code: number) => void, io: Io) => void;

/** An error that the user can correct: printed as one sentence with the remedy, without a stack. */
export class UsageError extends InputError {}
