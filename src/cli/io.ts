// The process as a command sees it: streams, environment, folder, signals. Tests pass their own.
import type { Stats } from 'node:fs';
import type { Readable } from 'node:stream';
import type { TextStyle } from '../reporters/safe-text.ts';

/** An output stream, with the properties of its terminal. */
export interface Output {
  readonly write: (text: string) => void;
  readonly isTTY: boolean;
  /** Width of the terminal, in characters. */
  readonly columns: number | undefined;
  /** Adds colours if the stream is a terminal that shows them; otherwise returns the text unchanged. */
  readonly style: TextStyle;
}

export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Writes one line on standard output. */
  readonly out: (line: string) => void;
  /** Writes one line on standard error. */
  readonly err: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder of the process, in absolute form: the file system resolves relative arguments against it. */
  readonly cwd: string;
  /** Whether standard output or standard error is redirected into this file. */
  readonly isOwnOutput: (file: Stats) => boolean;
  readonly pid: number;
  /** Whether a process with this id exists. */
  readonly isRunning: (pid: number) => boolean;
  /** Ends a process at once. @returns false if there is none with this id */
  readonly kill: (pid: number) => boolean;
  /** Calls the listener at each such signal, in place of the default action. @returns a function that removes it */
  readonly onSignal: (signal: Signal, listener: () => void) => () => void;
  /** Ends the process at once, without cleanup. */
  readonly exit: (code: number) => void;
}

export type Signal = 'SIGINT' | 'SIGTERM';

/** Resolves with the first Ctrl-C or SIGTERM. The next one of either kind has its default action: it ends the process at once. */
export function untilInterrupted(io: Io): Promise<void> {
  return new Promise(resolve => {
    const stops = (['SIGINT', 'SIGTERM'] as const).map(signal =>
      io.onSignal(signal, () => {
        for (const stop of stops) stop();
        resolve();
      }),
    );
  });
}
