// Compiles the schemas of one API for one validation mode: clones them, translates the clones, and passes them to ajv.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { resolveReference, toReference } from '../document/references.ts';
import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { type Finding, formatLocation, type SourceLocation } from '../finding/finding.ts';
import {
  type AjvCompiler,
  createAjvCompiler,
  type ErrorObject,
  type FuncKeywordDefinition,
  type ValidateFunction,
} from './ajv.ts';
import { CompilationGraph, EndlessReference } from './compilation-graph.ts';
import { type ClonedDocuments, hidingKeyword, translateSchema, type ValidationMode } from './dialect.ts';
import type { DynamicScopes } from './dynamic-scope.ts';
import { type EvaluationBudget, TooManyEvaluations } from './evaluation-budget.ts';
import type { Flaw } from './flaws.ts';
import { FORMATS } from './formats.ts';
import {
  CONTENT_ENCODING,
  contentKeywords,
  OWN_KEYWORDS,
  type SchemaAccess,
  unevaluatedKeywords,
} from './keywords.ts';
import { LazyClone } from './lazy-clone.ts';
import type { OpenApiVersion } from './openapi-version.ts';
import type { PatternAssertions } from './pattern-assertions.ts';

export interface SchemasOptions {
  readonly version: OpenApiVersion;
  /** True: `format` is asserted. False: it is an annotation, the default of JSON Schema 2020-12. */
  readonly assertFormats: boolean;
  /** False: not the JSON in texts, even if formats are asserted. */
  readonly assertContents: boolean;
}

const NO_ERRORS: readonly ErrorObject[] = [];

/** What matching a name costs, in evaluations of a schema. */
const MATCHED_NAME = 1 / 5;

export const NO_SCHEMA = 'it is neither an object nor a boolean';

/** A schema that cannot be compiled. Callers report it: validation without the schema would pass anything. */
export class UnusableSchema extends Error {
  readonly finding: Finding;

  constructor(location: SourceLocation, reason: string) {
    const message = `this schema cannot be used: ${reason}`;
    super(`${formatLocation(location)}: ${message}`);
    this.finding = { code: 'spec-schema', message, at: '', location };
  }
}

/** The schemas of one API in one validation mode, translated and compiled at their first use. */
export class SchemaCompiler implements ClonedDocuments, SchemaAccess {
  readonly #sources: DocumentSet;
  readonly #options: SchemasOptions;
  readonly #scopes: DynamicScopes;
  readonly #mode: ValidationMode;
  readonly #patterns: PatternAssertions;
  readonly #budget: EvaluationBudget;
  readonly #clone: LazyClone;
  readonly #translated = new Set<object>();
  readonly #validators = new WeakMap<object, ValidateFunction>();
  readonly #flaws: Flaw[] = [];
  #taken = 0;
  readonly #graph: CompilationGraph;

  constructor(
    sources: DocumentSet,
    options: SchemasOptions,
    scopes: DynamicScopes,
    patterns: PatternAssertions,
    budget: EvaluationBudget,
    mode: ValidationMode,
  ) {
    this.#sources = sources;
    this.#patterns = patterns;
    this.#budget = budget;
    this.#options = options;
    this.#scopes = scopes;
    this.#mode = mode;
    this.#clone = new LazyClone(sources, uri => scopes.fileOf(uri));
    this.#graph = new CompilationGraph(this.#createAjv(), this.find);
  }

  #createAjv(): AjvCompiler {
    const { direction, errors } = this.#mode;
    const { assertFormats, assertContents } = this.#options;
    const isQuickTest = errors === 'first-or-undocumented';
    const hiding: FuncKeywordDefinition = {
      keyword: hidingKeyword(direction),
      schemaType: 'boolean',
      validate: (isHidden: boolean) => !isHidden,
      errors: false,
    };
    return createAjvCompiler({
      allErrors: errors === 'all',
      // No caller reads the errors of this mode.
      verbose: !isQuickTest,
      tracksEvaluated: isQuickTest,
      assertFormats,
      formats: assertFormats ? FORMATS : {},
      matchesName: this.matchesName,
      keywords: [
        this.#patterns.keyword,
        ...(assertFormats ? [CONTENT_ENCODING] : []),
        ...(assertFormats && assertContents ? contentKeywords(this) : []),
        ...OWN_KEYWORDS,
        this.#patterns.unknown,
        // ajv's own keywords are quick and may reject too much, which is harmless in this mode.
        ...(isQuickTest ? [hiding] : unevaluatedKeywords(this)),
      ],
      budget: this.#budget,
      resolve: reference => this.#graph.target(reference),
    });
  }

  /** @throws UnusableSchema */
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
    const unusable = (reason: string): UnusableSchema => this.#unusable(schema, reason);
    if (typeof schema.value !== 'boolean' && !isObject(schema.value)) throw unusable(NO_SCHEMA);
    this.prepare(schema);
    try {
      return this.#graph.compile(reference);
    } catch (error) {
      throw unusable(
        error instanceof EndlessReference
          ? 'its $refs are circular'
          : error instanceof RangeError
            ? 'it is nested too deeply'
            : // Remove the internal URI of the schema.
              (error as Error).message.replace(/ from id deadringer:\S+$/, ''),
      );
    }
  }

  /** The flaws of the schemas that have been compiled since the last call. */
  takeFlaws(): readonly Flaw[] {
    const flaws = this.#flaws.slice(this.#taken);
    this.#taken = this.#flaws.length;
    return flaws;
  }

  reportFlaw(schema: object, uri: string, at: string, code: Flaw['code'], message: string): Flaw {
    const node = this.nodeOf(schema);
    const flaw = { code, message, uri: this.#scopes.fileOf(uri), pointer: (node?.pointer ?? '') + at };
    this.#flaws.push(flaw);
    return flaw;
  }

  /** The translated clone of a schema. */
  prepare(schema: DocumentNode): DocumentNode {
    const { uri, pointer } = this.#scopes.enter(schema);
    translateSchema(this, { uri, pointer }, this.#options.version, this.#mode, this.#translated);
    return { uri, pointer, value: this.find(uri, pointer) };
  }

  find = (uri: string, pointer: string): unknown => this.#clone.find(uri, pointer);

  /** The absolute reference to a clone. ajv removes "#" and "#/" from the end of a reference, so none ends with them. */
  reference(address: { readonly uri: string; readonly pointer: string }): string {
    return address.pointer === '/' ? `${address.uri}#%2F` : toReference(address).replace(/#$/, '');
  }

  follow(
    uri: string,
    schema: object,
    ref: string,
    keyword: '$ref' | '$dynamicRef',
  ): { uri: string; pointer: string } {
    const node = this.nodeOf(schema);
    return node === undefined ? resolveReference(uri, ref) : this.#scopes.resolve(node, ref, keyword);
  }

  nodeOf(schema: unknown): DocumentNode | undefined {
    return this.#clone.nodeOf(schema);
  }

  /** The address of the schema `false` that an error is about: it is no object, so nodeOf does not know it. */
  addressOf(schemaPath: string): { uri: string; pointer: string } | undefined {
    return this.#graph.addressOf(schemaPath.replace(/\/false schema$/, ''));
  }

  resolve(from: DocumentNode, ref: string): DocumentNode | undefined {
    const { uri, pointer } = resolveReference(from.uri, ref);
    const value = this.find(uri, pointer);
    return value === undefined ? undefined : { uri, pointer, value };
  }

  component(from: DocumentNode, name: string): DocumentNode | undefined {
    const pointer = jsonPointer('components', 'schemas', name);
    for (const uri of [from.uri, this.#sources.uris()[0] ?? from.uri])
      if (this.find(uri, pointer) !== undefined) return this.prepare({ uri, pointer, value: undefined });
    return undefined;
  }

  matchesName = (source: string, name: string): boolean => {
    this.#budget.spend(MATCHED_NAME);
    return this.#patterns.matchesName(source, name);
  };

  isValid(schema: DocumentNode, value: unknown): boolean {
    return this.run(schema, value).isValid;
  }

  /**
   * Validates a value.
   * @throws UnusableSchema
   */
  run(schema: DocumentNode, value: unknown): { isValid: boolean; errors: readonly ErrorObject[] } {
    const validate = this.validator(schema);
    try {
      const isValid = this.#budget.open(value, () => validate(value)) === true;
      return { isValid, errors: isValid ? NO_ERRORS : (validate.errors ?? NO_ERRORS) };
    } catch (error) {
      if (!(error instanceof TooManyEvaluations)) throw error;
      throw this.#unusable(schema, 'to validate this value, it has to be evaluated too many times');
    }
  }

  #unusable(schema: DocumentNode, reason: string): UnusableSchema {
    const location = this.#sources.locate({ ...schema, uri: this.#scopes.fileOf(schema.uri) });
    return new UnusableSchema(location, reason);
  }
}
