// A body as the text that it is in its own charset, and that text, edited, as a body again.
import { TextDecoder } from 'node:util';
import type { Message } from './body.ts';
import { encodeText } from './charset.ts';
import { type Body, isRecorded } from './exchange.ts';
import { mediaTypeOf } from './media-type.ts';

interface BodyText {
  readonly text: string;
  /** @returns the edited text as bytes of the same charset */
  readonly write: (text: string) => Body;
}

/** @returns undefined when its bytes are no text of the charset that it claims, which without a claim is UTF-8 */
export function textOf({ headers, body }: Message): BodyText | undefined {
  if (!isRecorded(body)) return undefined;
  const charset = mediaTypeOf(headers)?.parameters.charset ?? 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    // Of a charset that is not known, or not of it: the answer is that there is no text.
    return undefined;
  }
  const write = (edited: string): Body =>
    encodeText(edited, charset) ?? { notRecorded: 'its charset cannot say it without its secrets' };
  return { text, write };
}
