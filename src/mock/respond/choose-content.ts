// Chooses the declared content of a response and the concrete media type to send: what Accept prefers, if it can be written.

import { looksLikeJson } from '../../exchange/json.ts';
import {
  acceptableTypes,
  concreteTypes,
  isJson,
  isMediaRange,
  isXml,
  isYaml,
  itemFormatOf,
  namedTypes,
  parseMediaType,
} from '../../exchange/media-type.ts';
import type { Content, Operation, ResponseSpec } from '../../openapi/model.ts';
import { isBinarySchema } from '../../openapi/write-body.ts';
import { typeHintsOf } from '../../schema/type-hints.ts';

export interface ContentChoice {
  readonly content: Content;
  /** The Content-Type: the key of the document, or a type in its range. */
  readonly mediaType: string;
}

/** What the body is before it is written. */
type BodyKind = 'structure' | 'text' | 'xml-text' | 'bytes';

/** In the order in which they are tried for a range of the document. */
const STRUCTURE_TYPES = ['application/json', 'text/json', 'application/xml', 'text/xml'];
const BINARY_TYPES = ['application/octet-stream', 'image/png', 'audio/mpeg', 'video/mp4', 'font/woff2'];
const TEXT_TYPES = ['text/plain', ...STRUCTURE_TYPES, ...BINARY_TYPES];
const XML_TEXT_TYPES = ['application/xml', 'text/xml', 'image/svg+xml', ...TEXT_TYPES];

interface Candidate extends ContentChoice {
  /** Less is better; from UNWRITABLE on the value cannot be written in the media type. */
  readonly rank: number;
  /** For a range: a type that Accept prefers, or that needs a conversion, such as XML. */
  readonly isLastResort: boolean;
}

/**
 * Chooses among the contents that have the example. Without a preference of the client a type that can be written goes before
 * one that cannot, and JSON before others if there is no Accept at all.
 * @returns undefined if the response has no content, or Accept excludes all
 */
export function chooseContent(
  operation: Operation,
  { contents }: Pick<ResponseSpec, 'contents'>,
  { accept, example }: { readonly accept: string | undefined; readonly example: string | undefined },
): ContentChoice | undefined {
  const candidates = contents
    .filter(({ examples }) => example === undefined || examples.some(({ name }) => name === example))
    .flatMap(content => candidatesOf(content, bodyKindOf(operation, content, example), accept))
    .sort((left, right) => left.rank - right.rank);
  const acceptable = acceptableTypes(
    accept,
    candidates.map(({ mediaType }) => mediaType),
  );
  const [first] = acceptable;
  if (first === undefined) {
    const overlaps =
      acceptableTypes(
        accept,
        contents.map(({ mediaType }) => mediaType),
      ).length > 0;
    return overlaps ? candidates.find(({ content }) => isMediaRange(content.mediaType)) : undefined;
  }
  const writable = candidates.filter(({ rank }) => rank < UNWRITABLE);
  const find = (from: readonly Candidate[]): Candidate | undefined => {
    const type = acceptable.find(each => from.some(({ mediaType }) => mediaType === each));
    return from.find(({ mediaType }) => mediaType === type);
  };
  return (
    find(writable.filter(({ isLastResort }) => !isLastResort)) ??
    find(writable) ??
    // RFC 9110 section 12.5.1: a server may disregard Accept if it cannot honour it.
    writable[0] ??
    candidates.find(({ mediaType }) => mediaType === first)
  );
}

function candidatesOf(content: Content, kind: BodyKind, accept: string | undefined): Candidate[] {
  if (!isMediaRange(content.mediaType)) {
    const rank = rankOf(content.mediaType, kind, accept === undefined);
    return [{ content, mediaType: content.mediaType, rank, isLastResort: false }];
  }
  const usual = usualTypes(kind);
  const types = [...new Set([...usual, ...namedTypes(accept)])];
  return concreteTypes(content.mediaType, types).map((mediaType, index) => {
    const own = rankOf(mediaType, kind, false);
    const rank = own === AS_TEXT ? UNWRITABLE : own;
    const isUsual = usual.includes(mediaType) || isJson(mediaType);
    // After the types that the document names.
    return { content, mediaType, rank: rank + (index + 1) / 100, isLastResort: !isUsual || rank > 0 };
  });
}

/** The types that may be sent for a range, preferred first. */
function usualTypes(kind: BodyKind): readonly string[] {
  if (kind === 'structure') return STRUCTURE_TYPES;
  if (kind === 'bytes') return [...BINARY_TYPES, ...TEXT_TYPES];
  return kind === 'text' ? TEXT_TYPES : XML_TEXT_TYPES;
}

/** Of an object in a text type: after all types that have a notation for objects. */
const AS_TEXT = 1.5;
const UNWRITABLE = 2;

function rankOf(mediaType: string, kind: BodyKind, jsonFirst: boolean): number {
  const essence = parseMediaType(mediaType)?.essence ?? '';
  if (isJson(essence) && itemFormatOf(essence) === undefined) return jsonFirst ? -1 : 0;
  if (kind !== 'structure') return 0;
  if (isXml(essence) || isYaml(essence) || essence === FORM || essence.startsWith('multipart/')) return 1;
  return essence.startsWith('text/') || itemFormatOf(essence) !== undefined ? AS_TEXT : UNWRITABLE;
}

const FORM = 'application/x-www-form-urlencoded';

function bodyKindOf(operation: Operation, content: Content, exampleName: string | undefined): BodyKind {
  const { documents } = operation.api;
  const { types } = typeHintsOf(operation.api, content.schema);
  const example = content.examples.find(({ name }) => exampleName === undefined || name === exampleName);
  if (example !== undefined) {
    const { value } = example;
    // A serialized form needs no notation for objects.
    if (typeof value !== 'string')
      return typeof value === 'object' && value !== null && example.bytes === undefined
        ? 'structure'
        : 'text';
    if (types.has('string')) return 'text';
    return looksLikeJson(value) ? 'structure' : /^\s*</.test(value) ? 'xml-text' : 'text';
  }
  if (isBinarySchema(documents, content.schema)) return 'bytes';
  if (types.size > 0) return types.has('object') || types.has('array') ? 'structure' : 'text';
  // The schema says nothing: the media type decides.
  const essence = parseMediaType(content.mediaType)?.essence ?? '';
  if (isMediaRange(essence) || isJson(essence) || isXml(essence)) return 'structure';
  return essence.startsWith('text/') ? 'text' : 'bytes';
}
