// One worker process as the primary sees it: what is said to it and by it, and what is to be done when it ends.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Connection } from '../http/door.ts';
import { batching } from './channel.ts';
import type { Changes, FromWorker, ToWorker } from './messages.ts';

export interface Member {
  /** Counts the workers of a server, those that took the place of others too. */
  readonly number: number;
  readonly pid: number | undefined;
  say(message: ToWorker): void;
  /** Hands a connection over. */
  hand(socket: Connection): void;
  /** Tells it what has changed. Resolves when it acts by that, and has told what it served before; or when it has ended. */
  step(changes: Changes): Promise<void>;
  /** Resolves when it has loaded, or swapped to, the world of this number; or when it has ended. */
  reached(kind: 'loaded' | 'swapped', version: number): Promise<void>;
  /** Sessions with exchanges that it has not told yet. */
  readonly touched: ReadonlySet<string>;
  /** Ends it in order, when it has closed. */
  release(): void;
  kill(): void;
}

export interface MemberReports {
  readonly onMessage: (member: Member, message: FromWorker) => void;
  /** A connection that could not be handed over. */
  readonly onRefused: (socket: Connection) => void;
  readonly onExit: (member: Member, how: string) => void;
}

export function hire(number: number, { onMessage, onRefused, onExit }: MemberReports): Member {
  // Sources in a checkout, built files in a package.
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js';
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { serialization: 'advanced' });
  const waiting = new Map<string, () => void>();
  const touched = new Set<string>();
  /** Connections that it has not said to have. */
  const underway = new Map<number, Connection>();
  let steps = 0;
  let sockets = 0;
  let hasEnded = false;
  const wait = (key: string): Promise<void> =>
    new Promise(resolve => {
      if (hasEnded) resolve();
      else waiting.set(key, resolve);
    });
  const settle = (key: string): void => {
    waiting.get(key)?.();
    waiting.delete(key);
  };
  const member: Member = {
    number,
    pid: child.pid,
    // What it can no longer take is of no use to it: that it has ended is told by itself.
    say: batching<ToWorker>(messages => child.send(messages, undefined, {}, () => {})),
    hand(socket) {
      const id = ++sockets;
      underway.set(id, socket);
      const message: ToWorker = { kind: 'socket', id };
      // It stays open here until it is open there.
      child.send([message], socket, { keepOpen: true }, error => {
        if (error !== null && underway.delete(id)) onRefused(socket);
      });
    },
    step(changes) {
      const step = ++steps;
      member.say({ kind: 'step', number: step, changes });
      return wait(`step ${step}`);
    },
    reached: (kind, version) => wait(`${kind} ${version}`),
    touched,
    release: () => child.disconnect(),
    kill: () => child.kill('SIGKILL'),
  };
  const heed = (message: FromWorker): void => {
    if (message.kind === 'admitted') {
      underway.get(message.id)?.destroy();
      underway.delete(message.id);
      return;
    }
    if (message.kind === 'touched') touched.add(message.session);
    else if ('outbox' in message) for (const { id } of message.outbox.sessions) touched.delete(id);
    onMessage(member, message);
    if (message.kind === 'step') settle(`step ${message.number}`);
    else if (message.kind === 'loaded' || message.kind === 'swapped')
      settle(`${message.kind} ${message.version}`);
  };
  child.on('message', messages => {
    for (const message of messages as readonly FromWorker[]) heed(message);
  });
  const end = (how: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    for (const key of [...waiting.keys()]) settle(key);
    // Nobody knows how much of them it has read.
    for (const socket of underway.values()) socket.destroy();
    onExit(member, how);
  };
  child.on('error', error => {
    // Of one that runs, the end is told by itself.
    if (child.pid === undefined) end(error.message);
  });
  child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
  return member;
}
