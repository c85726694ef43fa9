// Writes the value of a body in a media type: JSON, XML, a form, rows or text.
import { Buffer } from 'node:buffer';
import { type DocumentNode, type DocumentSet, followReferences } from '../document/documents.ts';
import { impreciseDigits, writeExactJson } from '../exchange/exact-json.ts';
import { isObject, looksLikeJson } from '../exchange/json.ts';
import { isJson, isXml, isYaml, itemFormatOf } from '../exchange/media-type.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import { writeXml } from '../schema/write-xml.ts';
import type { ApiSpec, Content } from './model.ts';
import { writeForm } from './write-form.ts';
import { writeRows } from './write-rows.ts';

/**
 * @param essence of the media type
 * @param holder the value is its one item (see exact-json.ts)
 * @param content has the encodings of the fields of a form
 * @returns undefined if the value cannot be written in the media type
 */
export function writeBody(
  api: ApiSpec,
  schema: DocumentNode | undefined,
  essence: string,
  holder: readonly [unknown],
  content?: Pick<Content, 'node'>,
): Uint8Array | undefined {
  const [value] = holder;
  if (typeof value === 'string') {
    // Some documents have the whole JSON body as one string: do not quote it again.
    const isText = isJson(essence) && (typeHintsOf(api, schema).types.has('string') || !looksLikeJson(value));
    return Buffer.from(isText ? JSON.stringify(value) : value);
  }
  const format = itemFormatOf(essence);
  if (format === 'json-lines' || format === 'json-seq' || format === 'events')
    return Buffer.from(writeRows(essence, value) ?? '');
  if (isJson(essence) || isYaml(essence)) return Buffer.from(writeExactJson(holder).slice(1, -1));
  const exact = withLongNumbersAsText(holder);
  if (isXml(essence)) return Buffer.from(writeXml(api.documents, schema, exact));
  if (essence === 'application/x-www-form-urlencoded' && isObject(exact))
    return Buffer.from(writeForm(api, content, exact));
  if (typeof exact !== 'object' || exact === null) return Buffer.from(String(exact));
  const rows = writeRows(essence, exact);
  if (rows !== undefined) return Buffer.from(rows);
  return essence.startsWith('text/') ? Buffer.from(writeExactJson(holder).slice(1, -1)) : undefined;
}

/** The value with strings for the integers that a JavaScript number cannot hold. */
function withLongNumbersAsText(holder: readonly [unknown]): unknown {
  const read = JSON.parse(
    writeExactJson(holder),
    ((_, value, { source = '' }) => impreciseDigits(source, value) ?? value) as Reviver as Parameters<
      typeof JSON.parse
    >[1],
  ) as readonly [unknown];
  return read[0];
}

/** With the argument that the types of TypeScript lack. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** True for a string that stands for bytes: format "binary" in OpenAPI 3.0, `contentMediaType` without an encoding in 3.1. */
export function isBinarySchema(documents: DocumentSet, schema: DocumentNode | undefined): boolean {
  const value = followReferences(documents, schema)?.value;
  if (!isObject(value)) return false;
  return (
    value.format === 'binary' || (value.contentMediaType !== undefined && value.contentEncoding === undefined)
  );
}
