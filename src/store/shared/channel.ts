// Messages between replicas over one channel of the store: broadcasts, questions and answers.

import { isObject } from '../../exchange/json.ts';
import type { Maybe } from '../../mock/session/session-journal.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import type { StoreConnection } from './connect.ts';
import type { StoreKeys } from './keys.ts';
import { PING } from './scripts.ts';

/** What a replica answers. */
interface ReplicaAnswer {
  /** Id of the replica. */
  readonly replica: string;
  readonly answer?: unknown;
  /** Set: the handler of the replica failed. */
  readonly error?: string;
}

export interface Channel {
  /** Id of this replica. */
  readonly replica: string;
  /**
   * Asks every other live replica, and waits until each has answered or is no longer live.
   * @throws StoreUnavailable
   */
  ask(question: string, value: unknown): Promise<readonly ReplicaAnswer[]>;
  /** The handler may be called again for one question, if its first answer was late or lost. */
  answer(question: string, handler: (value: unknown, from: string) => Maybe<unknown>): void;
  /** Sends a message to all other replicas, without an answer. */
  broadcast(subject: string, value: unknown): void;
  onBroadcast(subject: string, listener: (value: unknown, from: string) => void): void;
  /** The commits of sessions, which the store publishes itself: the version and the message. Also those of this replica. */
  onCommit(listener: (version: string, message: string) => void): void;
  /** Calls the listener when messages may have been missed, and when the store was emptied. */
  onMissed(listener: () => void): void;
  /** True while the replica receives what others publish: what it knows is current. */
  isCurrent(): boolean;
  /** Number of live replicas, this one included, at the last ping. */
  replicas(): number;
  close(): Promise<void>;
}

/** A message of a replica. Commits begin with a version instead. */
interface Message {
  readonly from: string;
  /** The replica that it is for; absent: all. */
  readonly to?: string;
  readonly kind: 'ping' | 'broadcast' | 'ask' | 'answer';
  readonly subject?: string;
  /** Number of a question. */
  readonly question?: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface OpenQuestion {
  readonly message: Omit<Message, 'from'>;
  /** When it was sent, or sent again. */
  sentAt: number;
  readonly answers: ReplicaAnswer[];
  readonly missing: Set<string>;
  readonly check: () => void;
}

/** Undefined: not a message of a replica. Anybody may publish to the channel. */
function parseMessage(text: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return isObject(message) && typeof message.from === 'string'
      ? (message as unknown as Message)
      : undefined;
  } catch {
    return undefined;
  }
}

export interface ChannelOptions {
  readonly connection: StoreConnection;
  readonly keys: StoreKeys;
  /** Id of this replica. */
  readonly replica: string;
  /** Milliseconds on a monotonic clock. */
  readonly monotonicNow: () => number;
  /** Milliseconds until the keys of the server expire without replicas. */
  readonly idleMs: number;
}

const PING_MS = 500;
/** A replica that receives none of its own pings for so long no longer relies on what it knows. */
const CURRENT_MS = 1500;
/** Later than that, the others no longer wait for it. */
const LIVE_MS = 2500;
/** A question is sent again so often: a replica whose connection broke off may not have received it, or its answer was lost. */
const ASK_AGAIN_MS = 1000;

export async function openChannel(options: ChannelOptions): Promise<Channel> {
  const { connection, keys, replica, monotonicNow, idleMs } = options;
  const broadcastListeners = new Map<string, (value: unknown, from: string) => void>();
  const handlers = new Map<string, (value: unknown, from: string) => Maybe<unknown>>();
  const missedListeners: (() => void)[] = [];
  let commitListener = (_version: string, _message: string): void => undefined;
  const questions = new Map<number, OpenQuestion>();
  let asked = 0;
  let live: readonly string[] = [replica];
  let generation: string | undefined;
  /** When the latest ping was sent that came back. */
  let receivedPingAt = Number.NEGATIVE_INFINITY;
  const isCurrent = (): boolean => monotonicNow() - receivedPingAt < CURRENT_MS;
  const missed = (): void => {
    for (const listener of missedListeners) listener();
  };
  const send = (message: Omit<Message, 'from'>): Promise<unknown> =>
    connection.command('PUBLISH', keys.channel, JSON.stringify({ from: replica, ...message }));
  /** What cannot be sent is missed: the others find out by their next ping or the version of a session. */
  const sendAnyway = (message: Omit<Message, 'from'>): void => {
    send(message).catch(() => undefined);
  };

  /** Questions of others that are not answered yet. */
  const responding = new Set<string>();
  const respond = async ({ from, subject = '', question = 0, value }: Message): Promise<void> => {
    const reply = { to: from, kind: 'answer', question } as const;
    const key = `${question} ${from}`;
    if (responding.has(key)) return;
    responding.add(key);
    try {
      sendAnyway({ ...reply, value: await handlers.get(subject)?.(value, from) });
    } catch (error) {
      sendAnyway({ ...reply, error: (error as Error).message });
    } finally {
      responding.delete(key);
    }
  };
  const receive = (text: string): void => {
    const [, version, commit] = /^(\d+) (\{.*)$/s.exec(text) ?? [];
    if (version !== undefined && commit !== undefined) {
      commitListener(version, commit);
      return;
    }
    const message = parseMessage(text);
    if (message === undefined) return;
    const { from, to, kind, subject = '', question = 0, value, error } = message;
    if (from === replica) {
      if (kind === 'ping') receivePing(Number(value));
      return;
    }
    if (to !== undefined && to !== replica) return;
    if (kind === 'broadcast') broadcastListeners.get(subject)?.(value, from);
    if (kind === 'ask') void respond(message);
    if (kind !== 'answer') return;
    const open = questions.get(question);
    if (open === undefined || !open.missing.delete(from)) return;
    open.answers.push(error === undefined ? { replica: from, answer: value } : { replica: from, error });
    open.check();
  };
  const receivePing = (sentAt: number): void => {
    const wasCurrent = isCurrent();
    receivedPingAt = sentAt;
    if (!wasCurrent) missed();
  };

  let isFirstPing = true;
  const ping = async (): Promise<void> => {
    const sentAt = monotonicNow();
    const message: Message = { from: replica, kind: 'ping', value: sentAt };
    const isReceiving = isFirstPing || sentAt - receivedPingAt < 2 * PING_MS;
    const [current, ...others] = (await connection.script(
      PING,
      [keys.replicas, keys.server],
      [
        replica,
        keys.channel,
        JSON.stringify(message),
        isReceiving ? 1 : 0,
        LIVE_MS,
        `${replica} ${sentAt}`,
        idleMs,
      ],
    )) as [string, ...string[]];
    isFirstPing = false;
    live = [...new Set([...others, replica])];
    if (generation !== undefined && generation !== current) missed();
    generation = current;
    for (const question of questions.values()) {
      const { missing, message: asking, check } = question;
      for (const each of missing) if (!live.includes(each)) missing.delete(each);
      check();
      if (sentAt - question.sentAt < ASK_AGAIN_MS) continue;
      question.sentAt = sentAt;
      for (const to of missing) sendAnyway({ ...asking, to });
    }
  };
  connection.onChange(isAvailable => {
    receivedPingAt = Number.NEGATIVE_INFINITY;
    if (isAvailable) void ping().catch(() => undefined);
    else for (const { check } of questions.values()) check();
  });

  await connection.subscribe(keys.channel, receive);
  await ping();
  // A ping that fails is followed by another one; the connection reports that the store is away.
  const timer = setInterval(() => void ping().catch(() => undefined), PING_MS);
  timer.unref();

  return {
    replica,
    isCurrent,
    replicas: () => live.length,
    onCommit: listener => {
      commitListener = listener;
    },
    onMissed: listener => {
      missedListeners.push(listener);
    },
    broadcast: (subject, value) => sendAnyway({ kind: 'broadcast', subject, value }),
    onBroadcast: (subject, listener) => {
      broadcastListeners.set(subject, listener);
    },
    answer: (question, handler) => {
      handlers.set(question, handler);
    },
    async ask(subject, value) {
      // The list of the last ping may lack a replica that has just started.
      await ping();
      const missing = new Set(live.filter(each => each !== replica));
      if (missing.size === 0) return [];
      const question = ++asked;
      const { promise, resolve, reject } = Promise.withResolvers<readonly ReplicaAnswer[]>();
      const given: ReplicaAnswer[] = [];
      const check = (): void => {
        if (missing.size === 0) resolve(given);
        else if (!connection.isAvailable()) reject(new StoreUnavailable('the store is away'));
      };
      const message = { kind: 'ask', subject, question, value } as const;
      questions.set(question, { message, sentAt: monotonicNow(), answers: given, missing, check });
      try {
        // Together: the answer may fail while the question is on its way.
        const [answers] = await Promise.all([promise, send(message)]);
        return answers;
      } finally {
        questions.delete(question);
      }
    },
    async close() {
      clearInterval(timer);
      await connection.command('ZREM', keys.replicas, replica).catch(() => undefined);
    },
  };
}
