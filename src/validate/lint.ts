// Lints OpenAPI documents: every schema compiles and is valid, every example is valid, every operation can be matched.

import type { DocumentNode } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { inferredFindings } from '../openapi/inferred.ts';
import { checkSchemas } from '../openapi/lint-schemas.ts';
import type { ApiSpec, Content, Contract, Operation, Parameter } from '../openapi/model.ts';
import { responseFor, sentOperations } from '../openapi/model.ts';
import { metaSchemaError } from '../schema/ajv.ts';
import { reachableSchemas } from '../schema/annotations.ts';
import type { Direction } from '../schema/dialect.ts';
import { minimalSize } from '../schema/minimal-size.ts';
import { type CompiledSchemas, UnusableSchema } from '../schema/schemas.ts';
import { checkExamples, checkParameterExamples } from './lint-examples.ts';

/**
 * Lists the findings about the documents that `loadContract` has not reported, in the order of the documents.
 * @example
 * const { contract, findings } = await loadContract(['specs'], { relativeTo: process.cwd() });
 * console.log([...findings, ...lint(contract)]);
 */
export function lint(contract: Contract): Finding[] {
  return contract.apis.flatMap(api => [...lintStepwise(api)].flat());
}

/** Compiles every schema that validation uses. @returns the findings about them, each where the schema is wrong */
export function compileSchemas(contract: Contract): Finding[] {
  return [...compileSchemasStepwise(contract)].flat();
}

/**
 * `compileSchemas` one schema at a time, so that the caller can do other work in between.
 * @param cacheLimit number of schemas; the compiled schemas of an API with more are not cached, because they take megabytes
 * @param withSent true: also those of callbacks and webhooks, which a mock compiles when it sends one
 */
export function* compileSchemasStepwise(
  contract: Contract,
  cacheLimit = Infinity,
  withSent = false,
): Generator<readonly Finding[]> {
  for (const api of contract.apis) {
    const uses = new Map(
      schemaUsesOf(api, withSent).map(use => [
        `${use.direction} ${use.schema.uri}#${use.schema.pointer}`,
        use,
      ]),
    );
    const schemas = uses.size > cacheLimit ? api.schemas.uncompiled() : api.schemas;
    for (const { schema, direction } of uses.values()) {
      const findings: Finding[] = [];
      compileSchema(schemas, schema, direction, findings);
      yield findings;
    }
  }
}

/** `lint` for one document in small steps, so that the caller can do other work in between. */
export function* lintStepwise(api: ApiSpec): Generator<readonly Finding[]> {
  // A schema is not reported twice: the meta-schema also rejects schemas that do not compile.
  const reportedPointers = new Set<string | undefined>();
  for (const findings of compileSchemasStepwise({ apis: [api] }, Infinity, true)) {
    for (const { location } of findings) reportedPointers.add(location?.pointer);
    yield findings;
  }
  let usable = reportedPointers.size === 0;
  const seen = new Set<string>();
  for (const { schema } of schemaUsesOf(api, true)) {
    const findings: Finding[] = [];
    if (!reportedPointers.has(schema.pointer)) checkMetaSchema(api, schema, seen, findings);
    usable &&= findings.length === 0;
    yield findings;
  }
  let findings: Finding[] = [];
  const report = (code: FindingCode, node: { uri: string; pointer: string }, message: string): void => {
    findings.push({ code, message, at: '', location: api.documents.locate(node) });
  };
  checkSchemas(
    api,
    schemaUsesOf(api, true).map(({ schema }) => schema),
    report,
  );
  yield findings;
  findings = [];
  if (usable) checkEnds(api, report);
  const known: KnownOperations = { ids: new Set(), paths: new Map() };
  for (const operation of api.operations) {
    checkDuplicates(operation, known, report);
    checkRefusals(operation, report);
    findings.push(...inferredFindings(operation));
    if (usable) checkExamplesOf(operation, findings);
    yield findings;
    findings = [];
  }
  if (usable) for (const operation of sentOperations(api)) checkExamplesOf(operation, findings);
  yield findings;
}

function checkExamplesOf({ api, parameters, requestBody, responses }: Operation, findings: Finding[]): void {
  for (const parameter of parameters) checkParameterExamples(api, parameter, 'request', findings);
  for (const content of requestBody?.contents ?? []) checkExamples(api, content, 'request', findings);
  for (const response of responses) {
    for (const field of response.headers) checkParameterExamples(api, field, 'response', findings);
    for (const content of response.contents) checkExamples(api, content, 'response', findings);
  }
}

interface SchemaUse {
  readonly schema: DocumentNode;
  readonly direction: Direction;
}

function schemaUsesOf(api: ApiSpec, withSent = false): SchemaUse[] {
  const uses: SchemaUse[] = [];
  const addUse = (holder: Pick<Parameter, 'schema' | 'content'> | Content, direction: Direction): void => {
    const schema = holder.schema ?? ('content' in holder ? holder.content?.schema : undefined);
    if (schema !== undefined) uses.push({ schema, direction });
  };
  for (const operation of [...api.operations, ...(withSent ? sentOperations(api) : [])]) {
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
      // `loadContract` has reported the references without a target.
      const flaws = schemas.compile(schema, { direction, errors });
      findings.push(...flaws.filter(({ code }) => code !== 'spec-reference'));
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

/** Reports schemas that require themselves. */
function checkEnds(
  api: ApiSpec,
  report: (code: FindingCode, node: { uri: string; pointer: string }, message: string) => void,
): void {
  const reported = new Set<unknown>();
  for (const { schema, direction } of schemaUsesOf(api)) {
    const { reader, schema: start } = api.schemas.reader(schema, direction);
    if (Number.isFinite(minimalSize(reader, start))) continue;
    let node = start;
    for (let hops = 0; hops < 100 && isObject(node.value) && typeof node.value.$ref === 'string'; hops++)
      node = reader.resolve(node, node.value.$ref) ?? node;
    const address = { uri: api.schemas.fileOf(node.uri), pointer: node.pointer };
    const key = `${address.uri}#${address.pointer}`;
    if (reported.has(key)) continue;
    reported.add(key);
    const message =
      'no value satisfies this schema: what it requires has no end. Make a member on the way optional or nullable';
    report('spec-schema', address, message);
  }
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
  // A query or fragment in the key is reported as the cause.
  else if (!/^\/paths\/[^/]*[?#]/.test(node.pointer))
    report('spec-operation', node, `${method} ${path} matches the same requests as ${duplicate}`);
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
