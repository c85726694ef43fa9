// The schema of a body: of media types that have one item after the other it describes the list of the items.

import { childNode, type DocumentNode } from '../document/documents.ts';
import { toReference } from '../document/references.ts';
import { itemFormatOf, parseMediaType } from '../exchange/media-type.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { NO_SCHEMA } from '../schema/schema-compiler.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import type { ApiSpec } from './model.ts';

/** The member of a Media Type Object that holds the schema of a list. No document has it: it is added when it is read. */
const LIST_SCHEMA = 'x-deadringer-list-schema';

export type ReportAt = (code: FindingCode, node: DocumentNode, message: string) => Finding;

/**
 * The schema of the complete body. Does not resolve a $ref: ajv does that itself. An empty value is treated as no schema.
 *
 * `itemSchema` of OpenAPI 3.2 describes each item. Documents of all versions also have the schema of one item in `schema`
 * where the body is a list of them: no list satisfies a schema of objects, so it cannot mean anything else.
 */
export function contentSchema(
  api: ApiSpec,
  media: DocumentNode,
  mediaType: string,
  reportAt: ReportAt,
): DocumentNode | undefined {
  const schema = usableSchema(media, 'schema', reportAt);
  const known = childNode(media, LIST_SCHEMA);
  if (known !== undefined) return known;
  const essence = parseMediaType(mediaType)?.essence ?? '';
  const hasParts = essence.startsWith('multipart/');
  const format = hasParts ? 'parts' : itemFormatOf(essence);
  checkEncodings(api, media, mediaType, hasParts, reportAt);
  const itemSchema = api.version === '3.2' ? usableSchema(media, 'itemSchema', reportAt) : undefined;
  if (format === undefined) {
    if (itemSchema !== undefined)
      reportAt(
        'spec-schema',
        itemSchema,
        `"itemSchema" is not used: the items of ${mediaType} are not known; describe the body with "schema"`,
      );
    return schema;
  }
  const parts: object[] = [];
  if (itemSchema !== undefined) parts.push(listOf(itemSchema));
  if (schema !== undefined) {
    const { types } = typeHintsOf(api, schema);
    const isItem = !hasParts && types.has('object') && !types.has('array') && !types.has('string');
    if (!isItem && itemSchema === undefined) return schema;
    parts.push(isItem ? listOf(schema) : { $ref: toReference(schema) });
    if (isItem && api.version === '3.2')
      reportAt(
        'spec-schema',
        schema,
        `"schema" describes the list of all items of ${mediaType}; it is read as "itemSchema", which describes each item`,
      );
  }
  const [first] = parts;
  if (first === undefined) return undefined;
  (media.value as Record<string, unknown>)[LIST_SCHEMA] = parts.length === 1 ? first : { allOf: parts };
  return childNode(media, LIST_SCHEMA);
}

/** Of OpenAPI 3.2: encodings by position exist for parts only, and not beside those by name. */
function checkEncodings(
  { version }: ApiSpec,
  media: DocumentNode,
  mediaType: string,
  hasParts: boolean,
  reportAt: ReportAt,
): void {
  if (version !== '3.2') return;
  for (const key of ['prefixEncoding', 'itemEncoding']) {
    const encoding = childNode(media, key);
    if (encoding === undefined) continue;
    if (!hasParts) reportAt('spec-schema', encoding, `"${key}" is not used: ${mediaType} has no parts`);
    else if (childNode(media, 'encoding') !== undefined)
      reportAt(
        'spec-schema',
        encoding,
        `"${key}" and "encoding" exclude each other: the part is described by its name or position`,
      );
  }
}

function listOf(item: DocumentNode): object {
  return { type: 'array', items: { $ref: toReference(item) } };
}

function usableSchema(media: DocumentNode, key: string, reportAt: ReportAt): DocumentNode | undefined {
  const schema = childNode(media, key);
  if (schema?.value !== null) return schema;
  reportAt('spec-schema', schema, `this schema cannot be used: ${NO_SCHEMA}`);
  return undefined;
}

/** True if the schema was made of one that describes each item. */
export function isListOfItems({ pointer }: DocumentNode): boolean {
  return pointer.endsWith(`/${LIST_SCHEMA}`);
}
