// The one thing that changes while a mock runs: clock, ids, seed, sessions, and who is told about verdicts.
import type { Verdict } from '../contract/verdict.ts';
import type { Finding } from '../finding/finding.ts';
import type { Delivery } from '../scenario/delivery.ts';
import type { ProblemCode } from './problem.ts';
import type { SessionStore } from './session.ts';
import type { Upstreams } from './upstreams.ts';
import type { World } from './world.ts';

/** A verdict on an exchange that this mock took part in. */
export interface Served extends Verdict {
  readonly session: string;
  /** The finding that made the mock refuse the request, when it did. */
  readonly refusedFor: Finding | undefined;
  /** Set when the answer is the mock's own and not the API's. */
  readonly problem: ProblemCode | undefined;
  /** The scenario rules that had a part in the answer, as "petstore/not-found 1". */
  readonly rules: readonly string[];
  /** Why the answer may break the contract, when a scenario says that it may. */
  readonly offContract: string | undefined;
  readonly delivery: Delivery;
  /** Set when the real service was asked. */
  readonly upstream?: Upstreamed | undefined;
}

/** Where the real service was asked, and what became of its answer. */
export interface Upstreamed {
  /** "https://api.example.com" */
  readonly origin: string;
  /** As asked there, without the query. */
  readonly path: string;
  /** Why there is no answer, or not a whole one; undefined: it came whole. */
  readonly broke: string | undefined;
}

export interface Stage {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds on a clock that only goes forward. */
  tick(): number;
  /** A new id: short, unique in this process, readable in a log. */
  nextId(): string;
  readonly seed: string;
  /** True: bodies are made up from schemas where the client does not say otherwise. */
  readonly dynamic: boolean;
  readonly sessions: SessionStore;
  readonly upstreams: Upstreams;
  readonly world: World;
  /** Swaps the world in one step; sessions keep their positions. */
  stageWorld(world: World): void;
  record(served: Served): void;
  /** @returns a function that ends the subscription */
  subscribe(listener: (served: Served) => void): () => void;
}

export interface StageOptions {
  readonly seed: string;
  readonly dynamic: boolean;
  readonly now: () => number;
  readonly tick: () => number;
  /** Makes the ids of two runs differ; eight letters will do. */
  readonly run: string;
  readonly sessions: SessionStore;
  readonly upstreams: Upstreams;
  readonly world: World;
}

export function createStage({ run, ...given }: StageOptions): Stage {
  const listeners = new Set<(served: Served) => void>();
  let count = 0;
  let { world } = given;
  return {
    ...given,
    get world() {
      return world;
    },
    stageWorld(next) {
      world = next;
    },
    nextId: () => `${run}-${++count}`,
    record(served) {
      for (const listener of listeners) listener(served);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
