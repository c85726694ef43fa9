// Splits a multipart body (RFC 2046) into its parts; those of multipart/form-data have names (RFC 7578). A malformed body is reported and never truncated.
import { Buffer } from 'node:buffer';
import * as contentType from 'content-type';

export interface FormPart {
  /** "" for a part without a name, which only a form may not have. */
  readonly name: string;
  readonly filename: string | undefined;
  /** The Content-Type of the part as sent; undefined when it has none. */
  readonly mediaType: string | undefined;
  /** All header fields of the part, by name in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
}

/** @returns the parts; or, as a string, why the body is malformed */
export function splitMultipart(body: Uint8Array, boundary: string, isForm = true): FormPart[] | string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const first = bytes.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))
    ? -2
    : bytes.indexOf(delimiter);
  if (first === -1) return `the boundary "${boundary}" does not occur in the body`;
  const parts: FormPart[] = [];
  let at = first + delimiter.length;
  for (;;) {
    if (bytes.subarray(at, at + 2).toString('latin1') === '--') return parts;
    const lineEnd = bytes.indexOf('\r\n', at);
    const next = bytes.indexOf(delimiter, at);
    if (lineEnd === -1 || next === -1) return 'the closing boundary is missing';
    const part = parsePart(bytes.subarray(lineEnd + 2, next), isForm);
    if (typeof part === 'string') return `part ${parts.length + 1}: ${part}`;
    parts.push(part);
    at = next + delimiter.length;
  }
}

function parsePart(part: Buffer, isForm: boolean): FormPart | string {
  const headerEnd = part.subarray(0, 2).toString('latin1') === '\r\n' ? 0 : part.indexOf('\r\n\r\n');
  if (headerEnd === -1) return 'its header section has no end';
  const fields = new Map<string, string>();
  for (const line of part.subarray(0, headerEnd).toString('utf8').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  // Content-Disposition has the grammar of a media type: a token, then parameters.
  const disposition = contentType.parse(fields.get('content-disposition') ?? '');
  const name = disposition.parameters.name;
  if (isForm && (disposition.type !== 'form-data' || name === undefined)) {
    return 'it has no "Content-Disposition: form-data; name=..."';
  }
  return {
    name: name ?? '',
    filename: disposition.parameters.filename,
    mediaType: fields.get('content-type'),
    fields,
    bytes: part.subarray(headerEnd === 0 ? 2 : headerEnd + 4),
  };
}
