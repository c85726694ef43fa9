// Holds a contract against itself: every schema compiles and is a schema, every example is valid, every operation is reachable.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { reachable } from './annotations.ts';
import type { ApiSpec, Content, Contract, Operation, Parameter } from './contract.ts';
import { responseFor } from './contract.ts';
import type { Direction } from './dialect.ts';
import { problemsOf } from './explain.ts';
import { type Schemas, UnusableSchema } from './schemas.ts';
import type { Part } from './sources.ts';

/** Everything wrong with the documents that loading did not already report, in the order of the documents. */
export function lint(contract: Contract): Finding[] {
  return contract.apis.flatMap(api => lintApi(api));
}

/** Compiles every schema that judging will need. What does not compile is a finding; nothing is swallowed. */
export function compileAll(contract: Contract): Finding[] {
  return [...compiling(contract)].flat();
}

/**
 * The same, schema by schema, for who has other things to do as well.
 * @param kept of an API with more schemas than this, nothing that was compiled is kept: compiled, they take megabytes
 */
export function* compiling(contract: Contract, kept = Infinity): Generator<readonly Finding[]> {
  for (const api of contract.apis) {
    const uses = new Map(
      schemasOf(api).map(use => [`${use.direction} ${use.schema.uri}#${use.schema.pointer}`, use]),
    );
    const schemas = uses.size > kept ? api.schemas.anew() : api.schemas;
    for (const { schema, direction } of uses.values()) {
      const findings: Finding[] = [];
      compile(schemas, schema, direction, findings);
      yield findings;
    }
  }
}

function lintApi(api: ApiSpec): Finding[] {
  const findings: Finding[] = [];
  const report = (code: FindingCode, part: { uri: string; pointer: string }, message: string): void => {
    findings.push({ code, message, at: '', clause: api.sources.clause(part) });
  };
  findings.push(...compileAll({ apis: [api] }));
  const seen = new Set<string>();
  // A schema that did not even compile has been reported; what the meta-schema says of it is the same again.
  const broken = new Set(findings.map(({ clause }) => clause?.pointer));
  for (const { schema } of schemasOf(api)) {
    if (!broken.has(schema.pointer)) checkMeta(api, schema, seen, findings);
  }
  const usable = findings.length === 0;
  const earlier: Earlier = { ids: new Set(), paths: new Map() };
  for (const operation of api.operations) {
    checkTwins(operation, earlier, report);
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

interface Use {
  readonly schema: Part;
  readonly direction: Direction;
}

function schemasOf(api: ApiSpec): Use[] {
  const uses: Use[] = [];
  const take = (holder: Pick<Parameter, 'schema' | 'content'> | Content, direction: Direction): void => {
    const schema = holder.schema ?? ('content' in holder ? holder.content?.schema : undefined);
    if (schema !== undefined) uses.push({ schema, direction });
  };
  for (const operation of api.operations) {
    for (const parameter of operation.parameters) take(parameter, 'request');
    for (const content of operation.requestBody?.contents ?? []) take(content, 'request');
    for (const response of operation.responses) {
      for (const header of response.headers) take(header, 'response');
      for (const content of response.contents) take(content, 'response');
    }
  }
  return uses;
}

function compile(schemas: Schemas, schema: Part, direction: Direction, findings: Finding[]): void {
  for (const strictness of ['plain', 'closed'] as const) {
    try {
      schemas.compile(schema, { direction, strictness });
    } catch (error) {
      if (!(error instanceof UnusableSchema)) throw error;
      findings.push(error.finding);
      return;
    }
  }
}

let metaSchema: ValidateFunction | undefined;

/** ajv compiles many things that are no schema ("type: strnig" never matches); the meta-schema says so. */
function checkMeta(api: ApiSpec, schema: Part, seen: Set<string>, findings: Finding[]): void {
  metaSchema ??= new Ajv2020({ strict: false, allErrors: true, logger: false }).getSchema(
    'https://json-schema.org/draft/2020-12/schema',
  );
  const { reader, schema: start } = api.schemas.reader(schema, 'response');
  for (const at of reachable(reader, start, seen)) {
    if (metaSchema?.(at.value) === false) {
      const [error] = metaSchema.errors ?? [];
      const place = { uri: api.schemas.fileOf(at.uri), pointer: at.pointer + (error?.instancePath ?? '') };
      findings.push({
        code: 'spec-schema',
        message: `this is no JSON Schema: ${error?.message}`,
        at: '',
        clause: api.sources.clause(place),
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
    for (const problem of problemsOf(api.schemas, schema, example.value, {
      direction,
      strictness: 'plain',
    })) {
      const place = { uri: example.part.uri, pointer: example.part.pointer + problem.at };
      const name = example.name === '' ? 'the example' : `example "${example.name}"`;
      const clause = api.sources.clause(problem.place);
      const message = `${name}${problem.at && ` at ${problem.at}`} ${problem.message} (${clause.file}:${clause.line})`;
      findings.push({ code: 'spec-example', message, at: '', clause: api.sources.clause(place) });
    }
  }
}

/** What the operations before one have taken. */
interface Earlier {
  readonly ids: Set<string>;
  /** The first path by method and by the path without the names of its variables. */
  readonly paths: Map<string, string>;
}

function checkTwins(
  operation: Operation,
  earlier: Earlier,
  report: (code: FindingCode, part: Part, message: string) => void,
): void {
  const { method, path, id, part } = operation;
  const shape = `${method} ${path.replace(/\{[^{}]+\}/g, '{}')}`;
  const twin = earlier.paths.get(shape);
  if (twin === undefined) earlier.paths.set(shape, path);
  else report('spec-operation', part, `${method} ${path} cannot be told apart from ${twin}`);
  if (earlier.ids.has(id)) report('spec-operation', part, `the operationId "${id}" is already taken`);
  earlier.ids.add(id);
}

/** What x-deadringer names must exist, or the refusal it promises can never be given. */
function checkRefusals(
  operation: Operation,
  report: (code: FindingCode, part: Part, message: string) => void,
): void {
  for (const [aspect, answer] of Object.entries(operation.refusals.answers)) {
    const response = responseFor(operation, answer.status);
    if (response === undefined) {
      report(
        'spec-extension',
        operation.part,
        `x-deadringer refuses ${aspect} with ${answer.status}, which ${operation.id} does not declare`,
      );
    } else if (
      answer.example !== undefined &&
      !response.contents.some(content => content.examples.some(({ name }) => name === answer.example))
    ) {
      report(
        'spec-extension',
        response.part,
        `x-deadringer refuses ${aspect} with example "${answer.example}", which this response does not have`,
      );
    }
  }
}
