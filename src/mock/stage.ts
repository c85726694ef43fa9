// The one thing that changes while a mock runs: clock, ids, seed, and who is told about verdicts.
import type { Verdict } from '../contract/verdict.ts';
import type { Finding } from '../finding/finding.ts';
import type { ProblemCode } from './problem.ts';

/** A verdict on an exchange that this mock took part in. */
export interface Served extends Verdict {
  /** The finding that made the mock refuse the request, when it did. */
  readonly refusedFor: Finding | undefined;
  /** Set when the answer is the mock's own and not the API's. */
  readonly problem: ProblemCode | undefined;
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
}

export function createStage({ seed, dynamic, now, tick, run }: StageOptions): Stage {
  const listeners = new Set<(served: Served) => void>();
  let count = 0;
  return {
    now,
    tick,
    seed,
    dynamic,
    nextId: () => `${run}-${++count}`,
    record(served) {
      for (const listener of listeners) listener(served);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
