// Bodies that a recording holds as text: their bytes are made when somebody asks for bytes, which a judge hardly ever does.
import { Buffer } from 'node:buffer';
import { type Body, type Headers, isRecorded } from './exchange.ts';

/** A body that is this text in UTF-8: never empty, and without half surrogate pairs, which no bytes stand for. */
export interface TextBody {
  readonly text: string;
}

export interface Message {
  readonly headers: Headers;
  readonly body: Body;
}

class Given {
  constructor(message: object) {
    // biome-ignore lint/correctness/noConstructorReturn: what is built on it is added to the message itself.
    return message as Given;
  }
}

/**
 * A field that a message is given and nobody else sees: copies have the bytes and not this, so one with another body, such
 * as a redacted one, is never taken for its original.
 */
class Text extends Given {
  readonly #text: string;
  #bytes: Uint8Array | undefined;

  constructor(message: object, text: string) {
    super(message);
    this.#text = text;
  }

  static of(message: object): string | undefined {
    return #text in message ? message.#text : undefined;
  }

  static bytes(message: Text): Uint8Array {
    message.#bytes ??= Buffer.from(message.#text, 'utf8');
    return message.#bytes;
  }
}

/** One for all messages, so that they are all of one shape. */
const BODY: PropertyDescriptor = {
  get(this: Text) {
    return Text.bytes(this);
  },
  enumerable: true,
  configurable: true,
};

/** Gives the message its body. */
export function withBody<Rest extends { readonly headers: Headers }>(
  message: Rest,
  body: Body | TextBody,
): Rest & Message {
  if ('text' in body) return Object.defineProperty(new Text(message, body.text), 'body', BODY) as never;
  const whole = message as Rest & { body: Body };
  whole.body = body;
  return whole;
}

/** The text that its body is; undefined where the bytes are all there is. */
export function heldText(message: Message): string | undefined {
  return Text.of(message);
}

/** Whether it is known to have had no body. */
export function isEmpty(message: Message): boolean {
  if (heldText(message) !== undefined) return false;
  const { body } = message;
  return isRecorded(body) && body.length === 0;
}

/** @param limit bytes */
export function isLonger(message: Message, limit: number): boolean {
  const text = heldText(message);
  if (text !== undefined) return text.length * 3 > limit && Buffer.byteLength(text) > limit;
  const { body } = message;
  return isRecorded(body) && body.length > limit;
}
