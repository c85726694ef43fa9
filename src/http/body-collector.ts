// Collects a body up to a limit while it is streamed, so that it can be validated afterwards.
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { decodeContent } from '../exchange/body.ts';
import { type Body, EMPTY_BODY, header } from '../exchange/exchange.ts';

export class BodyCollector {
  readonly #limit: number;
  #chunks: Uint8Array[] = [];
  /** Number of bytes added, also above the limit. */
  size = 0;

  /** @param limit maximum number of bytes that are collected */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Uint8Array): void {
    this.size += chunk.length;
    if (this.size <= this.#limit) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  hasRoomFor(chunk: Uint8Array): boolean {
    return this.size + chunk.length <= this.#limit;
  }

  /** The body with its content codings; undefined: it was larger than the limit. */
  get bytes(): Uint8Array | undefined {
    if (this.size > this.#limit) return undefined;
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
  }

  /** The decoded body, or why it was not recorded. @param coding the Content-Encoding */
  body(coding: string | undefined): Body {
    if (this.size === 0) return EMPTY_BODY;
    const { bytes } = this;
    if (bytes === undefined)
      return { notRecorded: `the body has ${this.size} bytes, more than the limit of ${this.#limit}` };
    const decoded = decodeContent(bytes, coding, this.#limit);
    if ('bytes' in decoded) return decoded.bytes;
    const { reason, problem } = decoded;
    return problem === 'too-large' ? { notRecorded: reason } : { notRecorded: reason, undecodable: true };
  }
}

interface CollectedRequestBody {
  /** The body to forward; undefined: there is no body. */
  readonly stream: IncomingMessage | Uint8Array | undefined;
  readonly body: () => Body;
  /** Reads the rest. @returns undefined if the body is larger than the limit */
  readonly readAll: () => Promise<Uint8Array | undefined>;
  /** Reads and discards the rest, so that a client that is still sending gets its response. */
  readonly discardRest: () => void;
}

/** @param encodedBody the body if it was read before; undefined: collect it while it is forwarded */
export function collectRequestBody(
  incoming: IncomingMessage,
  encodedBody: Uint8Array | undefined,
  limit: number,
): CollectedRequestBody {
  const collector = new BodyCollector(limit);
  const coding = header(incoming.headersDistinct, 'content-encoding');
  const hasBody =
    incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined;
  if (encodedBody !== undefined) collector.add(encodedBody);
  else incoming.on('data', (chunk: Uint8Array) => collector.add(chunk));
  const discardRest = (): void => {
    incoming.unpipe();
    incoming.resume();
  };
  // A request stream ends only if it is read.
  if (!hasBody) incoming.resume();
  return {
    stream: hasBody ? (encodedBody ?? incoming) : undefined,
    body: () =>
      encodedBody === undefined && hasBody && !incoming.complete
        ? { notRecorded: 'the response arrived before the request body was complete' }
        : collector.body(coding),
    readAll: async () => {
      discardRest();
      if (encodedBody === undefined && !incoming.complete) {
        await new Promise<void>(resolve => {
          incoming.once('end', resolve);
          incoming.once('close', resolve);
        });
      }
      return collector.bytes;
    },
    discardRest,
  };
}
