// Finds the identifiers that occur only once in a recording: a repeated one must not be replaced by a new one.
import { Buffer } from 'node:buffer';
import { type Exchange, isRecorded } from '../exchange/exchange.ts';
import { GENERATED_UUID } from './template-values.ts';

/** Limit of stored identifiers; above it, no identifier counts as unique. */
const MAX_IDENTIFIERS = 200_000;

export class IdentifierCounts {
  readonly #seen = new Set<string>();
  readonly #repeated = new Set<string>();

  /** Counts the identifiers in the URL, the bodies and the Location header of an exchange. */
  add({ request, response }: Exchange): void {
    const location = response?.headers.location ?? [];
    this.#count([request.path, request.query, ...location].join(' '));
    for (const body of [request.body, response?.body]) {
      if (body !== undefined && isRecorded(body) && body.length > 0)
        this.#count(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
    }
  }

  /** Whether the identifier occurs exactly once, in any case. */
  isUnique(identifier: string): boolean {
    const key = identifier.toLowerCase();
    return this.#seen.size < MAX_IDENTIFIERS && this.#seen.has(key) && !this.#repeated.has(key);
  }

  #count(text: string): void {
    for (const [identifier] of text.matchAll(GENERATED_UUID)) {
      const key = identifier.toLowerCase();
      if (this.#seen.has(key)) this.#repeated.add(key);
      else if (this.#seen.size < MAX_IDENTIFIERS) this.#seen.add(key);
    }
  }
}
