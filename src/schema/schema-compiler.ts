// Clones of what schemas need of the documents, translated for one validation mode, and the ajv that compiles them.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { resolveReference, toReference } from '../document/references.ts';
import { isObject } from '../exchange/json.ts';
import { type Finding, formatLocation, type SourceLocation } from '../finding/finding.ts';
import {
  type AjvCompiler,
  createAjvCompiler,
  type FuncKeywordDefinition,
  type ValidateFunction,
} from './ajv.ts';
import { CompilationGraph, EndlessReference } from './compilation-graph.ts';
import { type ClonedDocuments, hidingKeyword, translateSchema, type ValidationMode } from './dialect.ts';
import type { DynamicScopes } from './dynamic-scope.ts';
import {
  BASE64_PATTERN,
  CONTENT_ENCODING,
  OWN_KEYWORDS,
  type SchemaAccess,
  unevaluatedKeywords,
} from './keywords.ts';
import { LazyClone } from './lazy-clone.ts';

export interface SchemasOptions {
  readonly version: '3.0' | '3.1';
  /** True: `format` rejects. False: it is an annotation, as JSON Schema 2020-12 has it by default. */
  readonly assertFormats: boolean;
}

/** A schema that cannot be compiled. Never swallowed: whatever needs the schema stops. */
export class UnusableSchema extends Error {
  readonly finding: Finding;

  constructor(clause: SourceLocation, why: string) {
    super(`${formatLocation(clause)}: this schema cannot be used: ${why}`);
    this.finding = {
      code: 'spec-schema',
      message: `this schema cannot be used: ${why}`,
      at: '',
      location: clause,
    };
  }
}

/** The schemas of one API in one validation mode: translated and compiled when they are first needed. */
export class SchemaCompiler implements ClonedDocuments, SchemaAccess {
  readonly #sources: DocumentSet;
  readonly #options: SchemasOptions;
  readonly #scopes: DynamicScopes;
  readonly #mode: ValidationMode;
  readonly #clone: LazyClone;
  readonly #translated = new Set<object>();
  readonly #validators = new WeakMap<object, ValidateFunction>();
  readonly #graph: CompilationGraph;

  constructor(sources: DocumentSet, options: SchemasOptions, scopes: DynamicScopes, mode: ValidationMode) {
    this.#sources = sources;
    this.#options = options;
    this.#scopes = scopes;
    this.#mode = mode;
    this.#clone = new LazyClone(sources, uri => scopes.fileOf(uri));
    this.#graph = new CompilationGraph(this.#createAjv(), this.find);
  }

  #createAjv(): AjvCompiler {
    const { direction, errors } = this.#mode;
    const { assertFormats } = this.#options;
    const isClosed = errors === 'first-or-undocumented';
    const hiding: FuncKeywordDefinition = {
      keyword: hidingKeyword(direction),
      schemaType: 'boolean',
      validate: (isHidden: boolean) => !isHidden,
      errors: false,
    };
    return createAjvCompiler({
      allErrors: errors === 'all',
      // Nothing reads the errors of the closed mode.
      verbose: !isClosed,
      tracksEvaluated: isClosed,
      assertFormats,
      formats: assertFormats ? { byte: BASE64_PATTERN } : {},
      keywords: [
        ...(assertFormats ? [CONTENT_ENCODING] : []),
        ...OWN_KEYWORDS,
        // The closed mode only has to be quick, and errs on the side of rejecting: ajv's own keywords will do.
        ...(isClosed ? [hiding] : unevaluatedKeywords(this)),
      ],
      resolve: reference => this.#graph.target(reference),
    });
  }

  validator(schema: DocumentNode): ValidateFunction {
    const known =
      typeof schema.value === 'object' && schema.value !== null ? this.#validators.get(schema) : undefined;
    if (known !== undefined) return known;
    const reference = this.reference(this.#scopes.enter(schema));
    const validate = this.#graph.compiled(reference) ?? this.#compile(schema, reference);
    this.#validators.set(schema, validate);
    return validate;
  }

  #compile(schema: DocumentNode, reference: string): ValidateFunction {
    const unusable = (why: string): UnusableSchema =>
      new UnusableSchema(this.#sources.locate({ ...schema, uri: this.#scopes.fileOf(schema.uri) }), why);
    if (typeof schema.value !== 'boolean' && !isObject(schema.value))
      throw unusable('it is no object and no boolean');
    this.prepare(schema);
    try {
      return this.#graph.compile(reference);
    } catch (error) {
      throw unusable(
        error instanceof EndlessReference
          ? 'its $refs go round in a circle'
          : // ajv names the URI that it knows the schema by, which means nothing to a reader.
            (error as Error).message.replace(/ from id deadringer:\S+$/, ''),
      );
    }
  }

  prepare(schema: DocumentNode): DocumentNode {
    const { uri, pointer } = this.#scopes.enter(schema);
    translateSchema(this, { uri, pointer }, this.#options.version, this.#mode, this.#translated);
    return { uri, pointer, value: this.find(uri, pointer) };
  }

  find = (uri: string, pointer: string): unknown => this.#clone.find(uri, pointer);

  /** ajv drops "#" and "#/" from the end of a reference, so neither may be the end of one. */
  reference(place: { readonly uri: string; readonly pointer: string }): string {
    return place.pointer === '/' ? `${place.uri}#%2F` : toReference(place).replace(/#$/, '');
  }

  follow(
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

  /** Where the schema `false` stands that an error is about: it is no object that nodeOf could know. */
  addressOf(schemaPath: string): { uri: string; pointer: string } | undefined {
    return this.#graph.addressOf(schemaPath.replace(/\/false schema$/, ''));
  }

  resolve(from: DocumentNode, ref: string): DocumentNode | undefined {
    const { uri, pointer } = resolveReference(from.uri, ref);
    const value = this.find(uri, pointer);
    return value === undefined ? undefined : { uri, pointer, value };
  }

  isValid(schema: DocumentNode, value: unknown): boolean {
    return this.validator(schema)(value) === true;
  }
}
