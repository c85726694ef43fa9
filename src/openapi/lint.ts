// Lints OpenAPI documents: every schema compiles, every example is valid, every operation can be matched.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { DocumentNode } from '../document/documents.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { reachableSchemas } from '../schema/annotations.ts';
import type { Direction } from '../schema/dialect.ts';
import { findSchemaProblems } from '../schema/explain.ts';
import { type CompiledSchemas, UnusableSchemaError } from '../schema/schemas.ts';
import type { ApiSpec, Content, Contract, Operation, Parameter } from './model.ts';
import { responseFor } from './model.ts';

/** Everything wrong with the documents that loading did not already report, in the order of the documents. */
export function lint(contract: Contract): Finding[] {
  return contract.apis.flatMap(api => lintApi(api));
}

/** Compiles every schema that judging will need. What does not compile is a finding; nothing is swallowed. */
export function compileSchemas(contract: Contract): Finding[] {
  return [...compileSchemasStepwise(contract)].flat();
}

/**
 * The same, schema by schema, for who has other things to do as well.
 * @param cacheLimit of an API with more schemas than this, nothing that was compiled is kept: compiled, they take megabytes
 */
export function* compileSchemasStepwise(
  contract: Contract,
  cacheLimit = Infinity,
): Generator<readonly Finding[]> {
  for (const api of contract.apis) {
    const uses = new Map(
      schemaUsesOf(api).map(use => [`${use.direction} ${use.schema.uri}#${use.schema.pointer}`, use]),
    );
    const schemas = uses.size > cacheLimit ? api.schemas.withoutCache() : api.schemas;
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
  // A schema that did not even compile has been reported; what the meta-schema says of it is the same again.
  const reportedPointers = new Set(findings.map(({ location }) => location?.pointer));
  for (const { schema } of schemaUsesOf(api)) {
    if (!reportedPointers.has(schema.pointer)) checkMetaSchema(api, schema, seen, findings);
  }
  const usable = findings.length === 0;
  const previous: SeenOperations = { operationIds: new Set(), pathsByShape: new Map() };
  for (const operation of api.operations) {
    checkAmbiguity(operation, previous, report);
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
  for (const errors of ['plain', 'closed'] as const) {
    try {
      schemas.compile(schema, { direction, errors });
    } catch (error) {
      if (!(error instanceof UnusableSchemaError)) throw error;
      findings.push(error.finding);
      return;
    }
  }
}

let metaSchema: ValidateFunction | undefined;

/** ajv compiles many things that are no schema ("type: strnig" never matches); the meta-schema says so. */
function checkMetaSchema(api: ApiSpec, schema: DocumentNode, seen: Set<string>, findings: Finding[]): void {
  metaSchema ??= new Ajv2020({ strict: false, allErrors: true, logger: false }).getSchema(
    'https://json-schema.org/draft/2020-12/schema',
  );
  const { reader, schema: start } = api.schemas.reader(schema, 'response');
  for (const at of reachableSchemas(reader, start, seen)) {
    if (metaSchema?.(at.value) === false) {
      const [error] = metaSchema.errors ?? [];
      const place = { uri: api.schemas.fileOf(at.uri), pointer: at.pointer + (error?.instancePath ?? '') };
      findings.push({
        code: 'spec-schema',
        message: `this is not a valid JSON Schema: ${error?.message}`,
        at: '',
        location: api.documents.locate(place),
      });
      return;
    }
  }
}

function checkExamples(api: ApiSpec, content: Content, direction: Direction, findings: Finding[]): void {
  const { schema } = content;
  // An example of a form or a text is written as the value that its schema describes, whatever travels on the wire.
  if (schema === undefined) return;
  for (const example of content.examples) {
    for (const problem of findSchemaProblems(api.schemas, schema, example.value, {
      direction,
      errors: 'plain',
    })) {
      const place = { uri: example.node.uri, pointer: example.node.pointer + problem.at };
      const name = example.name === '' ? 'the example' : `example "${example.name}"`;
      const location = api.documents.locate(problem.address);
      const message = `${name}${problem.at && ` at ${problem.at}`} ${problem.message} (${location.file}:${location.line})`;
      findings.push({ code: 'spec-example', message, at: '', location: api.documents.locate(place) });
    }
  }
}

/** What the operations before one have taken. */
interface SeenOperations {
  readonly operationIds: Set<string>;
  /** The first path by method and by the path without the names of its variables. */
  readonly pathsByShape: Map<string, string>;
}

function checkAmbiguity(
  operation: Operation,
  previous: SeenOperations,
  report: (code: FindingCode, node: DocumentNode, message: string) => void,
): void {
  const { method, path, id, node } = operation;
  const shape = `${method} ${path.replace(/\{[^{}]+\}/g, '{}')}`;
  const duplicate = previous.pathsByShape.get(shape);
  if (duplicate === undefined) previous.pathsByShape.set(shape, path);
  else report('spec-operation', node, `${method} ${path} matches the same requests as ${duplicate}`);
  if (previous.operationIds.has(id)) report('spec-operation', node, `the operationId "${id}" is used twice`);
  previous.operationIds.add(id);
}

/** What x-deadringer names must exist, or the refusal it promises can never be given. */
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
