// The only file that runs ajv: options, keywords, meta-schemas, and the targets of `$ref`.
// Public API only (https://ajv.js.org/api.html, /options.html, /keywords.html): no dist/compile, no writes to an instance.
import { _, Ajv } from 'ajv';
import {
  Ajv2020,
  type AnySchemaObject,
  type ErrorObject,
  type FuncKeywordDefinition,
  type KeywordCxt,
  nil,
  type Options,
  type ValidateFunction,
} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { META_SCHEMA_URI } from './dialect.ts';
import type { EvaluationBudget } from './evaluation-budget.ts';
import { STANDARD_KEYWORDS } from './standard-keywords.ts';
import { wrapError } from './wrapped-error.ts';

export type { ErrorObject, FuncKeywordDefinition, ValidateFunction };

const DRAFT = 'https://json-schema.org/draft/2020-12';
const META_SCHEMAS = [
  `${DRAFT}/schema`,
  ...['core', 'applicator', 'unevaluated', 'validation', 'content', 'format-annotation', 'meta-data'].map(
    vocabulary => `${DRAFT}/meta/${vocabulary}`,
  ),
];
/** The URI of the current draft, which has no meta-schema of its own. */
const CURRENT = /^http:\/\/json-schema\.org\/schema(?=#|$)/;

let definitions: readonly KeywordDefinition[] | undefined;

function standardKeywords(): readonly KeywordDefinition[] {
  if (definitions !== undefined) return definitions;
  const ajv = new Ajv2020({ meta: false, logger: false });
  definitions = STANDARD_KEYWORDS.map(name => {
    const definition = ajv.getKeyword(name);
    if (typeof definition !== 'object') throw new Error(`ajv has no keyword ${name}`);
    return definition;
  });
  return definitions;
}

type DataValidateFunction = ReturnType<NonNullable<FuncKeywordDefinition['compile']>>;
type DataValidationCxt = Parameters<ValidateFunction>[1];
type RegExpEngine = NonNullable<NonNullable<Options['code']>['regExp']>;
type KeywordDefinition = Exclude<ReturnType<Ajv['getKeyword']>, boolean>;

export interface AjvOptions {
  readonly allErrors: boolean;
  /** True: errors carry the schema and the value that they are about. */
  readonly verbose: boolean;
  /** True: ajv's own unevaluatedProperties works, from what it tracks. */
  readonly tracksEvaluated: boolean;
  /** True: `format` rejects. */
  readonly assertFormats: boolean;
  readonly formats: Readonly<Record<string, RegExp | ((text: string) => boolean)>>;
  /** Whether a name matches a regular expression of `patternProperties`. */
  readonly matchesName: (source: string, name: string) => boolean;
  /** Keywords that are added to the standard ones or replace them. */
  readonly keywords: readonly FuncKeywordDefinition[];
  /** Counts the evaluations of schemas that are not inlined. */
  readonly budget: EvaluationBudget;
  /** The target of a `$ref`; undefined if it is not a schema of the documents. */
  readonly resolve: (ref: string) => ReferenceTarget | undefined;
}

export interface ReferenceTarget {
  readonly id: number;
  /** True: the generated code looks the validator up when it runs, so that the target need not be compiled yet. */
  readonly isDeferred: boolean;
}

/** An ajv instance and its schemas, which are compiled one by one. */
export interface AjvCompiler {
  /**
   * @param isInlined true: ajv generates the code of the schema in each schema that refers to it, instead of a function call
   * @returns the id of the schema; the schemaPath of its errors begins with it: "7#/properties/name/type"
   */
  add(schema: unknown, isInlined: boolean): number;
  /** @throws Error of ajv if the schema, or one that it refers to, is invalid */
  compile(id: number): ValidateFunction;
  isKeyword(name: string): boolean;
}

/**
 * ajv does not get the schemas themselves. It gets `{ "x-deadringer-schema": handle }` under a URI of its own, and the
 * keyword generates the code of the schema that the handle stands for. So ajv does not search the schema for `$id`s (also
 * in examples), does not resolve references into it, and its schemaPaths begin with the id. Documents cannot contain a
 * handle, because a handle is an object identity.
 */
const SCHEMA = 'x-deadringer-schema';
/** A second keyword that puts the schema over the limit of the option inlineRefs. */
const NOT_INLINED = 'x-deadringer-not-inlined';
/** Calls the validator of the schema of the handle, which is compiled at the first call. */
const DEFERRED = 'x-deadringer-deferred';
const BASE = 'deadringer:';
const NOWHERE = `${BASE}nowhere`;

export function createAjvCompiler(options: AjvOptions): AjvCompiler {
  const handles: object[] = [];
  const schemas = new Map<
    object,
    { readonly id: number; readonly schema: unknown; readonly isInlined: boolean }
  >();
  const deferred = new Set<number>();
  let hasMeta = false;

  const ajv = new Ajv({
    strict: false,
    allErrors: options.allErrors,
    verbose: options.verbose,
    // What Ajv2020 sets besides `unevaluated`: minContains, dependentSchemas; $dynamicRef.
    next: true,
    dynamicRef: true,
    unevaluated: options.tracksEvaluated,
    // Optimizing adds a third to the time of compiling and does not make validation faster.
    code: { optimize: false, regExp: nameMatcher(options.matchesName) },
    // A required property may be called "toString", which every object inherits.
    ownProperties: true,
    // lint.ts validates each schema against the meta-schema.
    validateSchema: false,
    meta: false,
    validateFormats: options.assertFormats,
    addUsedSchema: false,
    // Up to one keyword: see NOT_INLINED.
    inlineRefs: 1,
    // error-message.ts writes the messages.
    messages: false,
    logger: false,
    uriResolver: { parse: splitUri, serialize: joinUri, resolve },
  });
  const replaced = new Set(options.keywords.flatMap(({ keyword }) => keyword));
  for (const name of [...replaced, 'additionalItems']) ajv.removeKeyword(name);
  for (const definition of standardKeywords()) {
    const names = [definition.keyword].flat();
    for (const name of names) ajv.removeKeyword(name);
    if (!names.some(name => replaced.has(name))) ajv.addKeyword(definition);
  }
  for (const definition of options.keywords) ajv.addKeyword(definition);
  ajv.addKeyword({ keyword: SCHEMA, code: generate });
  ajv.addKeyword({ keyword: DEFERRED, errors: 'full', compile: callLater });
  if (options.assertFormats) addFormats.default(ajv);
  for (const [name, format] of Object.entries(options.formats)) ajv.addFormat(name, format);

  return { add, compile, isKeyword: name => ajv.getKeyword(name) !== false };

  function add(schema: unknown, isInlined: boolean): number {
    const handle = {};
    const id = handles.push(handle) - 1;
    schemas.set(handle, { id, schema, isInlined });
    ajv.addSchema({ [SCHEMA]: handle, ...(!isInlined && { [NOT_INLINED]: true }) }, `${BASE}${id}`);
    return id;
  }

  function compile(id: number): ValidateFunction {
    return ajv.getSchema(`${BASE}${id}`) as ValidateFunction;
  }

  function generate(context: KeywordCxt): void {
    const added = schemas.get(context.schema as object);
    if (added === undefined) return;
    const schema = added.schema as AnySchemaObject;
    if (!added.isInlined) {
      const budget = context.gen.scopeValue('obj', { ref: options.budget });
      context.gen.code(_`if (--${budget}.left < 0) ${budget}.extend();`);
    }
    const valid = context.gen.name('valid');
    const inner = context.subschema(
      {
        schema,
        dataTypes: [],
        schemaPath: nil,
        topSchemaRef: context.gen.scopeValue('schema', { ref: schema }),
        errSchemaPath: `${added.id}#`,
      },
      valid,
    );
    context.mergeEvaluated(inner);
    context.ok(valid);
  }

  function callLater(handle: object): DataValidateFunction {
    const added = schemas.get(handle);
    if (added === undefined) return () => true;
    let validate: ValidateFunction | undefined;
    const call: DataValidateFunction = (value: unknown, context?: DataValidationCxt) => {
      const errors = options.budget.resultOf(handle, value, context?.instancePath ?? '', () => {
        validate ??= compile(added.id);
        return validate(value, context) ? [] : (validate.errors ?? []).slice(-MAX_WRAPPED).map(wrapError);
      });
      if (errors.length === 0) return true;
      options.budget.spend(errors.length);
      call.errors = [...errors];
      return false;
    };
    return call;
  }

  function resolve(base: string, ref: string): string {
    if (!base.startsWith(BASE)) return URL.parse(ref.replace(CURRENT, `${DRAFT}/schema`), base)?.href ?? ref;
    const target = options.resolve(ref);
    if (target === undefined) return META_SCHEMA_URI.test(ref) ? metaSchema(ref) : NOWHERE;
    const { id, isDeferred } = target;
    if (!isDeferred) return `${BASE}${id}`;
    const uri = `${BASE}deferred/${id}`;
    if (!deferred.has(id)) ajv.addSchema({ [DEFERRED]: handles[id] }, uri);
    deferred.add(id);
    return uri;
  }

  function metaSchema(ref: string): string {
    if (!hasMeta)
      for (const uri of META_SCHEMAS) ajv.addMetaSchema(metaSchemaAt(uri).schema as AnySchemaObject);
    hasMeta = true;
    return ref.replace(CURRENT, `${DRAFT}/schema`);
  }
}

/** Schemas that refer to each other in many ways can list the same errors exponentially often. The last is the outermost. */
const MAX_WRAPPED = 200;

/** What ajv uses in place of RegExp. */
function nameMatcher(matches: AjvOptions['matchesName']): RegExpEngine {
  const compile = (source: string) => ({
    test: (name: string) => matches(source, name),
    // ajv shares the objects by this text.
    toString: () => source,
  });
  return Object.assign(compile, { code: 'nameMatcher' });
}

let metaSchemas: Ajv2020 | undefined;

function metaSchemaAt(uri: string): ValidateFunction {
  metaSchemas ??= new Ajv2020({ strict: false, allErrors: true, logger: false });
  return metaSchemas.getSchema(uri) as ValidateFunction;
}

function splitUri(uri: string): { path: string; fragment?: string } {
  const hash = uri.indexOf('#');
  return hash < 0 ? { path: uri } : { path: uri.slice(0, hash), fragment: uri.slice(hash + 1) };
}

function joinUri({ path = '', fragment }: { readonly path?: string; readonly fragment?: string }): string {
  return fragment === undefined ? path : `${path}#${fragment}`;
}

/** The first error of a schema by the meta-schema of JSON Schema 2020-12; undefined if it is valid. */
export function metaSchemaError(schema: unknown): ErrorObject | undefined {
  const validate = metaSchemaAt(`${DRAFT}/schema`);
  return validate(schema) ? undefined : validate.errors?.[0];
}

/**
 * Compiles a schema that is in no document and has no references to one.
 * @throws Error of ajv if the schema is invalid
 */
export function compileAlone(
  schema: object,
  keywords: readonly FuncKeywordDefinition[],
  matchesName: AjvOptions['matchesName'],
): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, logger: false, code: { regExp: nameMatcher(matchesName) } });
  for (const definition of keywords) ajv.removeKeyword(definition.keyword as string).addKeyword(definition);
  return ajv.compile(schema);
}
