// Delivers to followers what replicas add to the journals of a shared store: each exchange once, those of a session in order.

import {
  type FollowFrom,
  type JournaledExchange,
  type SessionStore,
  StoreUnavailable,
} from '../../mock/session/session-store.ts';
import type { StoreConnection } from './connect.ts';
import { EXCHANGES } from './journal-scripts.ts';
import type { StoreKeys } from './keys.ts';

export interface JournalFollowers {
  readonly follow: SessionStore['follow'];
  /** Call it when entries were announced. */
  wake(): void;
  close(): void;
}

/** An exchange, with its place in the journal of its session. */
export interface FollowedExchange extends JournaledExchange {
  readonly sequence: number;
}

/** As a replica has announced it. */
interface AnnouncedExchange extends FollowedExchange {
  /**
   * When the first entry of the session was added, in milliseconds on the clock of the store. With another time it is another
   * session of the same name.
   */
  readonly born: number;
}

/** An entry of the stream of events. */
interface JournalEvent extends AnnouncedExchange {
  /** Id of the entry. */
  readonly position: string;
}

type DeliveredPosition = Pick<AnnouncedExchange, 'born' | 'sequence'>;

const PAGE = 1000;
/** The message that wakes followers may be missed. */
const SAFETY_MS = 1000;

export function createJournalFollowers(
  connection: StoreConnection,
  keys: StoreKeys,
  onProblem: (text: string) => void,
  onDelivered: (exchange: FollowedExchange) => void,
): JournalFollowers {
  const followers = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  const wake = (): void => {
    for (const wakeFollower of followers) wakeFollower();
  };
  const end = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  const readEvents = async (after: string): Promise<JournalEvent[]> => {
    const page = await connection.command('XRANGE', keys.events, `(${after}`, '+', 'COUNT', PAGE);
    return (page as [string, string[]][]).map(toEvent);
  };
  const readAllEvents = async (): Promise<JournalEvent[]> => {
    const events: JournalEvent[] = [];
    for (;;) {
      const page = await readEvents(events.at(-1)?.position ?? '0-0');
      events.push(...page);
      if (page.length < PAGE) return events;
    }
  };
  /** The exchanges of a journal from one sequence number to another. */
  const readJournal = async (
    session: string,
    from: number,
    to: number | '+',
  ): Promise<AnnouncedExchange[]> => {
    const { head, journal } = keys.session(session);
    const [born, ...pairs] = (await connection.script(EXCHANGES, [head, journal], [from, to])) as string[];
    const exchanges: AnnouncedExchange[] = [];
    for (let at = 0; at < pairs.length; at += 2)
      exchanges.push({
        session,
        exchange: pairs[at + 1] as string,
        sequence: Number(pairs[at]),
        born: Number(born),
      });
    return exchanges;
  };
  /** The exchanges of events that journals still have, those of a session in order. */
  const readStored = async (events: readonly JournalEvent[]): Promise<AnnouncedExchange[]> => {
    const journals = new Map<string, AnnouncedExchange[]>();
    for (const [session, ofSession] of Map.groupBy(events, event => event.session)) {
      const first = ofSession.reduce(
        (least, { sequence }) => Math.min(least, sequence),
        Number.MAX_SAFE_INTEGER,
      );
      journals.set(session, await readJournal(session, first, '+'));
    }
    return events.flatMap(({ session, sequence, born }) => {
      const remaining = journals.get(session) ?? [];
      const index = remaining.findIndex(each => each.born !== born || each.sequence > sequence);
      return remaining.splice(0, index < 0 ? remaining.length : index);
    });
  };

  const follow = async (
    from: FollowFrom,
    listener: (recorded: JournaledExchange) => void,
  ): Promise<() => void> => {
    const [seconds, microseconds] = (await connection.command('TIME')) as [string, string];
    const startedAt = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    const delivered = new Map<string, DeliveredPosition>();
    let isEnded = false;
    const deliver = ({ session, exchange, born, sequence }: AnnouncedExchange): void => {
      if (isEnded) return;
      delivered.set(session, { born, sequence });
      onDelivered({ session, exchange, sequence });
      listener({ session, exchange });
    };
    /** Delivers an exchange. Those before it may be announced later, as another replica added them. */
    const deliverInOrder = async (event: AnnouncedExchange): Promise<void> => {
      const { session, born, sequence } = event;
      const last = delivered.get(session);
      if (last !== undefined && !isAfter(event, last)) return;
      const isNew = last === undefined ? born >= startedAt : born > last.born;
      const before = isNew ? 0 : (last?.sequence ?? sequence - 1);
      if (before + 1 < sequence)
        for (const missed of await readJournal(session, before + 1, sequence - 1))
          if (missed.born === born) deliver(missed);
      deliver(event);
    };

    const events = await readAllEvents();
    const stored = from === 'now' ? [] : await readStored(events);
    const last = typeof from === 'object' ? from.after : undefined;
    const skipped = stored.findLastIndex(({ exchange }) => exchange === last) + 1;
    for (const each of from === 'now' ? events : stored.slice(0, skipped)) {
      const known = delivered.get(each.session);
      if (known === undefined || isAfter(each, known)) delivered.set(each.session, each);
    }
    for (const each of stored.slice(skipped)) deliver(each);

    let position = events.at(-1)?.position ?? '0-0';
    let isReading = false;
    let isWoken = false;
    const read = async (): Promise<void> => {
      while (isWoken && !isEnded) {
        isWoken = false;
        for (const event of await readEvents(position)) {
          await deliverInOrder(event);
          position = event.position;
          isWoken = true;
        }
      }
    };
    const wakeFollower = (): void => {
      isWoken = true;
      if (isReading) return;
      isReading = true;
      read()
        // The rest is read when the store is back.
        .catch((error: Error) => {
          if (!(error instanceof StoreUnavailable))
            onProblem(`journals cannot be followed: ${error.message}`);
        })
        .finally(() => {
          isReading = false;
        });
    };
    followers.add(wakeFollower);
    timer ??= setInterval(wake, SAFETY_MS).unref();
    wakeFollower();
    return () => {
      isEnded = true;
      followers.delete(wakeFollower);
      if (followers.size === 0) end();
    };
  };
  return { follow, wake, close: end };
}

function isAfter(event: DeliveredPosition, last: DeliveredPosition): boolean {
  return event.born === last.born ? event.sequence > last.sequence : event.born > last.born;
}

function toEvent([position, fields]: [string, string[]]): JournalEvent {
  const text = (name: string): string => fields[fields.indexOf(name) + 1] ?? '';
  return {
    position,
    session: text('s'),
    exchange: text('x'),
    sequence: Number(text('n')),
    born: Number(text('b')),
  };
}
