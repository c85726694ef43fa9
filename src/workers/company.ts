// The workers of a server as one: hired together, replaced when one ends, told together, closed together.
import { hire, type Member } from './member.ts';
import type { Changes, FromWorker, Script, ToWorker } from './messages.ts';

export interface CompanyOptions {
  readonly size: number;
  /** 0: any free one. */
  readonly port: number;
  /** What a new one is told first. */
  readonly begin: (member: Member, script: Script) => ToWorker;
  /** What it has to know before it answers. */
  readonly state: () => { readonly changes: Changes; readonly isHeard: boolean };
  readonly onMessage: (member: Member, message: FromWorker) => void;
  /** Told of one that ended unasked, and is replaced. */
  readonly onLost: (member: Member, how: string) => void;
}

export interface Place {
  readonly url: string;
  readonly port: number;
}

export interface Company {
  /** Resolves when all of them answer. Rejects when one of them cannot, with Node's own error where it is the port. */
  open(script: Script): Promise<Place>;
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
  /** Only those that have joined know, and are told, what changes. */
  const members = new Map<Member, 'loading' | 'joined' | 'listening'>();
  const opened = Promise.withResolvers<Place>();
  const ended = Promise.withResolvers<void>();
  let place: Place | undefined;
  let script: Script | undefined;
  let isClosing = false;
  /** What the port was asked as: who asks alike, shares it. */
  let { port } = options;
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
    const member = hire({ onMessage: heed, onExit: miss });
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
  const heed = (member: Member, message: FromWorker): void => {
    switch (message.kind) {
      case 'loaded':
        void inTurn(() => join(member, message.version));
        break;
      case 'listening':
        members.set(member, 'listening');
        if ([...members.values()].every(how => how === 'listening')) {
          place ??= { url: message.url, port: message.port };
          opened.resolve(place);
        }
        break;
      case 'failed':
        opened.reject(Object.assign(message.error as Error, { code: message.code }));
        member.kill();
        break;
      case 'closed':
        member.release();
        break;
      default:
    }
    options.onMessage(member, message);
  };
  const miss = (member: Member, how: string): void => {
    const wasListening = members.get(member) === 'listening';
    members.delete(member);
    if (isClosing) {
      if (members.size === 0) ended.resolve();
      return;
    }
    if (place === undefined) {
      opened.reject(new Error(`a worker ended before it could answer: ${how}`));
      return;
    }
    // Nobody holds the port any more, and another might be given.
    if (![...members.values()].includes('listening')) ({ port } = place);
    options.onLost(member, how);
    if (wasListening) enlist();
    else setTimeout(enlist, PAUSE);
  };

  for (let each = 0; each < options.size; each++) enlist();
  return {
    open(first) {
      script = first;
      for (const member of members.keys()) member.say(options.begin(member, first));
      return opened.promise;
    },
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
      if (members.size === 0) return;
      for (const [member, how] of members) {
        if (how === 'loading') member.kill();
        else member.say({ kind: 'close', grace });
      }
      const force = setTimeout(() => {
        for (const member of members.keys()) member.kill();
      }, grace + PATIENCE);
      await ended.promise;
      clearTimeout(force);
    },
  };
}
