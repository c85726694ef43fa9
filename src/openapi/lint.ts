// Lints OpenAPI documents: every schema compiles and is valid, every example is valid, every operation can be matched.

import { childNode, type DocumentNode } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import { isJson, isXml, parseMediaType } from '../exchange/media-type.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { metaSchemaError } from '../schema/ajv.ts';
import { reachableSchemas } from '../schema/annotations.ts';
import type { Direction } from '../schema/dialect.ts';
import { findSchemaProblems } from '../schema/explain.ts';
import { readXml, type XmlValue } from '../schema/read-xml.ts';
import { type CompiledSchemas, UnusableSchema } from '../schema/schemas.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import { describesXml } from '../schema/xml-schema.ts';
import { checkPatterns } from './lint-patterns.ts';
import type { ApiSpec, Content, Contract, Operation, Parameter } from './model.ts';
import { responseFor } from './model.ts';

/**
 * Lists the findings about the documents that `loadContract` has not reported, in the order of the documents.
 * @example
 * const { contract, findings } = await loadContract(['specs'], { relativeTo: process.cwd() });
 * console.log([...findings, ...lint(contract)]);
 */
export function lint(contract: Contract): Finding[] {
  return contract.apis.flatMap(api => lintApi(api));
}

/** Compiles every schema that validation uses. @returns a finding for each schema that does not compile */
export function compileSchemas(contract: Contract): Finding[] {
  return [...compileSchemasStepwise(contract)].flat();
}

/**
 * `compileSchemas` one schema at a time, so that the caller can do other work in between.
 * @param cacheLimit number of schemas; the compiled schemas of an API with more are not cached, because they take megabytes
 */
export function* compileSchemasStepwise(
  contract: Contract,
  cacheLimit = Infinity,
): Generator<readonly Finding[]> {
  for (const api of contract.apis) {
    const uses = new Map(
      schemaUsesOf(api).map(use => [`${use.direction} ${use.schema.uri}#${use.schema.pointer}`, use]),
    );
    const schemas = uses.size > cacheLimit ? api.schemas.uncompiled() : api.schemas;
    for (const { schema, direction } of uses.values()) {
      const findings: Finding[] = [];
      compileSchema(schemas, schema, direction, findings);
      yield findings;
    }
  }
}

function lintApi(api: ApiSpec): Finding[] {
  const findings: Finding[] = [];
  const report = (code: FindingCode, node: { uri: string; pointer: string }, message: string): void => {
    findings.push({ code, message, at: '', location: api.documents.locate(node) });
  };
  findings.push(...compileSchemas({ apis: [api] }));
  const seen = new Set<string>();
  // Do not report a schema twice: the meta-schema also rejects schemas that do not compile.
  const reportedPointers = new Set(findings.map(({ location }) => location?.pointer));
  for (const { schema } of schemaUsesOf(api)) {
    if (!reportedPointers.has(schema.pointer)) checkMetaSchema(api, schema, seen, findings);
  }
  const usable = findings.length === 0;
  checkPatterns(
    api,
    schemaUsesOf(api).map(({ schema }) => schema),
    report,
  );
  const known: KnownOperations = { ids: new Set(), paths: new Map() };
  for (const operation of api.operations) {
    checkDuplicates(operation, known, report);
    checkRefusals(operation, report);
    if (!usable) continue;
    for (const content of operation.requestBody?.contents ?? [])
      checkExamples(api, content, 'request', findings);
    for (const response of operation.responses) {
      for (const content of response.contents) checkExamples(api, content, 'response', findings);
    }
  }
  return findings;
}

interface SchemaUse {
  readonly schema: DocumentNode;
  readonly direction: Direction;
}

function schemaUsesOf(api: ApiSpec): SchemaUse[] {
  const uses: SchemaUse[] = [];
  const addUse = (holder: Pick<Parameter, 'schema' | 'content'> | Content, direction: Direction): void => {
    const schema = holder.schema ?? ('content' in holder ? holder.content?.schema : undefined);
    if (schema !== undefined) uses.push({ schema, direction });
  };
  for (const operation of api.operations) {
    for (const parameter of operation.parameters) addUse(parameter, 'request');
    for (const content of operation.requestBody?.contents ?? []) addUse(content, 'request');
    for (const response of operation.responses) {
      for (const header of response.headers) addUse(header, 'response');
      for (const content of response.contents) addUse(content, 'response');
    }
  }
  return uses;
}

function compileSchema(
  schemas: CompiledSchemas,
  schema: DocumentNode,
  direction: Direction,
  findings: Finding[],
): void {
  for (const errors of ['all', 'first-or-undocumented'] as const) {
    try {
      schemas.compile(schema, { direction, errors });
    } catch (error) {
      if (!(error instanceof UnusableSchema)) throw error;
      findings.push(error.finding);
      return;
    }
  }
}

/** ajv compiles schemas that the meta-schema rejects, such as one with `minLength: -1`. */
function checkMetaSchema(api: ApiSpec, schema: DocumentNode, seen: Set<string>, findings: Finding[]): void {
  const { reader, schema: start } = api.schemas.reader(schema, 'response');
  for (const at of reachableSchemas(reader, start, seen)) {
    const error = metaSchemaError(at.value);
    if (error !== undefined) {
      const address = { uri: api.schemas.fileOf(at.uri), pointer: at.pointer + error.instancePath };
      findings.push({
        code: 'spec-schema',
        message: `this is not a valid JSON Schema: ${error.message}`,
        at: '',
        location: api.documents.locate(address),
      });
      return;
    }
  }
}

function checkExamples(api: ApiSpec, content: Content, direction: Direction, findings: Finding[]): void {
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
  { documents }: ApiSpec,
  { mediaType }: Content,
  schema: DocumentNode,
  value: unknown,
): XmlValue | undefined {
  const essence = parseMediaType(mediaType)?.essence ?? '';
  const { types } = typeHintsOf(documents, schema);
  const isStructure = (types.has('object') || types.has('array')) && !types.has('string');
  if (typeof value !== 'string' || isJson(essence) || !isStructure) return { json: value };
  if (!isXml(essence)) return undefined;
  const read = readXml(documents, schema, value);
  return 'malformed' in read || describesXml(documents, schema) ? read : undefined;
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

/** The operationIds and paths of the operations that have been linted. */
interface KnownOperations {
  readonly ids: Set<string>;
  /** The first path for each method and path without variable names. */
  readonly paths: Map<string, string>;
}

function checkDuplicates(
  operation: Operation,
  known: KnownOperations,
  report: (code: FindingCode, node: DocumentNode, message: string) => void,
): void {
  const { method, path, id, node } = operation;
  const key = `${method} ${path.replace(/\{[^{}]+\}/g, '{}')}`;
  const duplicate = known.paths.get(key);
  if (duplicate === undefined) known.paths.set(key, path);
  else report('spec-operation', node, `${method} ${path} matches the same requests as ${duplicate}`);
  if (known.ids.has(id)) report('spec-operation', node, `the operationId "${id}" is used twice`);
  known.ids.add(id);
}

/** Reports statuses and examples in x-deadringer.refusals that the operation does not declare. */
function checkRefusals(
  operation: Operation,
  report: (code: FindingCode, node: DocumentNode, message: string) => void,
): void {
  for (const [reason, refusal] of Object.entries(operation.refusals.responses)) {
    const response = responseFor(operation, refusal.status);
    if (response === undefined) {
      report(
        'spec-extension',
        operation.node,
        `x-deadringer.refusals.${reason}: ${operation.id} does not declare status ${refusal.status}`,
      );
    } else if (
      refusal.example !== undefined &&
      !response.contents.some(content => content.examples.some(({ name }) => name === refusal.example))
    ) {
      report(
        'spec-extension',
        response.node,
        `x-deadringer.refusals.${reason}: this response has no example "${refusal.example}"`,
      );
    }
  }
}
