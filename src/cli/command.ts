// What all commands share: exit codes and usage errors.
import type { Command } from 'commander';
import { InputError } from '../finding/input-error.ts';
import type { Io } from './io.ts';

/** 0: all is well. 1: the contract is broken. 2: usage, or a document that cannot be used. 3: nothing was checked. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Adds options and the action; the action hands its exit code to `finish`: an ExitCode, or that of a command it ran. */
export type BuildCommand = (command: Command, finish: (code: number) => void, io: Io) => void;

/** Something the user can put right: said in one sentence with the remedy, without a stack. */
export class UsageError extends InputError {}
