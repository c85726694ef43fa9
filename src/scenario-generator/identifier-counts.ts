// Counts identifiers in a recording: one that occurs more than once must not be generated anew.
import { Buffer } from 'node:buffer';
import { type Exchange, isRecorded } from '../exchange/exchange.ts';
import { GENERATED_UUID } from './template-values.ts';

/** Beyond this many no identifier is known to occur only once. */
const MAX_IDENTIFIERS = 200_000;

export class IdentifierCounts {
  readonly #seen = new Set<string>();
  readonly #repeated = new Set<string>();

  /** Counts every identifier that an exchange speaks of. */
  add({ request, response }: Exchange): void {
    const location = response?.headers.location ?? [];
    this.#count([request.path, request.query, ...location].join(' '));
    for (const body of [request.body, response?.body]) {
      if (body !== undefined && isRecorded(body) && body.length > 0)
        this.#count(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
    }
  }

  isUnique(identifier: string): boolean {
    const known = identifier.toLowerCase();
    return this.#seen.size < MAX_IDENTIFIERS && this.#seen.has(known) && !this.#repeated.has(known);
  }

  #count(text: string): void {
    for (const [identifier] of text.matchAll(GENERATED_UUID)) {
      const found = identifier.toLowerCase();
      if (this.#seen.has(found)) this.#repeated.add(found);
      else if (this.#seen.size < MAX_IDENTIFIERS) this.#seen.add(found);
    }
  }
}
