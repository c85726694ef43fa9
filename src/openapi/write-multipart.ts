// Writes the value of a multipart body: a part for each member of a form, or for each item of a list.
import { Buffer } from 'node:buffer';
import { childNode, type DocumentNode, followReferences } from '../document/documents.ts';
import { writeExactJson } from '../exchange/exact-json.ts';
import { isObject } from '../exchange/json.ts';
import { isJson, isMediaRange, parseMediaType } from '../exchange/media-type.ts';
import type { ApiSpec, Content } from './model.ts';
import { encodingAt } from './part-encoding.ts';
import { isBinarySchema, writeBody } from './write-body.ts';

export interface MultipartBody {
  readonly bytes: Uint8Array;
  readonly boundary: string;
}

interface Part {
  /** Of a form. */
  readonly name: string | undefined;
  readonly value: unknown;
  readonly schema: DocumentNode | undefined;
  readonly encoding: DocumentNode | undefined;
}

/** @returns undefined for a value that is neither an object nor a list */
export function writeMultipartBody(
  api: ApiSpec,
  content: Content,
  value: unknown,
): MultipartBody | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = Array.isArray(value) ? itemParts(api, content, value) : memberParts(api, content, value);
  const written = parts.map(part => writePart(api, part));
  const boundary = unusedBoundary(written);
  const pieces = written.flatMap(part => [Buffer.from(`--${boundary}\r\n`), part, Buffer.from('\r\n')]);
  return { bytes: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]), boundary };
}

/** The boundary of a serialized body: that of its first delimiter (RFC 2046 section 5.1.1). */
export function boundaryOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 100)).toString('latin1');
  return /^--([\w'()+,./:=?-]{1,70})\r?\n/.exec(start)?.[1] ?? 'boundary';
}

/** Each item of a list is a part with the same name (RFC 7578 section 4.3). */
function memberParts(api: ApiSpec, content: Content, value: object): Part[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const encoding = encodingAt(api.documents, content, name);
    const schema = subschema(api, content.schema, 'properties', name);
    const isList = Array.isArray(member) && !isJson(typeOf(encoding) ?? '');
    const values: readonly unknown[] = isList ? member : [member];
    const itemSchema = isList ? subschema(api, schema, 'items') : schema;
    return values.map(each => ({ name, value: each, schema: itemSchema, encoding }));
  });
}

function itemParts(api: ApiSpec, content: Content, items: readonly unknown[]): Part[] {
  const rest = subschema(api, content.schema, 'items');
  return items.map((value, index) => ({
    name: undefined,
    value,
    schema: subschema(api, content.schema, 'prefixItems', index) ?? rest,
    encoding: encodingAt(api.documents, content, index),
  }));
}

function writePart(api: ApiSpec, { name, value, schema, encoding }: Part): Buffer {
  const declared = typeOf(encoding);
  const isText = typeof value !== 'object' || value === null;
  const type = declared ?? (isText ? undefined : 'application/json');
  const isFile =
    isText && (isBinarySchema(api.documents, schema) || /^(?:image|audio|video)\//.test(declared ?? ''));
  const disposition =
    name === undefined
      ? ''
      : `Content-Disposition: form-data; name="${quoted(name)}"${isFile ? `; filename="${quoted(name)}"` : ''}\r\n`;
  const partType = type ?? (isFile ? 'application/octet-stream' : undefined);
  const head = `${disposition}${partType === undefined ? '' : `Content-Type: ${partType}\r\n`}\r\n`;
  return Buffer.concat([Buffer.from(head), partBytes(api, schema, partType, value)]);
}

function partBytes(
  api: ApiSpec,
  schema: DocumentNode | undefined,
  type: string | undefined,
  value: unknown,
): Uint8Array {
  const essence = parseMediaType(type ?? '')?.essence ?? '';
  const written = type === undefined ? undefined : writeBody(api, schema, essence, [value]);
  return written ?? Buffer.from(typeof value === 'object' ? writeExactJson(value) : String(value));
}

/** The media type of an encoding, unless it leaves it open. */
function typeOf(encoding: DocumentNode | undefined): string | undefined {
  const declared = isObject(encoding?.value) ? encoding.value.contentType : undefined;
  const [first = ''] = typeof declared === 'string' ? declared.split(',').map(each => each.trim()) : [];
  return first === '' || isMediaRange(first) ? undefined : first;
}

function subschema(
  api: ApiSpec,
  schema: DocumentNode | undefined,
  ...steps: readonly (string | number)[]
): DocumentNode | undefined {
  let at = followReferences(api.documents, schema);
  for (const step of steps) at = at && childNode(at, step);
  return followReferences(api.documents, at);
}

/** As browsers escape names (WHATWG HTML, "multipart/form-data encoding algorithm"). */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The same for the same parts. */
function unusedBoundary(parts: readonly Buffer[]): string {
  for (let attempt = 0; ; attempt++) {
    const boundary = `part-boundary-${attempt}`;
    if (!parts.some(part => part.includes(boundary))) return boundary;
  }
}
