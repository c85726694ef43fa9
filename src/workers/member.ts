// One worker process as the primary sees it: what is said to it and by it, and what is to be done when it ends.
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { batching } from './channel.ts';
import type { Changes, FromWorker, Outbox, ToWorker } from './messages.ts';

export interface Member {
  /** Counts the workers of a run, those that took the place of others too. */
  readonly number: number;
  readonly pid: number | undefined;
  say(message: ToWorker): void;
  /** Tells it what has changed. Resolves when it acts by that, with what it served before; or when it has ended. */
  step(changes: Changes): Promise<Outbox | undefined>;
  /** Resolves when it has loaded, or swapped to, the world of this number; or when it has ended. */
  reached(kind: 'loaded' | 'swapped', version: number): Promise<void>;
  /** Sessions with exchanges that it has not told yet. */
  readonly touched: Set<string>;
  /** Ends it in order, when it has closed its port. */
  release(): void;
  kill(): void;
}

export interface MemberReports {
  readonly onMessage: (member: Member, message: FromWorker) => void;
  readonly onExit: (member: Member, how: string) => void;
}

let count = 0;

export function hire({ onMessage, onExit }: MemberReports): Member {
  // Sources in a checkout, built files in a package.
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({
    exec: fileURLToPath(new URL(file, import.meta.url)),
    args: [],
    serialization: 'advanced',
  });
  const worker: Worker = cluster.fork();
  const waiting = new Map<string, (outbox: Outbox | undefined) => void>();
  let steps = 0;
  let hasEnded = false;
  const wait = (key: string): Promise<Outbox | undefined> =>
    new Promise(resolve => {
      if (hasEnded) resolve(undefined);
      else waiting.set(key, resolve);
    });
  const settle = (key: string, outbox?: Outbox): void => {
    waiting.get(key)?.(outbox);
    waiting.delete(key);
  };
  const member: Member = {
    number: ++count,
    pid: worker.process.pid,
    // What it can no longer take is of no use to it: that it has ended is told by itself.
    say: batching<ToWorker>(messages => worker.process.send(messages, undefined, undefined, () => {})),
    step(changes) {
      const number = ++steps;
      member.say({ kind: 'step', number, changes });
      return wait(`step ${number}`);
    },
    reached: async (kind, version) => void (await wait(`${kind} ${version}`)),
    touched: new Set(),
    release: () => worker.process.disconnect(),
    kill: () => worker.process.kill('SIGKILL'),
  };
  worker.on('message', (messages: readonly FromWorker[]) => {
    for (const message of messages) {
      if (message.kind === 'touched') member.touched.add(message.session);
      else if ('outbox' in message) for (const { id } of message.outbox.sessions) member.touched.delete(id);
      if (message.kind === 'loaded' || message.kind === 'swapped')
        settle(`${message.kind} ${message.version}`);
      onMessage(member, message);
      if (message.kind === 'step') settle(`step ${message.number}`, message.outbox);
    }
  });
  const end = (how: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    for (const key of [...waiting.keys()]) settle(key);
    onExit(member, how);
  };
  worker.on('error', error => end(error.message));
  worker.on('exit', (code: number | null, signal: string | null) => end(signal ?? `exit code ${code}`));
  return member;
}
