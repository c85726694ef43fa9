// Lints the examples of bodies against their schemas: values, or the text of the body in formats such as XML.

import { childNode, type DocumentNode } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import { isJson, isXml, parseMediaType } from '../exchange/media-type.ts';
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, Content } from '../openapi/model.ts';
import type { Direction } from '../schema/dialect.ts';
import { findSchemaProblems } from '../schema/explain.ts';
import { readXml, type XmlValue } from '../schema/read-xml.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import { describesXml } from '../schema/xml-schema.ts';

export function checkExamples(
  api: ApiSpec,
  content: Content,
  direction: Direction,
  findings: Finding[],
): void {
  const { schema } = content;
  if (schema === undefined) return;
  for (const example of content.examples) {
    const name = example.name === '' ? 'the example' : `example "${example.name}"`;
    const report = (at: string, message: string): void => {
      const address = { uri: example.node.uri, pointer: example.node.pointer + at };
      const text = `${name}${at && ` at ${at}`} ${message}`;
      findings.push({
        code: 'spec-example',
        message: text,
        at: '',
        location: api.documents.locate(address),
      });
    };
    const value = exampleValue(api, content, schema, example.value);
    if (value === undefined) continue;
    if ('malformed' in value) {
      report('', `cannot be parsed: ${value.malformed}`);
      continue;
    }
    for (const problem of findSchemaProblems(api.schemas, schema, value.json, { direction, errors: 'all' })) {
      // The pattern has a finding of its own.
      if (problem.isUndecided) continue;
      if (problem.keyword === 'type' && isTextOfPart(content, problem.at, value.json)) continue;
      const { file, line } = api.documents.locate(problem.address);
      // A text has no nodes inside.
      const isText = value.json !== example.value;
      const message = `${isText && problem.at !== '' ? `${problem.at} ` : ''}${problem.message} (${file}:${line})`;
      report(isText ? '' : problem.at, message);
    }
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
  const essence = parseMediaType(mediaType)?.essence ?? '';
  const { types } = typeHintsOf(api, schema);
  const isStructure = (types.has('object') || types.has('array')) && !types.has('string');
  if (typeof value !== 'string' || isJson(essence) || !isStructure) return { json: value };
  if (!isXml(essence)) return undefined;
  const read = readXml(api.documents, schema, value);
  return 'malformed' in read || describesXml(api.documents, schema) ? read : undefined;
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
