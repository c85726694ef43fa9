// Compiles the schemas of one API for one validation mode with ajv, from clones of the document nodes they reach.
import {
  Ajv2020,
  type AnySchemaObject,
  type FuncKeywordDefinition,
  type ValidateFunction,
} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type DocumentNode, type DocumentSet, isObject, resolveReference } from '../document/documents.ts';
import { type Finding, formatLocation, type SourceLocation } from '../finding/finding.ts';
import { CompilationGraph, fromClonePointer, toCloneReference } from './compilation-graph.ts';
import { type EditableSchemas, hidingKeyword, translateSchema, type ValidationMode } from './dialect.ts';
import type { DynamicScopes } from './dynamic-scope.ts';
import {
  BASE64_PATTERN,
  CONST,
  CONTENT_ENCODING,
  ENUM,
  type EvaluationContext,
  MULTIPLE_OF,
  UNIQUE_ITEMS,
  unevaluatedKeywords,
} from './keywords.ts';
import { LazyClone } from './lazy-clone.ts';

export interface SchemaOptions {
  readonly version: '3.0' | '3.1';
  /** True: `format` rejects. False: it is an annotation, as JSON Schema 2020-12 has it by default. */
  readonly assertFormats: boolean;
}

/** A schema that cannot be compiled. Never swallowed: whoever needed it stops. */
export class UnusableSchemaError extends Error {
  readonly finding: Finding;

  constructor(clause: SourceLocation, why: string) {
    super(`${formatLocation(clause)}: this schema cannot be compiled: ${why}`);
    this.finding = {
      code: 'spec-schema',
      message: `this schema cannot be compiled: ${why}`,
      at: '',
      location: clause,
    };
  }
}

export const KEYWORD_OVERRIDES = [CONST, ENUM, MULTIPLE_OF, UNIQUE_ITEMS];

export function overrideKeywords(ajv: Ajv2020, keywords: readonly FuncKeywordDefinition[]): void {
  for (const own of keywords) ajv.removeKeyword(own.keyword as string).addKeyword(own);
}

/** Whose schemas ajv has itself. */
const META_SCHEMA_URI = /^https?:\/\/json-schema\.org\//;

/** What one reading makes of the documents: copies of the parts that are asked for, and the ajv that compiles from them. */
export class SchemaCompiler implements EditableSchemas, EvaluationContext {
  readonly #documents: DocumentSet;
  readonly #options: SchemaOptions;
  readonly #scopes: DynamicScopes;
  readonly #mode: ValidationMode;
  readonly #ajv: Ajv2020;
  readonly #clone: LazyClone;
  readonly #translated = new Set<object>();
  readonly #validators = new WeakMap<object, ValidateFunction>();
  readonly #graph: CompilationGraph;
  #hasMetaSchemas = false;

  constructor(sources: DocumentSet, options: SchemaOptions, scopes: DynamicScopes, reading: ValidationMode) {
    this.#documents = sources;
    this.#options = options;
    this.#scopes = scopes;
    this.#mode = reading;
    this.#clone = new LazyClone(sources, uri => scopes.fileOf(uri));
    this.#ajv = new Ajv2020({
      strict: false,
      allErrors: reading.errors === 'plain',
      // Of the closed reading nobody looks at the errors.
      verbose: reading.errors !== 'closed',
      // It would take a third of the time that compiling takes, and validating is no quicker for it.
      code: { optimize: false },
      // A property that is required may be called "toString", which every object inherits.
      ownProperties: true,
      // lint holds each schema against the meta-schema.
      validateSchema: false,
      // Added when a schema refers to it.
      meta: false,
      validateFormats: options.assertFormats,
      addUsedSchema: false,
      // ajv quotes nothing from the instance in its messages; ours are written in explain.ts anyway.
      messages: false,
      logger: false,
    });
    this.#graph = new CompilationGraph(this.#ajv, this.find);
    if (options.assertFormats) {
      addFormats.default(this.#ajv);
      this.#ajv.addFormat('byte', BASE64_PATTERN);
      overrideKeywords(this.#ajv, [CONTENT_ENCODING]);
    }
    overrideKeywords(this.#ajv, KEYWORD_OVERRIDES);
    // The closed reading only raises a suspicion, and has its own use for unevaluatedProperties.
    if (reading.errors !== 'closed') {
      this.#ajv.opts.unevaluated = false;
      overrideKeywords(this.#ajv, unevaluatedKeywords(this));
    } else {
      const keyword = hidingKeyword(reading.direction);
      this.#ajv.removeKeyword(keyword);
      this.#ajv.addKeyword({ keyword, schemaType: 'boolean', validate: (on: boolean) => !on, errors: false });
    }
  }

  validator(schema: DocumentNode): ValidateFunction {
    const known =
      typeof schema.value === 'object' && schema.value !== null ? this.#validators.get(schema) : undefined;
    if (known !== undefined) return known;
    const place = this.#scopes.enter(schema);
    const reference = toCloneReference(place);
    const validate = this.#graph.compiled(reference) ?? this.#compile(schema, reference);
    this.#validators.set(schema, validate);
    return validate;
  }

  #compile(schema: DocumentNode, reference: string): ValidateFunction {
    const unusable = (why: string): UnusableSchemaError =>
      new UnusableSchemaError(
        this.#documents.locate({ ...schema, uri: this.#scopes.fileOf(schema.uri) }),
        why,
      );
    if (typeof schema.value !== 'boolean' && !isObject(schema.value))
      throw unusable('it is neither an object nor a boolean');
    this.prepare(schema);
    try {
      return this.#graph.compile(reference);
    } catch (error) {
      throw unusable(
        error instanceof RangeError
          ? 'its $refs are circular'
          : // ajv names the document by its absolute URL, which the clause says better.
            (error as Error).message.replace(/ from id file:\S+$/, ''),
      );
    }
  }

  prepare(schema: DocumentNode): DocumentNode {
    const { uri, pointer } = this.#scopes.enter(schema);
    translateSchema(this, { uri, pointer }, this.#options.version, this.#mode, this.#translated);
    return { uri, pointer, value: this.find(uri, pointer) };
  }

  find = (uri: string, pointer: string): unknown => {
    if (META_SCHEMA_URI.test(uri) && !this.#hasMetaSchemas) {
      this.#hasMetaSchemas = true;
      for (const known of Object.values(new Ajv2020().schemas))
        if (known !== undefined) this.#ajv.addMetaSchema(known.schema as AnySchemaObject, undefined, false);
      this.#ajv.refs['http://json-schema.org/schema'] = 'https://json-schema.org/draft/2020-12/schema';
    }
    return this.#clone.find(uri, fromClonePointer(pointer));
  };

  toReference = toCloneReference;

  resolveReference(
    uri: string,
    schema: object,
    ref: string,
    keyword: '$ref' | '$dynamicRef',
  ): { uri: string; pointer: string } {
    const place = this.nodeOf(schema);
    return place === undefined ? resolveReference(uri, ref) : this.#scopes.resolve(place, ref, keyword);
  }

  nodeOf(schema: unknown): DocumentNode | undefined {
    return this.#clone.nodeOf(schema);
  }

  /** Where a schema stands that is no object which could be remembered: `false`. ajv's path to it says so. */
  addressOf(schemaPath: string): { uri: string; pointer: string } | undefined {
    return this.#graph.addressOf(schemaPath.replace(/\/false schema$/, ''));
  }

  resolve(from: DocumentNode, ref: string): DocumentNode | undefined {
    const { uri, pointer: inside } = resolveReference(from.uri, ref);
    const pointer = fromClonePointer(inside);
    const value = this.find(uri, pointer);
    return value === undefined ? undefined : { uri, pointer, value };
  }

  isValid(schema: DocumentNode, value: unknown): boolean {
    return this.validator(schema)(value) === true;
  }
}
