// Which identifiers occur more than once in a recording: those are made once and asked for later, and are not to be made anew.
import { Buffer } from 'node:buffer';
import { type Exchange, isRecorded } from '../exchange/exchange.ts';
import { MADE_UUID } from './volatile.ts';

/** Beyond this many no identifier is known to occur only once. */
const MOST = 200_000;

export class Identifiers {
  readonly #once = new Set<string>();
  readonly #again = new Set<string>();

  /** Counts every identifier that an exchange speaks of. */
  add({ request, response }: Exchange): void {
    const location = response?.headers.location ?? [];
    this.#count([request.path, request.query, ...location].join(' '));
    for (const body of [request.body, response?.body]) {
      if (body !== undefined && isRecorded(body) && body.length > 0)
        this.#count(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
    }
  }

  isLone(identifier: string): boolean {
    const known = identifier.toLowerCase();
    return this.#once.size < MOST && this.#once.has(known) && !this.#again.has(known);
  }

  #count(text: string): void {
    for (const [identifier] of text.matchAll(MADE_UUID)) {
      const found = identifier.toLowerCase();
      if (this.#once.has(found)) this.#again.add(found);
      else if (this.#once.size < MOST) this.#once.add(found);
    }
  }
}
