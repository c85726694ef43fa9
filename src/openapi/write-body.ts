// Writes the value of a body in a media type: JSON, XML, a form or text.
import { Buffer } from 'node:buffer';
import { type DocumentNode, type DocumentSet, followReferences } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { isJson, isXml } from '../exchange/media-type.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import { writeXml } from '../schema/write-xml.ts';

/**
 * @param essence of the media type
 * @returns undefined if the value cannot be written in the media type
 */
export function writeBody(
  documents: DocumentSet,
  schema: DocumentNode | undefined,
  essence: string,
  value: unknown,
): Uint8Array | undefined {
  if (typeof value === 'string') {
    // Some documents have the whole JSON body as one string: do not quote it again.
    const isText =
      isJson(essence) && (typeHintsOf(documents, schema).types.has('string') || !looksLikeJson(value));
    return Buffer.from(isText ? JSON.stringify(value) : value);
  }
  if (isJson(essence)) return Buffer.from(JSON.stringify(value));
  if (isXml(essence)) return Buffer.from(writeXml(documents, schema, value));
  if (essence === 'application/x-www-form-urlencoded' && isObject(value)) {
    const pairs = Object.entries(value).flatMap(([name, inner]) =>
      [inner].flat().map((each): [string, string] => [name, textOf(each)]),
    );
    return Buffer.from(new URLSearchParams(pairs).toString());
  }
  return typeof value === 'object' && value !== null ? undefined : Buffer.from(String(value));
}

/** Objects in a form field are JSON (OpenAPI, Encoding Object). */
function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

export function looksLikeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** True for a string that stands for bytes: format "binary" in OpenAPI 3.0, `contentMediaType` without an encoding in 3.1. */
export function isBinarySchema(documents: DocumentSet, schema: DocumentNode | undefined): boolean {
  const value = followReferences(documents, schema)?.value;
  if (!isObject(value)) return false;
  return (
    value.format === 'binary' || (value.contentMediaType !== undefined && value.contentEncoding === undefined)
  );
}
