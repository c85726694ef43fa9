// The updates of one session in this replica: made on its copy, committed together, and made again if another replica was first.

import { type Session, StoreUnavailable } from '../../mock/session/session-store.ts';
import type { CommitMessage, LoadedSession, SessionStorage } from './commit.ts';
import { NO_VERSION, type SessionCopy, type SessionDelta } from './session-copy.ts';

export interface QueueOptions {
  readonly id: string;
  readonly storage: SessionStorage;
  readonly createCopy: (loaded: LoadedSession | undefined) => SessionCopy;
  /** Called when the queue created the session, or extended its life. */
  readonly onUsed: (isNew: boolean) => Promise<unknown>;
}

interface Work {
  readonly change: (session: Session) => unknown;
  /** True: a session that does not exist is not created, and the result is undefined. */
  readonly isRead: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly result: unknown } | { readonly error: unknown };

/** Attempts until an update is given up: each one failed because another replica succeeded. */
const MAX_ATTEMPTS = 50;
const MAX_BATCH = 200;
/** Milliseconds that a message about a commit may be on its way. */
const MESSAGE_MS = 50;

export class SessionQueue {
  /** Undefined: it is not known in this replica whether there is such a session. */
  copy: SessionCopy | undefined;
  readonly #options: QueueOptions;
  readonly #works: Work[] = [];
  #isRunning = false;
  /** Commits of other replicas while an own one is under way. */
  #published: (readonly [version: string, message: CommitMessage])[] = [];
  #wake = (): void => undefined;
  #idle: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  run<T>(change: (session: Session) => T, isRead: true): Promise<T | undefined>;
  run<T>(change: (session: Session) => T, isRead: false): Promise<T>;
  run(change: (session: Session) => unknown, isRead: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#works.push({ change, isRead, resolve, reject });
      if (!this.#isRunning) void this.#runAll();
    });
  }

  /** Resolves when nothing is under way. */
  async untilIdle(): Promise<void> {
    if (!this.#isRunning) return;
    await new Promise<void>(resolve => this.#idle.push(resolve));
  }

  /** Another replica committed a change, or deleted the session. */
  receive(version: string, message: CommitMessage): void {
    if (this.#isRunning) {
      this.#published.push([version, message]);
      this.#wake();
    } else this.#receivePublished(version, message);
  }

  #receivePublished(version: string, { previous, delta, isDeleted }: CommitMessage): void {
    const { copy } = this;
    if (copy === undefined || (isDeleted !== true && Number(version) <= Number(copy.version))) return;
    if (isDeleted === true) this.copy = undefined;
    else if (copy.isVerified && copy.version === previous && delta !== undefined)
      this.#apply(copy, version, delta);
    else copy.isVerified = false;
  }

  #apply(copy: SessionCopy, version: string, delta: SessionDelta): void {
    try {
      copy.apply(version, delta);
    } catch {
      // No replica wrote it. The session is loaded when it is used next.
      this.copy = undefined;
    }
  }

  #applyPublished(): void {
    const published = this.#published;
    this.#published = [];
    for (const each of published) this.#receivePublished(...each);
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#works.length > 0) {
      const batch = this.#works.splice(0, MAX_BATCH);
      try {
        await this.#runBatch(batch);
      } catch (error) {
        // Whether the store has the change is unknown.
        this.copy?.undo();
        if (this.copy !== undefined) this.copy.isVerified = false;
        for (const { reject } of batch) reject(error);
      }
      this.#applyPublished();
    }
    this.#isRunning = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #runBatch(batch: readonly Work[]): Promise<void> {
    if (batch.every(({ isRead }) => isRead)) {
      const isStored = await this.#load();
      return settle(batch, isStored ? runWorks(batch, this.#requireCopy()) : []);
    }
    const { id, storage, onUsed } = this.#options;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      this.#applyPublished();
      if (this.copy?.isVerified !== true) await this.#load();
      const copy = this.#requireCopy();
      const outcomes = runWorks(batch, copy);
      const delta = copy.delta();
      const { isCommitted, version, isExtended, isNew } = await storage.commit(id, copy.version, delta);
      if (isCommitted) {
        copy.commit(version, delta);
        // What fails is written with the next use of the session.
        if (isNew || isExtended) await onUsed(isNew).catch(() => undefined);
        return settle(batch, outcomes);
      }
      copy.undo();
      await this.#catchUp(copy, version);
    }
    throw new StoreUnavailable(`other replicas changed the session "${id}" too often at the same time`);
  }

  #requireCopy(): SessionCopy {
    if (this.copy === undefined) throw new Error('a session that is loaded must have a copy');
    return this.copy;
  }

  /** Waits for the messages about the commits until the version; without them the session is loaded. */
  async #catchUp(copy: SessionCopy, version: string): Promise<void> {
    const isBehind = (): boolean => {
      this.#applyPublished();
      return this.copy === copy && copy.isVerified && Number(copy.version) < Number(version);
    };
    // The session is gone, or the store has lost its latest writes.
    if (Number(version) < Number(copy.version)) copy.isVerified = false;
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
      this.#wake();
    }, MESSAGE_MS);
    while (isBehind()) {
      if (late.signal.aborted) copy.isVerified = false;
      else
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
    }
    clearTimeout(timer);
  }

  /** @returns false if the store has no such session */
  async #load(): Promise<boolean> {
    const { id, storage, createCopy } = this.#options;
    const { copy } = this;
    const loaded = await storage.load(id, copy?.version ?? NO_VERSION);
    if (copy !== undefined && loaded !== undefined && loaded.delta === undefined) copy.setCounters(loaded);
    else this.copy = createCopy(loaded);
    this.#requireCopy().isVerified = true;
    return loaded !== undefined;
  }
}

function runWorks(batch: readonly Work[], { session }: SessionCopy): Outcome[] {
  return batch.map(({ change }) => {
    try {
      return { result: change(session) };
    } catch (error) {
      return { error };
    }
  });
}

function settle(batch: readonly Work[], outcomes: readonly Outcome[]): void {
  for (const [index, { resolve, reject }] of batch.entries()) {
    const outcome = outcomes[index] ?? { result: undefined };
    if ('error' in outcome) reject(outcome.error);
    else resolve(outcome.result);
  }
}
