// Rebuilds the body of a form from the fields that a recording contains.
import { Buffer } from 'node:buffer';

export interface FormField {
  readonly name: string;
  /** Undefined when the recording does not contain it, as for a file. */
  readonly value: string | undefined;
  readonly fileName?: string | undefined;
  readonly mediaType?: string | undefined;
}

/** Encodes the fields, unless the recording contains them encoded: all are valid in that encoding, and one has an escape. */
export function writeUrlencoded(fields: readonly FormField[]): Uint8Array {
  const texts = fields.flatMap(({ name, value }) => [name, value ?? '']);
  const asSent = texts.every(isEncoded) && texts.some(text => text.includes('%'));
  const write = asSent ? (text: string) => text : encode;
  return Buffer.from(fields.map(({ name, value }) => `${write(name)}=${write(value ?? '')}`).join('&'));
}

function isEncoded(text: string): boolean {
  return /^(?:[\w.~*+!'()-]|%[0-9a-f]{2})*$/i.test(text);
}

function encode(text: string): string {
  // encodeURIComponent throws for half a surrogate pair.
  return encodeURIComponent(text.toWellFormed());
}

/** @returns the bytes; undefined when the recording does not contain the value of a field */
export function writeMultipart(fields: readonly FormField[], boundary: string): Uint8Array | undefined {
  const parts: string[] = [];
  for (const { name, value, fileName, mediaType } of fields) {
    if (value === undefined) return undefined;
    const file = fileName === undefined ? '' : `; filename="${escapeQuotedName(fileName)}"`;
    const type = mediaType === undefined || mediaType === '' ? '' : `\r\nContent-Type: ${mediaType}`;
    parts.push(
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeQuotedName(name)}"${file}${type}\r\n\r\n${value}\r\n`,
    );
  }
  return Buffer.from(`${parts.join('')}--${boundary}--\r\n`);
}

/** Escapes a name as browsers do (WHATWG HTML, "multipart/form-data encoding algorithm"). */
function escapeQuotedName(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** @returns a boundary that no field contains */
export function createBoundary(fields: readonly FormField[]): string {
  for (let attempt = 0; ; attempt++) {
    const boundary = `----recorded-form-${attempt}`;
    if (!fields.some(({ value }) => value?.includes(boundary))) return boundary;
  }
}
