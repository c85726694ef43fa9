// Bodies that a recording stores as text. The bytes are encoded on first access; validation rarely needs them.
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

const TEXT: unique symbol = Symbol('text');

interface TextMessage extends Message {
  readonly [TEXT]?: string;
}

/** One for all messages, so that they are all of one shape. */
const LAZY_BODY: PropertyDescriptor = {
  get(this: TextMessage) {
    const value = Buffer.from(this[TEXT] ?? '', 'utf8');
    // Whoever holds the message may have frozen it.
    if (!Object.isFrozen(this)) Object.defineProperty(this, 'body', { value, enumerable: true });
    return value;
  },
  enumerable: true,
  configurable: true,
};

/**
 * Gives the message its body. A text is not enumerable: copies have the bytes and not this, so one with another body, such
 * as a redacted one, is never taken for its original.
 */
export function attachBody<Rest extends { readonly headers: Headers }>(
  message: Rest,
  body: Body | TextBody,
): Rest & Message {
  if ('text' in body) {
    Object.defineProperty(message, TEXT, { value: body.text });
    return Object.defineProperty(message, 'body', LAZY_BODY) as Rest & Message;
  }
  const whole = message as Rest & { body: Body };
  whole.body = body;
  return whole;
}

/** The text that its body is; undefined where the bytes are all there is. */
export function bodyText(message: Message): string | undefined {
  return (message as TextMessage)[TEXT];
}

/** Whether it is known to have had no body. */
export function hasEmptyBody(message: Message): boolean {
  if (bodyText(message) !== undefined) return false;
  const { body } = message;
  return isRecorded(body) && body.length === 0;
}

/** @param limit bytes */
export function isBodyLongerThan(message: Message, limit: number): boolean {
  const text = bodyText(message);
  if (text !== undefined) return text.length * 3 > limit && Buffer.byteLength(text) > limit;
  const { body } = message;
  return isRecorded(body) && body.length > limit;
}
