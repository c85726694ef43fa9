// Collects a body up to a limit while it is streamed, so that it can be validated afterwards.
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { decodeContent } from '../exchange/body.ts';
import { type Body, EMPTY_BODY, header } from '../exchange/exchange.ts';

export class BodyCollector {
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
      return { notRecorded: `the body has ${this.size} bytes, more than the limit of ${this.#limit}` };
    const plain = decodeContent(bytes, coding, this.#limit);
    return 'bytes' in plain ? plain.bytes : { notRecorded: plain.reason };
  }
}

interface CollectedRequestBody {
  /** What is sent on; undefined: there is no body. */
  readonly stream: IncomingMessage | Uint8Array | undefined;
  readonly body: () => Body;
  /** Reads what is still to come. Undefined when it is more than is kept. */
  readonly readAll: () => Promise<Uint8Array | undefined>;
  /** Nobody wants the rest; but a client that is busy sending would not see its answer. */
  readonly discardRest: () => void;
}

/** @param encodedBody the body, where it was read before; undefined: it is captured as it goes by */
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
  const letGo = (): void => {
    incoming.unpipe();
    incoming.resume();
  };
  // Only what somebody reads begins to flow.
  if (!hasBody) incoming.resume();
  return {
    stream: hasBody ? (encodedBody ?? incoming) : undefined,
    body: () =>
      encodedBody === undefined && hasBody && !incoming.complete
        ? { notRecorded: 'the response arrived before the request body was complete' }
        : collector.body(coding),
    readAll: async () => {
      letGo();
      if (encodedBody === undefined && !incoming.complete) {
        await new Promise<void>(resolve => {
          incoming.once('end', resolve);
          incoming.once('close', resolve);
        });
      }
      return collector.bytes;
    },
    discardRest: letGo,
  };
}
