// Lints the examples of bodies against their schemas: values, or the text of the body in formats such as XML.

import { isDeepStrictEqual } from 'node:util';
import { childNode, type DocumentNode } from '../document/documents.ts';
import { decodeBody } from '../exchange/body.ts';
import { EMPTY_BODY, parseCookies, parsePairs } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import { isJson, isXml, parseMediaType } from '../exchange/media-type.ts';
import type { Finding } from '../finding/finding.ts';
import { isListOfItems } from '../openapi/content-schema.ts';
import type { ApiSpec, Content, Example, Parameter } from '../openapi/model.ts';
import { boundaryOf } from '../openapi/write-multipart.ts';
import type { Direction } from '../schema/dialect.ts';
import { findSchemaProblems } from '../schema/explain.ts';
import { readItemList } from '../schema/read-items.ts';
import { readXml, type XmlValue } from '../schema/read-xml.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import { describesXml } from '../schema/xml-schema.ts';
import { schemaValue } from './body-value.ts';
import { readParameter, readResponseHeader, type SentParameters } from './read-parameter.ts';
import { malformed, type ParameterValue, values } from './style-values.ts';

/** Lints the examples of a body. */
export function checkExamples(
  api: ApiSpec,
  content: Content,
  direction: Direction,
  findings: Finding[],
): void {
  const { schema } = content;
  if (schema === undefined) return;
  const linter = new ExampleLinter(api, schema, direction, findings);
  for (const example of content.examples) {
    const { serialized, isData, value } = example;
    if (isData) linter.checkValue(example, dataOf(schema, value));
    if (serialized !== undefined)
      linter.checkSerialized(example, serialized, readSerialized(api, content, example));
    if (serialized !== undefined || isData) continue;
    const read = exampleValue(api, content, schema, value);
    if (read === undefined) continue;
    if ('malformed' in read) linter.report(example, '', `cannot be parsed: ${read.malformed}`);
    else linter.checkValue(example, read.json, at => isTextOfPart(content, at, read.json));
  }
}

/** Lints the examples of a parameter or header in which the document tells data from their serialized form. */
export function checkParameterExamples(
  api: ApiSpec,
  parameter: Parameter,
  direction: Direction,
  findings: Finding[],
): void {
  const schema = parameter.schema ?? parameter.content?.schema;
  if (parameter.content !== undefined) checkExamples(api, parameter.content, direction, findings);
  if (schema === undefined) return;
  const linter = new ExampleLinter(api, schema, direction, findings);
  for (const example of parameter.examples) {
    const { serialized, isData, value } = example;
    if (isData) linter.checkValue(example, value);
    if (serialized === undefined) continue;
    const read = readExample(api, parameter, serialized.value, direction);
    // The name is a part of the serialized form, and easily forgotten.
    const missing = `does not have the ${parameter.in} parameter "${parameter.name}": write "${parameter.name}=..."`;
    if (read.kind === 'absent') linter.report(example, '', missing, serialized);
    else linter.checkSerialized(example, serialized, read);
  }
}

/** What a request or response with the text would have. */
function readExample(api: ApiSpec, parameter: Parameter, text: string, direction: Direction): ParameterValue {
  const { name, in: location } = parameter;
  const headers = {
    [name.toLowerCase()]: name.toLowerCase() === 'set-cookie' ? text.trim().split('\n') : [text],
  };
  if (direction === 'response') return readResponseHeader(api, parameter, headers);
  const sent: SentParameters = {
    pathValues: { [name]: text },
    query: location.startsWith('query') ? parsePairs(text) : [],
    cookies: location === 'cookie' ? parseCookies(text) : [],
    headers,
    queryString: () => text,
  };
  return readParameter(api, parameter, sent, new Set());
}

/** The bytes of an example as a message has them. */
function readSerialized(api: ApiSpec, content: Content, { bytes = EMPTY_BODY }: Example): ParameterValue {
  const { mediaType, schema } = content;
  const boundary = mediaType.startsWith('multipart/') ? `; boundary=${boundaryOf(bytes)}` : '';
  const message = { headers: { 'content-type': [mediaType + boundary] }, body: bytes };
  const decoded = decodeBody(message);
  if (decoded.kind === 'malformed') return malformed(`cannot be parsed: ${decoded.reason}`);
  const value = schema && schemaValue(api, content, schema, decoded, message);
  if (value === undefined) return notCheckable(mediaType);
  return 'malformed' in value
    ? malformed(`cannot be parsed: ${value.malformed.message}`)
    : values(value.json);
}

function notCheckable(mediaType: string): ParameterValue {
  return { kind: 'not-checkable', message: `the schema does not describe ${mediaType}` };
}

class ExampleLinter {
  readonly #api: ApiSpec;
  readonly #schema: DocumentNode;
  readonly #direction: Direction;
  readonly #findings: Finding[];

  constructor(api: ApiSpec, schema: DocumentNode, direction: Direction, findings: Finding[]) {
    this.#api = api;
    this.#schema = schema;
    this.#direction = direction;
    this.#findings = findings;
  }

  report({ name, node }: Example, at: string, message: string, place: DocumentNode = node): void {
    const title = name === '' ? 'the example' : `example "${name}"`;
    const location = this.#api.documents.locate({ uri: place.uri, pointer: place.pointer + at });
    this.#findings.push({
      code: 'spec-example',
      message: `${title}${at && ` at ${at}`} ${message}`,
      at: '',
      location,
    });
  }

  /** @param isIgnored whether problems with the type of a member are none */
  checkValue(example: Example, value: unknown, isIgnored: (at: string) => boolean = () => false): void {
    // A text has no nodes inside.
    const isText = typeof example.value === 'string' && value !== example.value;
    for (const { at, message, keyword } of this.#problems(value)) {
      if (keyword === 'type' && isIgnored(at)) continue;
      const inside = value === example.value || isText ? at : at.replace(/^\/0/, '');
      this.report(example, isText ? '' : inside, isText && at !== '' ? `${at} ${message}` : message);
    }
  }

  /** @param read what the text represents: the example is valid if one of the readings is */
  checkSerialized(example: Example, place: DocumentNode, read: ParameterValue): void {
    if (read.kind === 'malformed') this.report(example, '', read.message, place);
    if (read.kind !== 'values' || read.values.length === 0) return;
    const problems = read.values.map(value => this.#problems(value));
    if (read.unknown === undefined && problems.every(({ length }) => length > 0))
      for (const { at, message } of problems[0] ?? [])
        this.report(example, '', at === '' ? message : `${at} ${message}`, place);
    else if (
      example.isData &&
      !read.values.some(value => isDeepStrictEqual(value, dataOf(this.#schema, example.value)))
    )
      this.report(
        example,
        '',
        'has a "serializedValue" that is not the serialization of its "dataValue"',
        place,
      );
  }

  #problems(value: unknown): { at: string; message: string; keyword: string | undefined }[] {
    const mode = { direction: this.#direction, errors: 'all' } as const;
    return (
      findSchemaProblems(this.#api.schemas, this.#schema, value, mode)
        // The pattern has a finding of its own.
        .filter(({ isUndecided }) => !isUndecided)
        .map(({ at, message, keyword, address }) => {
          const { file, line } = this.#api.documents.locate(address);
          return { at, keyword, message: `${message} (${file}:${line})` };
        })
    );
  }
}

/**
 * Examples are values of the schema, or the text of the body, where the schema allows no string (OpenAPI, Example Object).
 * @returns undefined for a text that cannot be held against the schema
 */
function exampleValue(
  api: ApiSpec,
  { mediaType }: Content,
  schema: DocumentNode,
  value: unknown,
): XmlValue | undefined {
  const parsed = parseMediaType(mediaType);
  const essence = parsed?.essence ?? '';
  const hints = typeHintsOf(api, schema);
  const { types } = hints;
  if (typeof value !== 'string') return { json: dataOf(schema, value) };
  const list = readItemList(api.version, hints, parsed, value);
  if (list !== undefined)
    return 'malformed' in list ? { malformed: `item ${list.index}: ${list.malformed}` } : list;
  const isStructure = (types.has('object') || types.has('array')) && !types.has('string');
  if (isJson(essence) || !isStructure) return { json: value };
  if (!isXml(essence)) return undefined;
  const read = readXml(api.documents, schema, value);
  return 'malformed' in read || describesXml(api.documents, schema) ? read : undefined;
}

/** The example of a list of items may be the only one. */
function dataOf(schema: DocumentNode, value: unknown): unknown {
  return isListOfItems(schema) && !Array.isArray(value) ? [value] : value;
}

/** Whether the problem is about a part of a form whose example is its text in another format, such as XML. */
function isTextOfPart({ node }: Content, at: string, example: unknown): boolean {
  const [name, inner] = splitPointer(at);
  if (name === undefined || inner !== undefined || !isObject(example) || typeof example[name] !== 'string')
    return false;
  const encoding = [name, 'contentType'].reduce<DocumentNode | undefined>(
    (parent, step) => parent && childNode(parent, step),
    childNode(node, 'encoding'),
  );
  return typeof encoding?.value === 'string' && !isJson(parseMediaType(encoding.value)?.essence ?? '');
}
