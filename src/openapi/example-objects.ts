// Reads the examples of a media type, a parameter or a header: `example`, and the Example Objects of `examples`.

import { Buffer } from 'node:buffer';
import { childNode, type DocumentNode, type DocumentSet, stringMember } from '../document/documents.ts';
import { resolveReference } from '../document/references.ts';
import { encodeText } from '../exchange/charset.ts';
import { parseExactJson } from '../exchange/exact-json.ts';
import { isObject } from '../exchange/json.ts';
import { isJson, isMediaRange, parseMediaType } from '../exchange/media-type.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { OpenApiVersion } from '../schema/openapi-version.ts';
import type { Example } from './model.ts';
import { reportNewerFields } from './newer-fields.ts';

export interface ExampleContext {
  readonly documents: DocumentSet;
  readonly version: OpenApiVersion;
  readonly report: (finding: Finding) => void;
  readonly reportAt: (code: FindingCode, node: Omit<DocumentNode, 'value'>, message: string) => Finding;
}

/** @param mediaType undefined: the examples are those of a parameter or a header with a schema */
export function readExampleObjects(
  context: ExampleContext,
  holder: DocumentNode,
  mediaType?: string,
): Example[] {
  const { documents, report, reportAt } = context;
  const examples: Example[] = [];
  const singleExample = childNode(holder, 'example');
  if (singleExample !== undefined)
    examples.push({ name: '', value: singleExample.value, node: singleExample });
  const named = documents.tryMember(holder, 'examples');
  if (named === undefined || 'code' in named || named.value === null) return examples;
  if (singleExample !== undefined && context.version === '3.2')
    reportAt('spec-example', singleExample, excludeEachOther('example', 'examples'));
  if (!isObject(named.value)) {
    reportAt('spec-example', named, '"examples" must be an object with names');
    return examples;
  }
  for (const [name, node] of documents.members(named, report)) {
    const example = readExampleObject(context, name, node, mediaType);
    if (example !== undefined) examples.push(example);
  }
  return examples;
}

/** Fields of which an Example Object has one (OpenAPI 3.2, Example Object). */
const EXCLUSIVE = [
  ['dataValue', 'value'],
  ['serializedValue', 'value'],
  ['serializedValue', 'externalValue'],
  ['externalValue', 'value'],
] as const;

/** @returns undefined if it has no value that can be used: that has been reported, or the value is remote */
function readExampleObject(
  context: ExampleContext,
  name: string,
  node: DocumentNode,
  mediaType: string | undefined,
): Example | undefined {
  const { version, reportAt } = context;
  reportNewerFields(version, 'example', node, reportAt);
  const isKnown = (field: string): boolean =>
    version === '3.2' || (field !== 'dataValue' && field !== 'serializedValue');
  const fieldOf = (field: string): DocumentNode | undefined => {
    const declared = isKnown(field) ? childNode(node, field) : undefined;
    // A value that cannot be read has been replaced by an empty address.
    return field === 'externalValue' && declared?.value === '' ? undefined : declared;
  };
  for (const [field, other] of EXCLUSIVE) {
    const declared = fieldOf(field);
    if (declared === undefined || fieldOf(other) === undefined) continue;
    reportAt('spec-example', declared, excludeEachOther(field, other));
  }
  const data = fieldOf('dataValue');
  const value = fieldOf('value');
  const inline = serializedIn(context, node);
  const file = (value ?? inline) ? undefined : externalFile(context, node);
  // The file of a parameter is text: its serialized form.
  const isText = file !== undefined && mediaType === undefined && version === '3.2';
  const serialized = isText ? serializedFile(context, file) : inline;
  if (data !== undefined)
    return {
      ...{ name, value: data.value, node: data, isData: true },
      ...(serialized && { serialized }),
      ...bytesOf(serialized?.value ?? jsonTextOf(data, mediaType), mediaType),
      ...(file && { bytes: file.bytes }),
    };
  if (value !== undefined) return { name, value: value.value, node: value };
  if (serialized !== undefined)
    return {
      ...{ name, value: dataOf(serialized.value, mediaType), node: serialized, serialized },
      ...bytesOf(serialized.value, mediaType),
    };
  if (file !== undefined) return externalExample(context, name, node, file, mediaType);
  if (childNode(node, 'externalValue') !== undefined) return undefined;
  reportAt('spec-example', node, 'an example must be an object with "value"');
  return undefined;
}

function excludeEachOther(field: string, other: string): string {
  return `"${field}" and "${other}" exclude each other: remove one of them`;
}

function serializedIn({ version, reportAt }: ExampleContext, node: DocumentNode): Example['serialized'] {
  const serialized = version === '3.2' ? childNode(node, 'serializedValue') : undefined;
  if (serialized === undefined) return undefined;
  const { value } = serialized;
  if (typeof value === 'string') return { ...serialized, value };
  reportAt('spec-example', serialized, '"serializedValue" must be a string');
  return undefined;
}

/** The text in the charset of the media type. Parameters have no bytes of their own. */
function bytesOf(text: string | undefined, mediaType: string | undefined): Pick<Example, 'bytes'> {
  if (text === undefined || mediaType === undefined) return {};
  const charset = parseMediaType(mediaType)?.parameters.charset;
  return { bytes: encodeText(text, charset) ?? Buffer.from(text) };
}

/** A string of data is a JSON string, even if its text is JSON. Undefined: the data is written when it is sent. */
function jsonTextOf({ value }: DocumentNode, mediaType = ''): string | undefined {
  return typeof value === 'string' && isJson(parseMediaType(mediaType)?.essence ?? '')
    ? JSON.stringify(value)
    : undefined;
}

/** The data of a serialized form that is JSON; else its text. The lint reports what is no JSON. */
function dataOf(text: string, mediaType = ''): unknown {
  if (!isJson(parseMediaType(mediaType)?.essence ?? '')) return text;
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}

interface ExternalFile {
  readonly uri: string;
  readonly bytes: Uint8Array;
}

/** Undefined if it is remote, or cannot be used: that has been reported. */
function externalFile({ documents }: ExampleContext, example: DocumentNode): ExternalFile | undefined {
  const { uri } = resolveReference(example.uri, stringMember(example, 'externalValue') ?? '');
  const bytes = uri === example.uri ? undefined : documents.bytes(uri);
  return bytes && { uri, bytes };
}

function serializedFile(
  { documents }: ExampleContext,
  { uri }: ExternalFile,
): NonNullable<Example['serialized']> {
  return { ...documents.root(uri), value: documents.text(uri).trim() };
}

function externalExample(
  { documents, reportAt }: ExampleContext,
  name: string,
  example: DocumentNode,
  { uri, bytes }: ExternalFile,
  mediaType = 'text/plain',
): Example | undefined {
  const node = documents.root(uri);
  if (!isJson(parseMediaType(mediaType)?.essence ?? '') && !isMediaRange(mediaType))
    return { name, value: documents.text(uri), node, bytes };
  if (typeof node.value !== 'string' || isMediaRange(mediaType)) return { name, value: node.value, node };
  try {
    return { name, value: parseExactJson(node.value), node };
  } catch (error) {
    const message = `externalValue: ${documents.file(uri)} is not JSON: ${String(error)}`;
    reportAt('spec-example', example, message);
    return undefined;
  }
}
