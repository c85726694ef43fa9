// Validates values against the schemas of one API. Each error has the address of its schema in the documents.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import type { NodeAddress } from '../document/identifiers.ts';
import type { Finding } from '../finding/finding.ts';
import { compileAlone, type ErrorObject, type FuncKeywordDefinition } from './ajv.ts';
import { mayHideProperties, type SchemaReader } from './annotations.ts';
import type { ClonedDocuments, Direction, ValidationMode } from './dialect.ts';
import { DynamicScopes } from './dynamic-scope.ts';
import { EvaluationBudget, TooManyEvaluations } from './evaluation-budget.ts';
import { OWN_KEYWORDS } from './keywords.ts';
import { compilePattern } from './pattern.ts';
import { NO_EXPRESSION, PatternAssertions } from './pattern-assertions.ts';
import { SchemaCompiler, type SchemasOptions } from './schema-compiler.ts';
import { unwrapError } from './wrapped-error.ts';

export { UnusableSchema } from './schema-compiler.ts';

/** An error of ajv with the address of the schema object that it comes from. */
export interface SchemaError extends ErrorObject {
  /** undefined: the schema is not in the documents, but in a meta-schema. */
  readonly address: { readonly uri: string; readonly pointer: string } | undefined;
}

/** The schemas of one API, compiled per validation mode at their first use. */
export class CompiledSchemas {
  readonly #documents: DocumentSet;
  readonly #options: SchemasOptions;
  readonly #scopes: DynamicScopes;
  readonly patterns: PatternAssertions;
  readonly budget = new EvaluationBudget();
  readonly #compilers: Record<Direction, Partial<Record<ValidationMode['errors'], SchemaCompiler>>> = {
    request: {},
    response: {},
  };

  /** Addresses of flaws: each validation mode finds them again. */
  readonly #reported = new Set<string>();
  readonly #mayHide: Readonly<Record<Direction, WeakMap<DocumentNode, boolean>>> = {
    request: new WeakMap(),
    response: new WeakMap(),
  };

  constructor(sources: DocumentSet, options: SchemasOptions) {
    this.#documents = sources;
    this.#options = options;
    this.#scopes = new DynamicScopes(sources.identifiers);
    this.patterns = new PatternAssertions(options.version, () => this.budget.forget());
  }

  /** The same schemas with nothing compiled. For checks of all schemas that must not keep them in memory. */
  uncompiled(): CompiledSchemas {
    return new CompiledSchemas(this.#documents, this.#options);
  }

  /** The file of the address of an error or a reader. A file may have several URIs (see dynamic-scope.ts). */
  fileOf(uri: string): string {
    return this.#scopes.fileOf(uri);
  }

  /** A schema and the schemas that it refers to as JSON Schema 2020-12 for one direction. */
  reader(schema: DocumentNode, direction: Direction): { reader: SchemaReader; schema: DocumentNode } {
    const compiler = this.#compiler({ direction, errors: 'all' });
    return { reader: compiler, schema: compiler.prepare(schema) };
  }

  /**
   * Compiles a schema before its first use.
   * @returns the flaws of this schema, and of those that it refers to, that no earlier call has returned
   * @throws UnusableSchema
   */
  compile(schema: DocumentNode, mode: ValidationMode): Finding[] {
    const compiler = this.#compiler(mode);
    compiler.validator(schema);
    return compiler.takeFlaws().flatMap(({ code, message, ...address }): Finding[] => {
      const key = `${address.uri}#${address.pointer}`;
      if (this.#reported.has(key)) return [];
      this.#reported.add(key);
      return [{ code, message, at: '', location: this.#documents.locate(address) }];
    });
  }

  /**
   * The errors of a value in the order of ajv; none if it is valid.
   * @throws UnusableSchema
   */
  errors(schema: DocumentNode, value: unknown, mode: ValidationMode): readonly SchemaError[] {
    const compiler = this.#compiler(mode);
    const { isValid, errors } = compiler.run(schema, value);
    if (isValid) return NO_ERRORS;
    return errors.map(error => {
      const { schema, data, schemaPath } = unwrapError(error);
      const address = compiler.nodeOf(error.parentSchema) ?? compiler.addressOf(schemaPath);
      return { ...error, schema, data, address };
    });
  }

  /** The address of the keyword `pattern` of a schema object that was passed to ajv. */
  patternAddress(schema: unknown, mode: ValidationMode): NodeAddress | undefined {
    const node = this.#compiler(mode).nodeOf(schema);
    return node && { uri: this.fileOf(node.uri), pointer: `${node.pointer}/pattern` };
  }

  /** Whether a value may have properties that no schema names. False is certain; true needs a closer look. */
  mayHaveUndocumented(schema: DocumentNode, value: unknown, direction: Direction): boolean {
    const compiler = this.#compiler({ direction, errors: 'first-or-undocumented' });
    const validate = compiler.validator(schema);
    try {
      return !this.budget.open(value, () => validate(value));
    } catch (error) {
      // ajv's code for unevaluatedProperties may read a variable that it did not set, where a branch was skipped.
      if (error instanceof TypeError || error instanceof TooManyEvaluations) return true;
      throw error;
    }
  }

  /** Whether the schema may mark properties as hidden in a direction. */
  mayHideProperties(schema: DocumentNode, direction: Direction): boolean {
    const all = this.#mayHide[direction];
    let known = all.get(schema);
    if (known === undefined) {
      const read = this.reader(schema, direction);
      known = mayHideProperties(read.reader, read.schema, direction);
      all.set(schema, known);
    }
    return known;
  }

  /** A schema as JSON Schema 2020-12 for one direction, and access to the targets of its references. */
  translated(
    schema: DocumentNode,
    direction: Direction,
  ): { uri: string; value: unknown; find: ClonedDocuments['find'] } {
    const compiler = this.#compiler({ direction, errors: 'all' });
    return { ...compiler.prepare(schema), find: compiler.find };
  }

  #compiler(mode: ValidationMode): SchemaCompiler {
    const compilers = this.#compilers[mode.direction];
    compilers[mode.errors] ??= new SchemaCompiler(
      this.#documents,
      this.#options,
      this.#scopes,
      this.patterns,
      this.budget,
      mode,
    );
    return compilers[mode.errors] as SchemaCompiler;
  }
}

const CONDITIONS = new WeakMap<object, (value: unknown) => boolean>();

/**
 * Whether a value satisfies a schema that is in no document, such as the condition of a scenario. Keeps the validator as
 * long as the schema object exists.
 * @throws Error of ajv if the schema is invalid
 */
export function satisfies(schema: object, value: unknown): boolean {
  let validate = CONDITIONS.get(schema);
  if (validate === undefined) {
    validate = compileAlone(schema, [...OWN_KEYWORDS, CONDITION_PATTERN], matchesCondition);
    CONDITIONS.set(schema, validate);
  }
  return validate(value);
}

const CONDITION_PATTERN: FuncKeywordDefinition = {
  keyword: 'pattern',
  type: 'string',
  schemaType: 'string',
  errors: false,
  compile: (source: string) => conditionTest(source),
};

function matchesCondition(source: string, text: string): boolean {
  return conditionTest(source)(text);
}

/**
 * The test of a regular expression in a scenario. A text that takes too long does not match.
 * @throws SyntaxError if the expression is invalid
 */
export function conditionTest(source: string): (text: string) => boolean {
  const pattern = compilePattern(source, '3.1');
  if (pattern === undefined) throw new SyntaxError(`the pattern ${source} ${NO_EXPRESSION}`);
  return text => pattern.test(text) ?? false;
}

const NO_ERRORS: readonly SchemaError[] = [];
