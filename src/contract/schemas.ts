// JSON Schema validation on the original text: ajv compiles schemas where they stand, and every error knows its line.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { mayHide, type Reader } from './annotations.ts';
import type { Copies, Direction, Reading } from './dialect.ts';
import { innermost } from './keywords.ts';
import { Scopes } from './scopes.ts';
import type { Part, Sources } from './sources.ts';
import { OWN, replace, type SchemasOptions, Workshop } from './workshop.ts';

export { UnusableSchema } from './workshop.ts';

/** An ajv error, with the place of the schema object it comes from. */
export interface SchemaError extends ErrorObject {
  readonly place: { readonly uri: string; readonly pointer: string } | undefined;
}

/** The compiled schemas of one API, per reading (direction and strictness), made when first needed. */
export class Schemas {
  readonly #sources: Sources;
  readonly #options: SchemasOptions;
  readonly #scopes: Scopes;
  readonly #workshops: Record<Direction, Partial<Record<Reading['strictness'], Workshop>>> = {
    request: {},
    response: {},
  };

  readonly #hiding = new Map<string, boolean>();

  constructor(sources: Sources, options: SchemasOptions) {
    this.#sources = sources;
    this.#options = options;
    this.#scopes = new Scopes(sources.identifiers);
  }

  /** The same schemas, with nothing compiled yet: for who looks at all of them, and is not to keep them in memory. */
  anew(): Schemas {
    return new Schemas(this.#sources, this.#options);
  }

  /** The file of a place that an error or a reader names: a file can be read in several ways. */
  fileOf(uri: string): string {
    return this.#scopes.file(uri);
  }

  /** The schema and all that it refers to, as plain JSON Schema 2020-12 for one direction. */
  reader(schema: Part, direction: Direction): { reader: Reader; schema: Part } {
    const workshop = this.#workshop({ direction, strictness: 'plain' });
    return { reader: workshop, schema: workshop.prepare(schema) };
  }

  /** Throws UnusableSchema where judging would. */
  compile(schema: Part, reading: Reading): void {
    this.#workshop(reading).validator(schema);
  }

  /** All errors of a value against a schema, in ajv's order; none when it is valid. Throws UnusableSchema. */
  errors(schema: Part, value: unknown, reading: Reading): readonly SchemaError[] {
    const workshop = this.#workshop(reading);
    const validate = workshop.validator(schema);
    if (validate(value)) return NO_ERRORS;
    return (validate.errors ?? []).map(error => {
      const { schema, data, schemaPath } = innermost(error);
      const place = workshop.partOf(error.parentSchema) ?? workshop.placeIn(schemaPath);
      return { ...error, schema, data, place };
    });
  }

  /** Whether an object may have properties that no schema names. What is suspected may turn out to be named. */
  suspects(schema: Part, value: unknown, direction: Direction): boolean {
    const validate = this.#workshop({ direction, strictness: 'closed' }).validator(schema);
    try {
      return !validate(value);
    } catch (error) {
      // ajv's account of what is evaluated is not always there where its own code asks for it.
      if (error instanceof TypeError) return true;
      throw error;
    }
  }

  /** Whether anything in the schema may belong into the other direction; the same for as long as the documents are. */
  mayHide(schema: Part, direction: Direction): boolean {
    const key = `${direction} ${schema.uri}#${schema.pointer}`;
    let known = this.#hiding.get(key);
    if (known === undefined) {
      const read = this.reader(schema, direction);
      known = mayHide(read.reader, read.schema, direction);
      this.#hiding.set(key, known);
    }
    return known;
  }

  /** The schema's text as plain JSON Schema 2020-12 for one direction. */
  translated(schema: Part, direction: Direction): { uri: string; value: unknown; find: Copies['find'] } {
    const workshop = this.#workshop({ direction, strictness: 'plain' });
    return { ...workshop.prepare(schema), find: workshop.find };
  }

  #workshop(reading: Reading): Workshop {
    const workshops = this.#workshops[reading.direction];
    workshops[reading.strictness] ??= new Workshop(this.#sources, this.#options, this.#scopes, reading);
    return workshops[reading.strictness] as Workshop;
  }
}

const LOOSE = new WeakMap<object, ValidateFunction>();

/** Whether a value satisfies a schema that stands in no document, such as a condition's. Throws where it does not compile. */
export function satisfies(schema: object, value: unknown): boolean {
  let validate = LOOSE.get(schema);
  if (validate === undefined) {
    const ajv = new Ajv2020({ strict: false, logger: false });
    replace(ajv, OWN);
    validate = ajv.compile(schema);
    LOOSE.set(schema, validate);
  }
  return validate(value);
}

const NO_ERRORS: readonly SchemaError[] = [];
