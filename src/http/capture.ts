// Keeps what goes by, up to a limit, so that it can be judged when all of it has passed.
import { Buffer } from 'node:buffer';
import { uncompress } from '../exchange/body.ts';
import { type Body, EMPTY_BODY } from '../exchange/exchange.ts';

export class Capture {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  /** Bytes that went by. */
  size = 0;

  /** @param limit most bytes that are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Uint8Array): void {
    this.size += chunk.length;
    if (this.size <= this.#limit) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  /** As it went by; undefined when there was more than is kept. */
  get bytes(): Uint8Array | undefined {
    if (this.size > this.#limit) return undefined;
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
  }

  /** @param coding the Content-Encoding, which is taken off */
  body(coding: string | undefined): Body {
    if (this.size === 0) return EMPTY_BODY;
    const { bytes } = this;
    if (bytes === undefined)
      return { notRecorded: `the body has ${this.size} bytes, and ${this.#limit} are kept` };
    const plain = uncompress(bytes, coding, this.#limit);
    return 'bytes' in plain ? plain.bytes : { notRecorded: plain.why };
  }
}
