// JSON Schema validation on the original text: ajv compiles schemas where they stand, and every error knows its line.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { mayHideProperties, type SchemaReader } from './annotations.ts';
import { KEYWORD_OVERRIDES, overrideKeywords, SchemaCompiler, type SchemaOptions } from './compiler.ts';
import type { Direction, EditableSchemas, ValidationMode } from './dialect.ts';
import { DynamicScopes } from './dynamic-scope.ts';
import { originalError } from './keywords.ts';

export { UnusableSchemaError } from './compiler.ts';

/** An ajv error, with the place of the schema object it comes from. */
export interface SchemaError extends ErrorObject {
  readonly address: { readonly uri: string; readonly pointer: string } | undefined;
}

/** The compiled schemas of one API, per reading (direction and strictness), made when first needed. */
export class CompiledSchemas {
  readonly #documents: DocumentSet;
  readonly #options: SchemaOptions;
  readonly #scopes: DynamicScopes;
  readonly #compilers: Record<Direction, Partial<Record<ValidationMode['errors'], SchemaCompiler>>> = {
    request: {},
    response: {},
  };

  readonly #mayHide = new Map<string, boolean>();

  constructor(sources: DocumentSet, options: SchemaOptions) {
    this.#documents = sources;
    this.#options = options;
    this.#scopes = new DynamicScopes(sources.identifiers);
  }

  /** The same schemas, with nothing compiled yet: for who looks at all of them, and is not to keep them in memory. */
  withoutCache(): CompiledSchemas {
    return new CompiledSchemas(this.#documents, this.#options);
  }

  /** The file of a place that an error or a reader names: a file can be read in several ways. */
  fileOf(uri: string): string {
    return this.#scopes.fileOf(uri);
  }

  /** The schema and all that it refers to, as plain JSON Schema 2020-12 for one direction. */
  reader(schema: DocumentNode, direction: Direction): { reader: SchemaReader; schema: DocumentNode } {
    const compiler = this.#compiler({ direction, errors: 'plain' });
    return { reader: compiler, schema: compiler.prepare(schema) };
  }

  /** Throws UnusableSchema where judging would. */
  compile(schema: DocumentNode, reading: ValidationMode): void {
    this.#compiler(reading).validator(schema);
  }

  /** All errors of a value against a schema, in ajv's order; none when it is valid. Throws UnusableSchema. */
  errors(schema: DocumentNode, value: unknown, reading: ValidationMode): readonly SchemaError[] {
    const compiler = this.#compiler(reading);
    const validate = compiler.validator(schema);
    if (validate(value)) return NO_ERRORS;
    return (validate.errors ?? []).map(error => {
      const { schema, data, schemaPath } = originalError(error);
      const place = compiler.nodeOf(error.parentSchema) ?? compiler.addressOf(schemaPath);
      return { ...error, schema, data, address: place };
    });
  }

  /** Whether an object may have properties that no schema names. What is suspected may turn out to be named. */
  mayHaveUndocumented(schema: DocumentNode, value: unknown, direction: Direction): boolean {
    const validate = this.#compiler({ direction, errors: 'closed' }).validator(schema);
    try {
      return !validate(value);
    } catch (error) {
      // ajv's account of what is evaluated is not always there where its own code asks for it.
      if (error instanceof TypeError) return true;
      throw error;
    }
  }

  /** Whether anything in the schema may belong into the other direction; the same for as long as the documents are. */
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

  /** The schema's text as plain JSON Schema 2020-12 for one direction. */
  translated(
    schema: DocumentNode,
    direction: Direction,
  ): { uri: string; value: unknown; find: EditableSchemas['find'] } {
    const compiler = this.#compiler({ direction, errors: 'plain' });
    return { ...compiler.prepare(schema), find: compiler.find };
  }

  #compiler(reading: ValidationMode): SchemaCompiler {
    const compilers = this.#compilers[reading.direction];
    compilers[reading.errors] ??= new SchemaCompiler(this.#documents, this.#options, this.#scopes, reading);
    return compilers[reading.errors] as SchemaCompiler;
  }
}

const STANDALONE_VALIDATORS = new WeakMap<object, ValidateFunction>();

/** Whether a value satisfies a schema that stands in no document, such as a condition's. Throws where it does not compile. */
export function satisfies(schema: object, value: unknown): boolean {
  let validate = STANDALONE_VALIDATORS.get(schema);
  if (validate === undefined) {
    const ajv = new Ajv2020({ strict: false, logger: false });
    overrideKeywords(ajv, KEYWORD_OVERRIDES);
    validate = ajv.compile(schema);
    STANDALONE_VALIDATORS.set(schema, validate);
  }
  return validate(value);
}

const NO_ERRORS: readonly SchemaError[] = [];
