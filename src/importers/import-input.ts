// What an importer reads: parsed files, and the bytes of other files that they name.
import type { ParsedFile } from '../document/parse.ts';
import type { JsonObject } from '../exchange/json.ts';
import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { ImportPlace } from './model.ts';

export interface ImportInput {
  readonly files: readonly ParsedFile[];
  /**
   * Reads a file that an input names.
   * @param name relative to the folder that was given, or to that of the file
   * @returns the bytes, or why they cannot be read
   */
  readonly readBody: (name: string) => Uint8Array | string;
}

/** A place below another one. */
export function below({ source, pointer }: ImportPlace, ...steps: readonly (string | number)[]): ImportPlace {
  return { source, pointer: pointer + jsonPointer(...steps) };
}

/** The objects of a list, with their places; other items are passed over. */
export function placedObjects(
  value: unknown,
  place: ImportPlace,
): readonly (readonly [JsonObject, ImportPlace])[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown, index) =>
    isObject(each) ? [[each, below(place, index)] as const] : [],
  );
}

export function numberOfMember(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The text that bytes are in UTF-8; undefined: they are no text. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
