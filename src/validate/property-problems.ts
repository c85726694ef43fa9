// The properties of a body that its schema does not declare, or that are read-only or write-only, as messages.

import { LRUCache } from 'lru-cache';
import type { DocumentNode } from '../document/documents.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import { didYouMean } from '../finding/nearest-word.ts';
import { hiddenProperties, type PropertyAnnotation, undocumentedProperties } from '../schema/annotations.ts';
import type { Direction } from '../schema/dialect.ts';
import { listFirst, type SchemaProblem } from '../schema/explain.ts';
import type { CompiledSchemas } from '../schema/schemas.ts';

/** @returns problems with the keyword "hidden" or "undocumented"; those with one cause are capped with a count */
export function findPropertyProblems(
  schemas: CompiledSchemas,
  schema: DocumentNode,
  value: unknown,
  direction: Direction,
): readonly SchemaProblem[] {
  // The compiled check for undocumented properties is fast, but one such property makes whole branches of the schema
  // fail. Therefore it only tells that there may be some; the annotations find out which.
  if (!schemas.mayHaveUndocumented(schema, value, direction)) return [];
  const { reader, schema: start } = schemas.reader(schema, direction);
  const hidden = schemas.mayHideProperties(schema, direction)
    ? hiddenProperties(reader, start, value, direction)
    : [];
  const annotations = [...hidden, ...undocumentedProperties(reader, start, value)].map(annotation => ({
    ...annotation,
    address: { ...annotation.address, uri: schemas.fileOf(annotation.address.uri) },
    keyword: annotation.kind,
  }));
  return listFirst(annotations, annotation => ({
    ...annotation,
    message:
      annotation.kind === 'hidden' ? HIDDEN[direction] : `is not declared by the schema${hint(annotation)}`,
  }));
}

const HIDDEN = {
  request: 'is read-only and must not be sent in a request',
  response: 'is write-only and must not be sent in a response',
} as const satisfies Record<Direction, string>;

/** The same names are misspelt again and again, and comparing names takes time. */
const HINTS = new LRUCache<string, string>({ max: 1000 });

/** "; did you mean "phone"?", or nothing. */
function hint({ at, address, declared = [] }: PropertyAnnotation): string {
  const name = splitPointer(at).at(-1) ?? '';
  const key = `${address.uri}#${address.pointer} ${name}`;
  let text = HINTS.get(key);
  if (text === undefined) {
    text = didYouMean(name, declared);
    HINTS.set(key, text);
  }
  return text;
}
