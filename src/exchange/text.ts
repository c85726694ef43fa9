// A body as the text that it is in its own charset, and that text, edited, as a body again.
import { TextDecoder } from 'node:util';
import type { Message } from './body.ts';
import { encodeText } from './charset.ts';
import { type Body, isRecorded } from './exchange.ts';
import { mediaTypeOf } from './media-type.ts';

/** Where no charset is named, the beginning of a text tells UTF-16 from UTF-8 (RFC 4627 section 3). */
function guessCharset([first, second]: Uint8Array): string {
  if (first === 0xfe || (first === 0 && second !== 0)) return 'utf-16be';
  return first === 0xff || (second === 0 && first !== 0) ? 'utf-16le' : 'utf-8';
}

interface BodyText {
  readonly text: string;
  /** @returns the edited text as bytes of the same charset */
  readonly encode: (text: string) => Body;
}

/** @returns undefined when its bytes are no text of the charset that it claims, which without a claim is UTF-8 */
export function decodeBodyText({ headers, body }: Message): BodyText | undefined {
  if (!isRecorded(body)) return undefined;
  const charset = mediaTypeOf(headers)?.parameters.charset ?? guessCharset(body);
  let text: string;
  try {
    text = new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    // Of a charset that is not known, or not of it: the answer is that there is no text.
    return undefined;
  }
  const write = (edited: string): Body =>
    encodeText(edited, charset) ?? { notRecorded: 'the redacted body cannot be encoded in its charset' };
  return { text, encode: write };
}
