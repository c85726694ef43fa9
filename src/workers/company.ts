// The workers of a server as one: hired together, replaced when one ends, told together, closed together.
import type { Connection } from '../http/door.ts';
import { hire, type Member } from './member.ts';
import type { Changes, FromWorker, Script, ToWorker } from './messages.ts';

export interface CompanyOptions {
  readonly size: number;
  /** What a new one is told first. */
  readonly begin: (member: Member, script: Script) => ToWorker;
  /** What it has to know before it answers. */
  readonly state: () => { readonly changes: Changes; readonly isHeard: boolean };
  readonly onMessage: (member: Member, message: FromWorker) => void;
  /** Told of one that ended unasked, and is replaced. */
  readonly onLost: (member: Member, how: string) => void;
}

export interface Company {
  /** Resolves when all of them take connections. Rejects when one of them cannot. */
  open(script: Script, port: number): Promise<void>;
  /** Hands a connection to the next in turn; when none takes any, to the first that will. */
  hand(socket: Connection): void;
  /** Resolves when all that answer act by the changes, and have told what they served before. */
  step(changes: Changes): Promise<void>;
  /** Says something to all that answer. */
  say(message: ToWorker): void;
  /** Resolves when all that answer do so by this world. */
  swap(script: Script): Promise<void>;
  /** Resolves when all have ended. */
  close(grace: number): Promise<void>;
}

/** Milliseconds after which the place of one that could not even start is filled again. */
const PAUSE = 1000;
/** Milliseconds that closing may take beyond what open requests are given. */
const PATIENCE = 2000;

export function muster(options: CompanyOptions): Company {
  const { size } = options;
  /** Only those that have joined know, and are told, what changes. */
  const members = new Map<Member, 'loading' | 'joined' | 'open'>();
  const opened = Promise.withResolvers<void>();
  // Whoever opens is told; until then nobody may be waiting.
  opened.promise.catch(() => {});
  const allEnded = Promise.withResolvers<void>();
  let isOpen = false;
  let isClosing = false;
  let script: Script | undefined;
  let port = 0;
  let hired = 0;
  /** Those that take connections, the next in turn first. */
  let queue: Member[] = [];
  /** Why one was ended, where it said so itself. */
  const failures = new Map<Member, string>();
  const unanswered: Connection[] = [];
  /** New ones join, and all swap worlds, one after the other. */
  let turn = Promise.resolve();
  const inTurn = (act: () => Promise<void> | void): Promise<void> => {
    const acted = turn.then(act);
    turn = acted.catch(() => {});
    return acted;
  };
  const joined = (): Member[] => [...members].flatMap(([each, how]) => (how === 'loading' ? [] : [each]));

  const enlist = (): void => {
    if (isClosing) return;
    const member = hire(++hired, { onMessage: heed, onRefused: hand, onExit: miss });
    members.set(member, 'loading');
    if (script !== undefined) member.say(options.begin(member, script));
  };
  const join = (member: Member, version: number): void => {
    if (script === undefined || members.get(member) !== 'loading') return;
    if (version !== script.version) {
      member.say({ kind: 'load', script });
      return;
    }
    member.say({ kind: 'open', port, ...options.state() });
    members.set(member, 'joined');
  };
  const hand = (socket: Connection): void => {
    const member = queue.shift();
    if (member === undefined) unanswered.push(socket);
    else {
      queue.push(member);
      member.hand(socket);
    }
  };
  const heed = (member: Member, message: FromWorker): void => {
    switch (message.kind) {
      case 'loaded':
        void inTurn(() => join(member, message.version));
        break;
      case 'open':
        members.set(member, 'open');
        queue.push(member);
        for (const socket of unanswered.splice(0)) hand(socket);
        if (queue.length < size) break;
        isOpen = true;
        opened.resolve();
        break;
      case 'failed':
        opened.reject(message.error);
        failures.set(member, message.error instanceof Error ? message.error.message : String(message.error));
        member.kill();
        break;
      case 'closed':
        member.release();
        break;
      default:
    }
    options.onMessage(member, message);
  };
  const miss = (member: Member, ended: string): void => {
    const how = failures.get(member) ?? ended;
    failures.delete(member);
    const wasOpen = members.get(member) === 'open';
    members.delete(member);
    queue = queue.filter(each => each !== member);
    if (isClosing) {
      if (members.size === 0) allEnded.resolve();
      return;
    }
    if (!isOpen) {
      opened.reject(new Error(`a worker ended before it could answer: ${how}`));
      return;
    }
    options.onLost(member, how);
    if (wasOpen) enlist();
    else setTimeout(enlist, PAUSE);
  };

  for (let each = 0; each < size; each++) enlist();
  return {
    open(first, at) {
      script = first;
      port = at;
      for (const member of members.keys()) member.say(options.begin(member, first));
      return opened.promise;
    },
    hand,
    async step(changes) {
      await Promise.all(joined().map(member => member.step(changes)));
    },
    say(message) {
      for (const member of joined()) member.say(message);
    },
    swap: next =>
      inTurn(async () => {
        const all = joined();
        for (const member of all) member.say({ kind: 'load', script: next });
        await Promise.all(all.map(member => member.reached('loaded', next.version)));
        script = next;
        for (const member of all) member.say({ kind: 'swap', version: next.version });
        await Promise.all(all.map(member => member.reached('swapped', next.version)));
      }),
    async close(grace) {
      isClosing = true;
      for (const socket of unanswered.splice(0)) socket.destroy();
      if (members.size === 0) return;
      for (const [member, how] of members) {
        if (how === 'loading') member.kill();
        else member.say({ kind: 'close', grace });
      }
      const force = setTimeout(() => {
        for (const member of members.keys()) member.kill();
      }, grace + PATIENCE);
      await allEnded.promise;
      clearTimeout(force);
    },
  };
}
