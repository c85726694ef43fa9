// Remembers writes that were recorded and not replayed: the requests about their resources depend on them.

import type { EntryLocation, RecordedExchange } from '../recording/model.ts';
import type { MatchTarget } from '../routing/match-target.ts';
import { templateVariables } from './identifiers.ts';
import { isWrite, type SkippedRequest } from './skip-request.ts';

interface UnreplayedWrite {
  readonly place: EntryLocation;
  readonly method: string;
}

/** Writes that are remembered. Beyond it, what depends on further ones is compared. */
const MAX_WRITES = 200_000;

export class UnreplayedWrites {
  /** By the origin and path of the write: it may change that resource and, unless it is a POST, all below it. */
  readonly #resources = new Map<string, UnreplayedWrite>();
  /** By the origin and path of a resource that contains the changed one. */
  readonly #containers = new Map<string, UnreplayedWrite>();

  /** Call it for each exchange that is skipped, or whose response became an error. Ignores reads and refused writes. */
  add({ exchange, origin, place }: RecordedExchange, matchTarget: MatchTarget): void {
    const { request, response } = exchange;
    const wasRefused = response !== undefined && response.status >= 400 && response.status < 500;
    if (!isWrite(request) || wasRefused || this.#resources.size >= MAX_WRITES) return;
    const write = { place, method: request.method };
    const steps = stepsOf(request.path);
    this.#resources.set(keyOf(origin, steps), write);
    const variables = templateVariables(matchTarget, steps.length);
    // The resources above it, up to the nearest one with an identifier: of /orders/7/items/3 the items and the order.
    for (let length = steps.length - 1; length > 0; length--) {
      this.#containers.set(keyOf(origin, steps.slice(0, length)), write);
      if (variables.has(length - 1)) break;
    }
  }

  /** @returns why the request cannot be replayed; undefined: it depends on no write that was not replayed */
  skipDependent({ exchange, origin, place }: RecordedExchange): SkippedRequest | undefined {
    if (this.#resources.size === 0) return undefined;
    const { method, path } = exchange.request;
    const steps = stepsOf(path);
    const write = this.#containers.get(keyOf(origin, steps)) ?? this.#writeAbove(origin, steps, method);
    if (write === undefined) return undefined;
    const { file, entry } = write.place;
    const where = file === place.file ? `entry ${entry}` : `${file} entry ${entry}`;
    const message = `its recorded response depends on the ${write.method} of ${where}, which was not replayed`;
    return { kind: 'skipped', reason: 'missing-dependency', message };
  }

  #writeAbove(origin: string, steps: readonly string[], method: string): UnreplayedWrite | undefined {
    for (let length = steps.length; length > 0; length--) {
      const write = this.#resources.get(keyOf(origin, steps.slice(0, length)));
      // Each POST to a collection, or to an endpoint for all operations, is about something new.
      const isIndependent = write?.method === 'POST' && (length < steps.length || method === 'POST');
      if (write !== undefined && !isIndependent) return write;
    }
    return undefined;
  }
}

function stepsOf(path: string): string[] {
  return path.replace(/\/$/, '').split('/').slice(1);
}

function keyOf(origin: string, steps: readonly string[]): string {
  return `${origin}/${steps.join('/')}`;
}
