// Bodies that a recording stores as text. The bytes are encoded on first access; validation rarely needs them.
import { Buffer } from 'node:buffer';
import { type Body, type Headers, isRecorded } from './exchange.ts';

/** A body as text, encoded in UTF-8. Never empty, and without lone surrogates, which UTF-8 cannot encode. */
export interface TextBody {
  readonly text: string;
}

/** What requests, responses and parts have in common. */
export interface Message {
  readonly headers: Headers;
  readonly body: Body;
}

const TEXT: unique symbol = Symbol('text');

interface TextMessage extends Message {
  readonly [TEXT]?: string;
}

/** One descriptor for all messages, so that V8 gives them one hidden class. */
const LAZY_BODY: PropertyDescriptor = {
  get(this: TextMessage) {
    const value = Buffer.from(this[TEXT] ?? '', 'utf8');
    // A caller may have frozen the message.
    if (!Object.isFrozen(this)) Object.defineProperty(this, 'body', { value, enumerable: true });
    return value;
  },
  enumerable: true,
  configurable: true,
};

/**
 * Adds a body to a message, in place. The text is not enumerable: a copy of the message has only the bytes, so a copy with
 * another body, such as a redacted one, never returns the text of the original.
 * @returns the same message
 */
export function attachBody<Rest extends { readonly headers: Headers }>(
  message: Rest,
  body: Body | TextBody,
): Rest & Message {
  if ('text' in body) {
    Object.defineProperty(message, TEXT, { value: body.text });
    return Object.defineProperty(message, 'body', LAZY_BODY) as Rest & Message;
  }
  const result = message as Rest & { body: Body };
  result.body = body;
  return result;
}

/** The body as text; undefined when the message stores bytes. */
export function bodyText(message: Message): string | undefined {
  return (message as TextMessage)[TEXT];
}

/** True when the body is known to be empty; false when it was not recorded. */
export function hasEmptyBody(message: Message): boolean {
  if (bodyText(message) !== undefined) return false;
  const { body } = message;
  return isRecorded(body) && body.length === 0;
}

/** @param limit in bytes, of the UTF-8 encoding */
export function isBodyLongerThan(message: Message, limit: number): boolean {
  const text = bodyText(message);
  if (text !== undefined) return text.length * 3 > limit && Buffer.byteLength(text) > limit;
  const { body } = message;
  return isRecorded(body) && body.length > limit;
}
