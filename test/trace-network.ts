// Runs a program under strace, and tells where it and the processes that it starts connect and send to.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

export interface TracedProcess {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  /** The addresses that it called, when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly calls: readonly string[] }>;
}

/** @param log a file for the calls */
export function traceNetwork(
  log: string,
  [program, ...args]: readonly [string, ...string[]],
  options: { readonly cwd: string },
): TracedProcess {
  // With -D the program is our child, and gets our signals. The tracer holds its streams open, until its log is complete.
  const tracer = [
    '-D',
    '-f',
    '-qq',
    '--seccomp-bpf',
    '-e',
    'trace=connect,sendto,sendmsg,sendmmsg',
    '-e',
    'signal=none',
  ];
  const child = spawn('strace', [...tracer, '-o', log, program, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.resume();
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    calls: calledAddresses(readFileSync(log, 'utf8')),
  }));
  return { child, ended };
}

/** The addresses of all calls: host and port, or the path of a local socket. */
function calledAddresses(log: string): string[] {
  return log.split('\n').flatMap(line => {
    const port = /sin6?_port=htons\((\d+)\)/.exec(line)?.[1];
    const host = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(line);
    const local = /sun_path=@?"([^"]+)"/.exec(line)?.[1];
    if (host !== null) return [`${host[1] ?? host[2]} port ${port}`];
    return local === undefined ? [] : [local];
  });
}

/** The addresses that are not on this machine, and those of a name server anywhere. */
export function foreignAddresses(calls: readonly string[]): string[] {
  return calls.filter(call => !/^(?:(?:::ffff:)?127\.[\d.]+|::1) port (?!53$)\d+$/.test(call));
}
