// Runs the command line in this process: the only file that touches `process`.
import { fstatSync, type Stats } from 'node:fs';
import { styleText } from 'node:util';
import type { Io, Output } from './io.ts';
import { main } from './main.ts';
import { WORKER } from './worker-environment.ts';

/** Runs the command that the arguments name and sets the exit code; the process ends when nothing is left to do. */
export async function runProcess(): Promise<void> {
  const io = processIo();
  // A reader may close the pipe early ("| head"): end the program without an error message.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The exit code that a shell expects after a write into a closed pipe: 128 + SIGPIPE.
    if (error.code === 'EPIPE') process.exit(141);
    io.err(`deadringer: cannot write to standard output: ${error.message}`);
    process.exit(2);
  });
  // Nothing can report this: standard error itself failed.
  process.stderr.on('error', () => {});
  process.exitCode = await main(process.argv.slice(2), io);
  // A worker would wait for its parent.
  if (io.env[WORKER] !== undefined) (await import('./worker.ts')).leaveParent();
}

function processIo(): Io {
  let outputs: Stats[] | undefined;
  return {
    // A getter: reading process.stdin opens the stream, and a command that does not read input must not keep the terminal open.
    get stdin() {
      return process.stdin;
    },
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    out: line => process.stdout.write(`${line}\n`),
    err: line => process.stderr.write(`${line}\n`),
    env: process.env,
    cwd: process.cwd(),
    pid: process.pid,
    isOwnOutput: ({ dev, ino }) => {
      outputs ??= ownOutputs();
      return outputs.some(own => own.dev === dev && own.ino === ino);
    },
    isRunning,
    kill: pid => isRunning(pid) && process.kill(pid, 'SIGKILL'),
    onSignal: (signal, listener) => {
      process.on(signal, listener);
      return () => process.off(signal, listener);
    },
    exit: code => process.exit(code),
  };
}

function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    write: text => stream.write(text),
    isTTY: stream.isTTY === true,
    // Undefined if the stream is no terminal.
    get columns() {
      return stream.columns;
    },
    // styleText checks whether the stream is a terminal, and reads NO_COLOR and FORCE_COLOR.
    style: (style, text) => styleText(style, text, { stream, validateStream: true }),
  };
}

/** The files behind standard output and standard error. */
function ownOutputs(): Stats[] {
  return [process.stdout, process.stderr].flatMap(({ fd }) => {
    try {
      return [fstatSync(fd)];
    } catch {
      // A stream that is closed is no file.
      return [];
    }
  });
}

/** Signal 0 tests whether the process exists; EPERM means that it belongs to another user. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
