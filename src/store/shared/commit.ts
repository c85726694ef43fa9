// Reads and writes sessions in the store: each as one script.

import { isObject } from '../../exchange/json.ts';
import type { SessionSource } from '../../mock/serve-event.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import type { StoreConnection } from './connect.ts';
import type { CountedEntries } from './journal-reader.ts';
import type { SessionKeys, StoreKeys } from './keys.ts';
import { COMMIT, DELETE, LOAD } from './scripts.ts';
import { NO_VERSION, type SessionCounters, type SessionDelta, type TableDelta } from './session-copy.ts';
import { SESSION_PARTS } from './session-parts.ts';

/** What the store has of a session. */
export interface LoadedSession {
  readonly version: string;
  readonly counters: SessionCounters;
  readonly journal: CountedEntries;
  /** Undefined: the reader has this version. */
  readonly delta: SessionDelta | undefined;
}

/** What replicas publish about a commit. */
export interface CommitMessage {
  readonly from: string;
  readonly session: string;
  /** The version before. */
  readonly previous: string;
  /** Absent: it is too large to be published; or the session was deleted. */
  readonly delta?: SessionDelta;
  readonly isDeleted?: true;
}

/** Undefined: no replica sent it. Anybody may publish to the channel. */
export function parseCommit(text: string): CommitMessage | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return isObject(message) ? (message as unknown as CommitMessage) : undefined;
  } catch {
    return undefined;
  }
}

/** Thrown if the keys of a session have what no replica wrote. Deleting the session removes them. */
export class DamagedSession extends StoreUnavailable {
  constructor(id: string) {
    super(
      `the store has something else under the keys of the session "${id}" than replicas write; delete the session, and the next request begins it anew`,
    );
  }
}

/** For an error of a script. */
function damageOf(id: string): (error: Error) => never {
  return error => {
    throw /\bWRONGTYPE\b/.test(error.message) ? new DamagedSession(id) : error;
  };
}

/** Whether the version was the expected one, the version of the store, whether the keys live longer now, and whether the session is new. */
interface CommitResult {
  readonly isCommitted: boolean;
  readonly version: string;
  readonly isExtended: boolean;
  readonly isNew: boolean;
}

export interface SessionStorage {
  /** @param known the version that the reader has */
  load(id: string, known: string): Promise<LoadedSession | undefined>;
  commit(id: string, expected: string, delta: SessionDelta): Promise<CommitResult>;
  /** @returns false if there is no such session */
  delete(id: string): Promise<boolean>;
}

/** A larger delta is loaded by those that need it. */
const MAX_PUBLISHED = 256 * 1024;
/** Lua passes at most some thousand arguments to a command. */
const PAIRS = 1000;

export interface SessionStorageOptions {
  readonly connection: StoreConnection;
  readonly keys: StoreKeys;
  /** Id of this replica. */
  readonly replica: string;
  /** Milliseconds without use until the keys of a session expire. */
  readonly idleMs: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

export function createSessionStorage({
  connection,
  keys,
  replica,
  idleMs,
  now,
}: SessionStorageOptions): SessionStorage {
  return {
    async load(id, known) {
      const { head, journal, credentials, table } = keys.session(id);
      const reply = (await connection
        .script(LOAD, [head], [known, table(''), journal, credentials])
        .catch(damageOf(id))) as LoadReply;
      const [fields, length, bound, ...tables] = reply;
      return fields.length === 0 ? undefined : toLoadedSession(toMap(fields), length, bound, tables, known);
    },
    async commit(id, expected, delta) {
      const { head, journal, counts, credentials, table } = keys.session(id);
      const commands = commandsOf(delta, keys.session(id), idleMs);
      const message: CommitMessage = { from: replica, session: id, previous: expected, delta };
      const text = JSON.stringify(message);
      const published = text.length > MAX_PUBLISHED ? JSON.stringify({ ...message, delta: undefined }) : text;
      const parts = commands.flatMap(each => [each.length, ...each]);
      const [isCommitted, version, isExtended, isNew] = (await connection
        .script(
          COMMIT,
          [head, journal, counts, credentials],
          [expected, keys.channel, published, idleMs, now(), table(''), ...parts],
        )
        .catch(damageOf(id))) as [number, string, number?, number?];
      return { isCommitted: isCommitted === 1, version, isExtended: isExtended === 1, isNew: isNew === 1 };
    },
    async delete(id) {
      const { head, journal, counts, credentials, table } = keys.session(id);
      const message: CommitMessage = { from: replica, session: id, previous: NO_VERSION, isDeleted: true };
      const existed = await connection.script(
        DELETE,
        [head, journal, counts, credentials],
        [keys.channel, `${NO_VERSION} ${JSON.stringify(message)}`, table('')],
      );
      return existed === 1;
    },
  };
}

type Command = (string | number)[];

function commandsOf(
  { parts, tables, epoch, calls }: SessionDelta,
  { head, journal, counts, table }: SessionKeys,
  idleMs: number,
): Command[] {
  const commands: Command[] = [];
  const fields = Object.entries(parts).flat();
  if (fields.length > 0) commands.push(['HSET', head, ...fields]);
  for (const [name, { isWhole, items }] of Object.entries(tables)) {
    const key = table(name);
    if (isWhole)
      commands.push(
        ['DEL', key],
        items === null ? ['HDEL', head, `t:${name}`] : ['HSET', head, `t:${name}`, 1],
      );
    commands.push(...itemCommands(key, items ?? []));
    // A hash that lost its last item is a new one when it gets another.
    commands.push(['PEXPIRE', key, idleMs]);
  }
  if (epoch !== undefined) {
    const names = ['recorded', 'dropped', 'bytes', ...(calls === 0 ? ['calls'] : [])];
    const zeros = names.flatMap(name => [name, 0]);
    commands.push(['DEL', journal, counts], ['HSET', head, 'epoch', epoch, ...zeros]);
  }
  return commands;
}

/** An item may be changed more than once: the last change counts. */
function itemCommands(key: string, items: NonNullable<TableDelta['items']>): Command[] {
  const last = new Map(items);
  const removed = [...last].filter(([, sealed]) => sealed === null).map(([order]) => order);
  const written = [...last].filter((each): each is [number, string] => each[1] !== null);
  const commands: Command[] = [];
  for (let from = 0; from < removed.length; from += PAIRS)
    commands.push(['HDEL', key, ...removed.slice(from, from + PAIRS)]);
  for (let from = 0; from < written.length; from += PAIRS)
    commands.push(['HSET', key, ...written.slice(from, from + PAIRS).flat()]);
  return commands;
}

type LoadReply = [
  fields: string[],
  length: number,
  credentials: number,
  ...tables: [name: string, fields: string[]][],
];

function toMap(fields: readonly string[]): Map<string, string> {
  const map = new Map<string, string>();
  for (let at = 0; at < fields.length; at += 2) map.set(fields[at] as string, fields[at + 1] as string);
  return map;
}

function toLoadedSession(
  head: ReadonlyMap<string, string>,
  length: number,
  credentials: number,
  tables: readonly [string, string[]][],
  known: string,
): LoadedSession {
  const number = (name: string): number => Number(head.get(name) ?? 0);
  const version = head.get('v') ?? NO_VERSION;
  const createdAt = number('created');
  return {
    version,
    counters: {
      createdAt,
      lastUsedAt: Math.max(number('used'), createdAt),
      calls: number('calls'),
      credentials,
      lastBoundBy: head.get('bound') as SessionSource | undefined,
      epoch: number('epoch'),
    },
    journal: { length, recorded: number('recorded'), dropped: number('dropped') },
    delta:
      version === known && version !== NO_VERSION
        ? undefined
        : {
            parts: Object.fromEntries(
              SESSION_PARTS.flatMap(part => {
                const sealed = head.get(part);
                return sealed === undefined ? [] : [[part, sealed]];
              }),
            ),
            tables: Object.fromEntries(tables.map(([name, fields]) => [name, wholeTable(fields)])),
          },
  };
}

function wholeTable(fields: readonly string[]): TableDelta {
  const items = [...toMap(fields)].map(([order, sealed]) => [Number(order), sealed] as const);
  return { isWhole: true, items: items.sort(([left], [right]) => left - right) };
}
