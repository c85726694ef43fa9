// Validates values against the schemas of one API; each error has the place of its schema in the documents.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { compileAlone, type ErrorObject, innermost } from './ajv.ts';
import { mayHideProperties, type SchemaReader } from './annotations.ts';
import type { ClonedDocuments, Direction, ValidationMode } from './dialect.ts';
import { DynamicScopes } from './dynamic-scope.ts';
import { OWN_KEYWORDS } from './keywords.ts';
import { SchemaCompiler, type SchemasOptions } from './schema-compiler.ts';

export { UnusableSchema } from './schema-compiler.ts';

/** An ajv error with the place of the schema object that it comes from. */
export interface SchemaError extends ErrorObject {
  readonly address: { readonly uri: string; readonly pointer: string } | undefined;
}

/** The schemas of one API; compiled per validation mode, when they are first needed. */
export class CompiledSchemas {
  readonly #documents: DocumentSet;
  readonly #options: SchemasOptions;
  readonly #scopes: DynamicScopes;
  readonly #compilers: Record<Direction, Partial<Record<ValidationMode['errors'], SchemaCompiler>>> = {
    request: {},
    response: {},
  };

  readonly #mayHide = new Map<string, boolean>();

  constructor(sources: DocumentSet, options: SchemasOptions) {
    this.#documents = sources;
    this.#options = options;
    this.#scopes = new DynamicScopes(sources.identifiers);
  }

  /** The same schemas with nothing compiled. For checks of all schemas that must not keep them in memory. */
  uncompiled(): CompiledSchemas {
    return new CompiledSchemas(this.#documents, this.#options);
  }

  /** The file of the place of an error or a reader, whose URI may be one of several for a file (see scopes.ts). */
  fileOf(uri: string): string {
    return this.#scopes.fileOf(uri);
  }

  /** The schema and all that it refers to as JSON Schema 2020-12 for one direction. */
  reader(schema: DocumentNode, direction: Direction): { reader: SchemaReader; schema: DocumentNode } {
    const compiler = this.#compiler({ direction, errors: 'all' });
    return { reader: compiler, schema: compiler.prepare(schema) };
  }

  /** Compiles a schema ahead of its use. @throws UnusableSchema */
  compile(schema: DocumentNode, mode: ValidationMode): void {
    this.#compiler(mode).validator(schema);
  }

  /**
   * The errors of a value in ajv's order; none if it is valid.
   * @throws UnusableSchema
   */
  errors(schema: DocumentNode, value: unknown, mode: ValidationMode): readonly SchemaError[] {
    const compiler = this.#compiler(mode);
    const validate = compiler.validator(schema);
    if (validate(value)) return NO_ERRORS;
    return (validate.errors ?? []).map(error => {
      const { schema, data, schemaPath } = innermost(error);
      const place = compiler.nodeOf(error.parentSchema) ?? compiler.addressOf(schemaPath);
      return { ...error, schema, data, address: place };
    });
  }

  /** Whether a value may have properties that no schema names. False is certain, true is not. */
  mayHaveUndocumented(schema: DocumentNode, value: unknown, direction: Direction): boolean {
    const validate = this.#compiler({ direction, errors: 'first-or-undocumented' }).validator(schema);
    try {
      return !validate(value);
    } catch (error) {
      // ajv's code for unevaluatedProperties may read a variable that it did not set, where a branch was skipped.
      if (error instanceof TypeError) return true;
      throw error;
    }
  }

  /** Whether the schema may have properties that do not belong into a direction. */
  mayHideProperties(schema: DocumentNode, direction: Direction): boolean {
    const key = `${direction} ${schema.uri}#${schema.pointer}`;
    let known = this.#mayHide.get(key);
    if (known === undefined) {
      const read = this.reader(schema, direction);
      known = mayHideProperties(read.reader, read.schema, direction);
      this.#mayHide.set(key, known);
    }
    return known;
  }

  /** A schema as JSON Schema 2020-12 for one direction, and what its references lead to. */
  translated(
    schema: DocumentNode,
    direction: Direction,
  ): { uri: string; value: unknown; find: ClonedDocuments['find'] } {
    const compiler = this.#compiler({ direction, errors: 'all' });
    return { ...compiler.prepare(schema), find: compiler.find };
  }

  #compiler(mode: ValidationMode): SchemaCompiler {
    const compilers = this.#compilers[mode.direction];
    compilers[mode.errors] ??= new SchemaCompiler(this.#documents, this.#options, this.#scopes, mode);
    return compilers[mode.errors] as SchemaCompiler;
  }
}

const CONDITIONS = new WeakMap<object, (value: unknown) => boolean>();

/**
 * Whether a value satisfies a schema that is part of no document, such as that of a scenario's condition.
 * @throws ajv's error if the schema does not compile
 */
export function satisfies(schema: object, value: unknown): boolean {
  let validate = CONDITIONS.get(schema);
  if (validate === undefined) {
    validate = compileAlone(schema, OWN_KEYWORDS);
    CONDITIONS.set(schema, validate);
  }
  return validate(value);
}

const NO_ERRORS: readonly SchemaError[] = [];
