// The journals of a shared store: what replicas record, for readers and followers on every replica.

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
  extends JournalReaderOptions,
    Pick<JournalWriterOptions, 'limits' | 'monotonicNow' | 'onCreated'> {
  readonly channel: Channel;
}

/** What replicas tell each other when entries were announced. */
const ANNOUNCED = 'events';

export function createSharedJournals(options: SharedJournalsOptions): SharedJournals {
  const { connection, keys, channel, onProblem } = options;
  const followers = createJournalFollowers(connection, keys, onProblem);
  channel.onTold(ANNOUNCED, followers.wake);
  let isTelling = false;
  /** Sessions that are written together are told together. */
  const onAnnounced = (): void => {
    if (isTelling) return;
    isTelling = true;
    setImmediate(() => {
      isTelling = false;
      channel.tell(ANNOUNCED, null);
      followers.wake();
    });
  };
  const writer = createJournalWriter({ ...options, replica: channel.replica, onAnnounced });
  return {
    ...writer,
    open: createJournalReader(options),
    follow: followers.follow,
    async close() {
      followers.close();
      await writer.close();
    },
  };
}
