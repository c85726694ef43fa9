// The value of a body that its schema describes: JSON, XML, a list of items, a form or a text.

import type { DocumentNode } from '../document/documents.ts';
import { type DecodedBody, decodeBody } from '../exchange/body.ts';
import { isRecorded } from '../exchange/exchange.ts';
import { isXml, mediaTypeOf } from '../exchange/media-type.ts';
import type { Message } from '../exchange/text-body.ts';
import type { ApiSpec, Content } from '../openapi/model.ts';
import { readItemList } from '../schema/read-items.ts';
import { readXml } from '../schema/read-xml.ts';
import {
  candidateValues,
  isStructured,
  memberValue,
  type TypeHints,
  typeHintsOf,
} from '../schema/type-hints.ts';
import { describesXml } from '../schema/xml-schema.ts';
import { formValue } from './form-values.ts';
import { latin1Text, multipartValue, partList, type SchemaValue } from './multipart-value.ts';

/** Undefined: the body is empty or malformed, or a schema cannot describe it. */
export function readBodyValue(
  api: ApiSpec,
  content: Content,
  message: Message,
): { readonly json: unknown } | undefined {
  const decoded = decodeBody(message);
  if (decoded.kind === 'json') return { json: decoded.value };
  const { schema } = content;
  const value = schema && schemaValue(api, content, schema, decoded, message);
  return value === undefined || 'malformed' in value ? undefined : value;
}

/** The value to validate against the schema; undefined for a body that a schema cannot describe. */
export function schemaValue(
  api: ApiSpec,
  content: Content,
  schema: DocumentNode,
  decoded: DecodedBody,
  message: Message,
): SchemaValue | undefined {
  if (decoded.kind === 'text') {
    const mediaType = mediaTypeOf(message.headers);
    if (isXml(mediaType?.essence ?? '')) return xmlValue(api, schema, decoded.text);
    const list = readItemList(api.version, typeHintsOf(api, schema), mediaType, decoded.text);
    if (list !== undefined)
      return 'malformed' in list
        ? { malformed: { name: String(list.index), message: list.malformed } }
        : list;
  }
  return toSchemaValue(api, content, schema, decoded, message);
}

function toSchemaValue(
  api: ApiSpec,
  content: Content,
  schema: NonNullable<Content['schema']>,
  decoded: DecodedBody,
  message: Message,
): SchemaValue | undefined {
  const hints = typeHintsOf(api, schema);
  const isForm = mediaTypeOf(message.headers)?.essence === 'multipart/form-data';
  if (decoded.kind === 'multipart' && hints.types.has('array') && !hints.types.has('string'))
    return partList(api, content, decoded.parts, isForm);
  // Of other multipart types than forms, parts may have names as well (OpenAPI 3.1).
  if (decoded.kind === 'multipart' && !isForm && decoded.parts.some(({ name }) => name === ''))
    return hints.types.has('string') && isRecorded(message.body)
      ? { json: latin1Text(message.body) }
      : undefined;
  if (decoded.kind === 'form' || decoded.kind === 'multipart') {
    // A form whose schema is no object is described as a whole: a text, or a list, of which OpenAPI defines no fields.
    const isObject = hints.types.size === 0 || hints.types.has('object');
    if (!isObject)
      return hints.types.has('string') && isRecorded(message.body)
        ? { json: latin1Text(message.body) }
        : undefined;
  }
  switch (decoded.kind) {
    case 'json':
    case 'deep-json':
      return { json: decoded.value };
    case 'text':
      return textValue(hints, decoded.text);
    case 'form':
      return { json: formValue(content, hints, decoded.pairs) };
    case 'multipart':
      return multipartValue(api, content, hints, decoded.parts);
    case 'bytes':
      return hints.types.size === 0 || hints.types.has('string')
        ? { json: latin1Text(decoded.bytes) }
        : undefined;
    default:
      return undefined;
  }
}

/** A text cannot be validated against a schema of objects, unless it is JSON. */
function textValue(hints: TypeHints, text: string): SchemaValue | undefined {
  if (!isStructured(hints)) return { json: memberValue(hints, text) };
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** XML is a string, or the value that the keyword `xml` of the schema describes. Without it, an object is not checkable. */
function xmlValue(api: ApiSpec, schema: DocumentNode, text: string): SchemaValue | undefined {
  const { documents } = api;
  const { types } = typeHintsOf(api, schema);
  if (types.has('string') || !(types.has('object') || types.has('array')))
    return { json: candidateValues({ types }, text)[0] };
  const read = readXml(documents, schema, text);
  if ('malformed' in read) return { malformed: { name: undefined, message: read.malformed } };
  return describesXml(documents, schema) ? read : undefined;
}
