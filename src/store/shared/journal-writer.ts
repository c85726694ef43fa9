// Writes what a replica records to the journals of a shared store: behind the responses, in batches, at a pace.

import { LRUCache } from 'lru-cache';
import type { ServeEvent } from '../../mock/serve-event.ts';
import { encodeEntry } from '../../mock/session/journal-codec.ts';
import type { SessionLimits } from '../../mock/session/session-limits.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import type { StoreConnection } from './connect.ts';
import { EncodingPace } from './encoding-pace.ts';
import { Backlog, type RecordedCounts } from './journal-backlog.ts';
import { ANNOUNCE_ENTRIES, APPEND } from './journal-scripts.ts';
import type { StoreKeys } from './keys.ts';

export interface JournalWriterOptions {
  readonly connection: StoreConnection;
  readonly keys: StoreKeys;
  readonly limits: SessionLimits;
  /** Id of this replica. */
  readonly replica: string;
  /** Milliseconds on a monotonic clock. */
  readonly monotonicNow: () => number;
  /** Called when a recorded request created its session. */
  readonly onCreated: (id: string) => void;
  /** Called when followers can read further entries. */
  readonly onAnnounced: () => void;
  /** Called with a sentence if exchanges cannot be written. */
  readonly onProblem: (text: string) => void;
}

export interface JournalWriter {
  /** @param epoch of the session, as the request found it; undefined: unknown */
  record(id: string, event: ServeEvent, epoch: number | undefined): void;
  /** Writes all that waits of a session, or of all. @throws StoreUnavailable */
  flush(id?: string): Promise<void>;
  /** Number of exchanges that wait. */
  waiting(): number;
  /** Number of exchanges that could not be written. */
  lost(): number;
  /** Writes what waits, if the store is available. */
  close(): Promise<void>;
}

/** What is written in one step, and again if the reply is lost. */
interface Batch extends RecordedCounts {
  readonly number: number;
  readonly epoch: number | undefined;
  /** Pairs of exchange id and text. */
  readonly entries: readonly (readonly [id: string, text: string])[];
  reply?: AppendReply;
}

type AppendReply = readonly [first: string, born: string, isNew: number];

/** The end of a journal that is not in the store yet. */
interface Tail {
  readonly id: string;
  readonly backlog: Backlog;
  /** Number of exchanges that were recorded; and of those that were since written, dropped or lost. */
  recorded: number;
  settled: number;
  batch?: Batch | undefined;
  writing?: Promise<void> | undefined;
}

const TICK_MS = 50;
/** While the store is away. */
const RETRY_MS = 250;
const MAX_ENTRIES = 200;
const MAX_LENGTH = 1024 * 1024;
/** Number of sessions that are written at once. */
const MAX_AT_ONCE = 64;
const MAX_FLUSHED = 4;
/** Of the stream that followers read. */
const MAX_EVENTS = 10_000;
/** How often the last use of a session is written. */
const USED_MS = 1000;

export function createJournalWriter(options: JournalWriterOptions): JournalWriter {
  const { connection, keys, limits, replica, monotonicNow, onCreated, onAnnounced, onProblem } = options;
  const tails = new Map<string, Tail>();
  const usedAt = new LRUCache<string, number>({ max: 10_000 });
  const pace = new EncodingPace(monotonicNow);
  let batches = 0;
  let bytes = 0;
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** Runs a change of a backlog. */
  const counting = <Result>({ backlog }: Tail, change: () => Result): Result => {
    bytes -= backlog.bytes;
    const result = change();
    bytes += backlog.bytes;
    return result;
  };
  const isTooLarge = ({ backlog }: Tail): boolean =>
    backlog.length > limits.entries ||
    (backlog.length > 1 && (backlog.bytes > limits.bytes || bytes > limits.totalBytes));

  /** @param deadline until when entries are encoded; in the past: only counts are taken */
  const takeBatch = (tail: Tail, deadline: number): Batch | undefined => {
    const entries: (readonly [string, string])[] = [];
    let length = 0;
    const start = monotonicNow();
    const mayTake = (): boolean =>
      monotonicNow() < deadline && entries.length < MAX_ENTRIES && length < MAX_LENGTH;
    const taken = counting(tail, () =>
      tail.backlog.take(mayTake, event => {
        try {
          const text = encodeEntry(event);
          entries.push([event.exchange.id, text]);
          length += text.length;
        } catch (error) {
          tail.settled++;
          lost++;
          onProblem(`the exchange ${event.exchange.id} cannot be written: ${(error as Error).message}`);
        }
      }),
    );
    if (deadline > start) pace.pause(start);
    if (taken === undefined || (entries.length === 0 && taken.recorded === 0 && taken.dropped === 0))
      return undefined;
    return { number: ++batches, entries, ...taken };
  };

  const append = async (id: string, batch: Batch): Promise<AppendReply> => {
    const { head, journal, counts, credentials, table } = keys.session(id);
    const pairs = [...batch.counts].flatMap(([target, statuses]) =>
      [...statuses].map(([status, calls]) => [`${target} ${status}`, calls] as const),
    );
    const reply = await connection.script(
      APPEND,
      [head, journal, counts],
      [
        ...[
          replica,
          batch.number,
          batch.epoch ?? '',
          batch.usedAt,
          batch.recorded,
          batch.calls,
          batch.boundBy,
        ],
        ...[batch.dropped, limits.entries, limits.bytes, limits.idle, credentials, table(''), pairs.length],
        ...pairs.flat(),
        ...batch.entries.flat(),
      ],
    );
    return reply as AppendReply;
  };
  const announce = async (id: string, batch: Batch, [first, born]: AppendReply): Promise<void> => {
    const now = monotonicNow();
    const isUsed = now - (usedAt.get(id) ?? Number.NEGATIVE_INFINITY) >= USED_MS;
    if (batch.entries.length === 0 && !isUsed) return;
    await connection.script(
      ANNOUNCE_ENTRIES,
      [keys.events, keys.sessions],
      [
        ...[id, isUsed ? batch.usedAt : '', born, limits.idle, MAX_EVENTS, first],
        ...batch.entries.map(([exchange]) => exchange),
      ],
    );
    if (isUsed) usedAt.set(id, now);
    if (batch.entries.length > 0) onAnnounced();
  };
  const send = async (tail: Tail, batch: Batch): Promise<void> => {
    const { id } = tail;
    try {
      if (batch.reply === undefined) {
        batch.reply = await append(id, batch);
        if (batch.reply[2] === 1) onCreated(id);
      }
      // The journal was not cleared since.
      if (batch.reply[0] !== '0') await announce(id, batch, batch.reply);
    } catch (error) {
      // The same batch is sent again.
      if (error instanceof StoreUnavailable) throw error;
      if (batch.reply === undefined) lost += batch.entries.length;
      onProblem(`the store refuses exchanges of the session "${id}": ${(error as Error).message}`);
    }
    tail.batch = undefined;
    tail.settled += batch.entries.length + batch.dropped;
  };
  /** Writes one batch; a session has one at a time. @throws StoreUnavailable */
  const write = (tail: Tail, deadline: number): Promise<void> => {
    if (tail.writing !== undefined) return tail.writing;
    tail.batch ??= takeBatch(tail, deadline);
    const written = tail.batch === undefined ? Promise.resolve() : send(tail, tail.batch);
    tail.writing = written.finally(() => {
      tail.writing = undefined;
      if (tail.backlog.isEmpty && tail.batch === undefined) tails.delete(tail.id);
    });
    return tail.writing;
  };
  const flushTail = async (tail: Tail): Promise<void> => {
    const { recorded } = tail;
    while (tail.settled < recorded) await write(tail, pace.deadline(true));
  };
  /** A few at once: each encodes entries, and requests wait for all that do so. */
  const flushTails = async (chosen: readonly Tail[]): Promise<void> => {
    const remaining = chosen.values();
    const flushRemaining = async (): Promise<void> => {
      for (const tail of remaining) await flushTail(tail);
    };
    await Promise.all(Array.from({ length: MAX_FLUSHED }, flushRemaining));
  };

  const schedule = (delay: number): void => {
    if (!isClosed) timer ??= setTimeout(() => void tick(), delay).unref();
  };
  /** Entries may be encoded before the next counts are due. */
  const delayOfTick = (): number => Math.min(TICK_MS, pace.remaining);
  /** The next tick begins with other sessions, then with those that had no time to encode entries. */
  const putLast = (written: readonly Tail[]): void => {
    const hasEntries = ({ batch }: Tail): boolean => batch !== undefined && batch.entries.length > 0;
    const inOrder = [...written.filter(tail => !hasEntries(tail)), ...written.filter(hasEntries)];
    for (const tail of inOrder) {
      tails.delete(tail.id);
      tails.set(tail.id, tail);
    }
  };
  const tick = async (): Promise<void> => {
    if (connection.isAvailable()) {
      const deadline = pace.deadline(false);
      const next = [...tails.values()].slice(0, MAX_AT_ONCE);
      // What fails is written by a later tick.
      const written = Promise.allSettled(next.map(tail => write(tail, deadline)));
      putLast(next);
      await written;
    }
    timer = undefined;
    if (tails.size > 0) schedule(connection.isAvailable() ? delayOfTick() : RETRY_MS);
  };
  const waiting = (): number => {
    let sum = 0;
    for (const { recorded, settled } of tails.values()) sum += recorded - settled;
    return sum;
  };

  return {
    record(id, event, epoch) {
      if (isClosed) {
        lost++;
        return;
      }
      const tail = tails.get(id) ?? { id, backlog: new Backlog(), recorded: 0, settled: 0 };
      tails.set(id, tail);
      tail.recorded++;
      pace.count();
      counting(tail, () => tail.backlog.record(event, epoch));
      while (isTooLarge(tail)) counting(tail, () => tail.backlog.dropOldest());
      schedule(TICK_MS);
    },
    async flush(id) {
      await flushTails([...tails.values()].filter(tail => id === undefined || tail.id === id));
    },
    waiting,
    lost: () => lost,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      // What cannot be written is counted.
      await Promise.allSettled([flushTails([...tails.values()])]);
      lost += waiting();
      tails.clear();
    },
  };
}
