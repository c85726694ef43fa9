// The journals of a shared store: what replicas record, for readers and followers on every replica.

import { LRUCache } from 'lru-cache';
import type { SessionStore } from '../../mock/session/session-store.ts';
import type { Channel } from './channel.ts';
import { createJournalFollowers } from './journal-follow.ts';
import { createJournalReader, type JournalReaderOptions, type OpenJournal } from './journal-reader.ts';
import { createJournalWriter, type JournalWriter, type JournalWriterOptions } from './journal-writer.ts';

export interface SharedJournals extends JournalWriter {
  readonly open: OpenJournal;
  readonly follow: SessionStore['follow'];
}

export interface SharedJournalsOptions
  extends Omit<JournalReaderOptions, 'placeOf'>,
    Pick<JournalWriterOptions, 'limits' | 'monotonicNow' | 'onCreated'> {
  readonly channel: Channel;
}

/** What replicas tell each other when entries were announced. */
const ANNOUNCED = 'events';
/** More than may wait for a listener. */
const MAX_PLACES = 20_000;

export function createSharedJournals(options: SharedJournalsOptions): SharedJournals {
  const { connection, keys, channel, onProblem } = options;
  /** Followers ask for exchanges that were delivered to them: each search would read much of the journal. */
  const places = new LRUCache<string, number>({ max: MAX_PLACES });
  const placeKey = (session: string, exchange: string): string => `${session} ${exchange}`;
  const followers = createJournalFollowers(connection, keys, onProblem, each =>
    places.set(placeKey(each.session, each.exchange), each.sequence),
  );
  channel.onBroadcast(ANNOUNCED, followers.wake);
  let isTelling = false;
  /** Sessions that are written together are announced together. */
  const onAnnounced = (): void => {
    if (isTelling) return;
    isTelling = true;
    setImmediate(() => {
      isTelling = false;
      channel.broadcast(ANNOUNCED, null);
      followers.wake();
    });
  };
  const writer = createJournalWriter({ ...options, replica: channel.replica, onAnnounced });
  return {
    ...writer,
    open: createJournalReader({
      ...options,
      placeOf: (session, exchange) => places.get(placeKey(session, exchange)),
    }),
    follow: followers.follow,
    async close() {
      followers.close();
      await writer.close();
    },
  };
}
