// The journal of one session of a shared store, for readers.

import { LRUCache } from 'lru-cache';
import type { CallCounts } from '../../mock/session/call-counts.ts';
import { type ExchangeSummary, toExchangeSummary } from '../../mock/session/exchange-summary.ts';
import { decodeEntry, InvalidEntry } from '../../mock/session/journal-codec.ts';
import type { JournalEntry } from '../../mock/session/journaled-event.ts';
import type { JournalFilter, SessionJournal } from '../../mock/session/session-journal.ts';
import type { AppliedRule } from '../../scenario/compile.ts';
import type { StoreConnection } from './connect.ts';
import { FIND } from './journal-scripts.ts';
import type { StoreKeys } from './keys.ts';

export interface JournalReaderOptions {
  readonly connection: StoreConnection;
  readonly keys: StoreKeys;
  /** The rule of a key, as it is loaded now; see appliedRuleOf. */
  readonly ruleOf: (key: string) => AppliedRule | undefined;
  /** The sequence number of an exchange; undefined: not known. */
  readonly placeOf: (session: string, exchange: string) => number | undefined;
  /** Called with a sentence for an entry that cannot be read, once for each. */
  readonly onProblem: (text: string) => void;
}

/** What the store counted of a journal when the session was last read. */
export interface CountedEntries {
  /** Number of entries that it has. */
  readonly length: number;
  /** Number of exchanges that were answered since it was cleared. */
  readonly recorded: number;
  /** Number of those that were dropped because the journal, or what waited for it, was full. */
  readonly dropped: number;
}

/** @param onClear called when a change of the session clears the journal */
export type OpenJournal = (id: string, counted: () => CountedEntries, onClear: () => void) => SessionJournal;

/** Entries are read in pages: one request for all could be too large. */
const PAGE = 100;

export function createJournalReader(options: JournalReaderOptions): OpenJournal {
  const { connection, keys, ruleOf, placeOf, onProblem } = options;
  const reported = new LRUCache<string, true>({ max: 10_000 });

  /** Undefined: the entry cannot be read. */
  const decode = (id: string, sequence: number, text: string): JournalEntry | undefined => {
    try {
      return decodeEntry(text, sequence, ruleOf);
    } catch (error) {
      if (!(error instanceof InvalidEntry)) throw error;
      const place = `entry ${sequence} of the session "${id}"`;
      if (!reported.has(place)) onProblem(`${place} in the store cannot be read: ${error.message}`);
      reported.set(place, true);
      return undefined;
    }
  };

  /** The newest first. */
  async function* readEntries(
    id: string,
    { after = 0, before, limit = Number.POSITIVE_INFINITY }: JournalFilter,
  ): AsyncGenerator<JournalEntry> {
    if (limit === 0 || (before !== undefined && before <= after + 1)) return;
    const { journal } = keys.session(id);
    const pageSize = Math.min(PAGE, limit);
    let from = before === undefined ? '+' : `(${before}-0`;
    for (;;) {
      const page = await connection.command('XREVRANGE', journal, from, `${after + 1}-0`, 'COUNT', pageSize);
      const entries = page as [string, string[]][];
      for (const [position, fields] of entries) {
        const entry = decode(id, Number.parseInt(position, 10), fields[3] ?? '');
        if (entry !== undefined) yield entry;
        from = `(${position}`;
      }
      if (entries.length < pageSize) return;
    }
  }

  /** Oldest first, with their summaries if they are wanted. */
  const select = async (
    id: string,
    filter: JournalFilter,
  ): Promise<{ readonly entry: JournalEntry; readonly summary: ExchangeSummary | undefined }[]> => {
    const { matches, limit } = filter;
    const selected: { entry: JournalEntry; summary: ExchangeSummary | undefined }[] = [];
    for await (const entry of readEntries(
      id,
      matches === undefined ? filter : { ...filter, limit: limit === 0 ? 0 : undefined },
    )) {
      const summary = matches && toExchangeSummary(entry, entry.sequence);
      if (summary === undefined || matches?.(summary)) selected.push({ entry, summary });
      if (selected.length === limit) break;
    }
    return selected.reverse();
  };

  const find = async (id: string, exchange: string): Promise<JournalEntry | undefined> => {
    const { journal } = keys.session(id);
    const place = placeOf(id, exchange);
    if (place !== undefined) {
      const at = await connection.command('XRANGE', journal, `${place}-0`, `${place}-0`);
      const [, fields = []] = (at as [string, string[]][])[0] ?? [];
      return fields[1] === exchange ? decode(id, place, fields[3] ?? '') : undefined;
    }
    const found = await connection.script(FIND, [journal], [exchange]);
    if (found === null) return undefined;
    const [sequence, text] = found as [string, string];
    return decode(id, Number(sequence), text);
  };

  return (id, counted, onClear) => {
    const entries = async (filter: JournalFilter = {}): Promise<JournalEntry[]> =>
      (await select(id, filter)).map(({ entry }) => entry);
    return {
      get length() {
        return counted().length;
      },
      get dropped() {
        return counted().dropped;
      },
      get lost() {
        const { recorded, dropped, length } = counted();
        return Math.max(0, recorded - dropped - length);
      },
      calls: async () => toCallCounts(await connection.command('HGETALL', keys.session(id).counts)),
      events: () => entries(),
      entries,
      summaries: async (filter = {}) =>
        (await select(id, filter)).map(
          ({ entry, summary }) => summary ?? toExchangeSummary(entry, entry.sequence),
        ),
      find: exchange => find(id, exchange),
      findSummary: async exchange => {
        const entry = await find(id, exchange);
        return entry && toExchangeSummary(entry, entry.sequence);
      },
      clear: onClear,
    };
  };
}

/** @param reply fields such as "petstore.getPet 200", each followed by the number of calls */
function toCallCounts(reply: unknown): CallCounts {
  const counts: CallCounts = new Map();
  const fields = reply as readonly string[];
  for (let at = 0; at < fields.length; at += 2) {
    const field = fields[at] as string;
    const end = field.lastIndexOf(' ');
    const target = field.slice(0, end);
    const statuses = counts.get(target) ?? new Map<number, number>();
    statuses.set(Number(field.slice(end + 1)), Number(fields[at + 1]));
    counts.set(target, statuses);
  }
  return counts;
}
