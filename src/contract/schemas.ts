// JSON Schema validation on the original text: ajv compiles schemas where they stand, and every error knows its line.

import {
  Ajv2020,
  type ErrorObject,
  type FuncKeywordDefinition,
  type ValidateFunction,
} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Clause, type Finding, showClause } from '../finding/finding.ts';
import { escapePointer, follow } from '../finding/pointer.ts';
import { type Reader, unevaluated } from './annotations.ts';
import { type Copies, type Direction, type Reading, translate } from './dialect.ts';
import { MULTIPLE_OF, UNIQUE_ITEMS } from './keywords.ts';
import { isObject, type Json, type Part, referenceTo, type Sources } from './sources.ts';

export interface SchemasOptions {
  readonly version: '3.0' | '3.1';
  /** True: `format` rejects. False: it is an annotation, as JSON Schema 2020-12 has it by default. */
  readonly assertFormats: boolean;
}

/** An ajv error, with the place of the schema object it comes from. */
export interface SchemaError extends ErrorObject {
  readonly place: { readonly uri: string; readonly pointer: string } | undefined;
}

/** A schema that cannot be compiled. Never swallowed: whoever needed it stops. */
export class UnusableSchema extends Error {
  readonly finding: Finding;

  constructor(clause: Clause, why: string) {
    super(`${showClause(clause)}: this schema cannot be used: ${why}`);
    this.finding = { code: 'spec-schema', message: `this schema cannot be used: ${why}`, at: '', clause };
  }
}

/** The compiled schemas of one API, per reading (direction and strictness), made when first needed. */
export class Schemas {
  readonly #sources: Sources;
  readonly #options: SchemasOptions;
  readonly #workshops: Record<Direction, Partial<Record<Reading['strictness'], Workshop>>> = {
    request: {},
    response: {},
  };

  constructor(sources: Sources, options: SchemasOptions) {
    this.#sources = sources;
    this.#options = options;
  }

  /** All errors of a value against a schema, in ajv's order; none when it is valid. Throws UnusableSchema. */
  errors(schema: Part, value: unknown, reading: Reading): readonly SchemaError[] {
    const workshop = this.#workshop(reading);
    const validate = workshop.validator(schema);
    if (validate(value)) return NO_ERRORS;
    return (validate.errors ?? []).map(error => ({
      ...error,
      place: workshop.placeOf(error.parentSchema) ?? placeIn(error),
    }));
  }

  /** The schema's text as plain JSON Schema 2020-12 for one direction. */
  translated(schema: Part, direction: Direction): { uri: string; value: unknown; find: Copies['find'] } {
    const workshop = this.#workshop({ direction, strictness: 'plain' });
    workshop.prepare(schema);
    return { uri: schema.uri, value: workshop.find(schema.uri, schema.pointer), find: workshop.find };
  }

  #workshop(reading: Reading): Workshop {
    const workshops = this.#workshops[reading.direction];
    workshops[reading.strictness] ??= new Workshop(this.#sources, this.#options, reading);
    return workshops[reading.strictness] as Workshop;
  }
}

const LOOSE = new WeakMap<object, ValidateFunction>();

/** Whether a value satisfies a schema that stands in no document, such as a condition's. Throws where it does not compile. */
export function satisfies(schema: object, value: unknown): boolean {
  let validate = LOOSE.get(schema);
  if (validate === undefined) {
    validate = new Ajv2020({ strict: false, logger: false }).compile(schema);
    LOOSE.set(schema, validate);
  }
  return validate(value);
}

/** A schema `false` is no object that could be remembered; ajv's path to it says where it stands. */
function placeIn({ schemaPath }: ErrorObject): { uri: string; pointer: string } | undefined {
  const [uri, fragment] = schemaPath.split('#');
  if (!uri || fragment === undefined) return undefined;
  return { uri, pointer: decodeURIComponent(fragment.replace(/\/false schema$/, '')) };
}

const NO_ERRORS: readonly SchemaError[] = [];

/** One copy of the documents, edited for one reading, and the ajv that compiles from it. */
class Workshop implements Copies {
  readonly #sources: Sources;
  readonly #options: SchemasOptions;
  readonly #reading: Reading;
  readonly #ajv: Ajv2020;
  readonly #copies = new Map<string, unknown>();
  readonly #places = new WeakMap<object, { uri: string; pointer: string }>();
  readonly #translated = new Set<object>();
  readonly #validators = new WeakMap<object, ValidateFunction>();
  readonly #byPlace = new Map<string, ValidateFunction>();

  constructor(sources: Sources, options: SchemasOptions, reading: Reading) {
    this.#sources = sources;
    this.#options = options;
    this.#reading = reading;
    this.#ajv = new Ajv2020({
      strict: false,
      allErrors: reading.strictness === 'plain',
      verbose: true,
      // The documents are no schemas as a whole; lint holds each schema in them against the meta-schema.
      validateSchema: false,
      validateFormats: options.assertFormats,
      addUsedSchema: false,
      // ajv quotes nothing from the instance in its messages; ours are written in explain.ts anyway.
      messages: false,
      logger: false,
    });
    if (options.assertFormats) addFormats.default(this.#ajv);
    for (const own of [MULTIPLE_OF, UNIQUE_ITEMS]) {
      this.#ajv.removeKeyword(own.keyword as string);
      this.#ajv.addKeyword(own);
    }
    if (reading.strictness !== 'closed') {
      this.#ajv.removeKeyword('unevaluatedProperties');
      this.#ajv.addKeyword(this.#unevaluatedProperties());
    }
    if (reading.strictness === 'closed') {
      const keyword = reading.direction === 'request' ? 'readOnly' : 'writeOnly';
      this.#ajv.removeKeyword(keyword);
      this.#ajv.addKeyword({ keyword, schemaType: 'boolean', validate: (on: boolean) => !on, errors: false });
    }
  }

  validator(schema: Part): ValidateFunction {
    const known =
      typeof schema.value === 'object' && schema.value !== null ? this.#validators.get(schema) : undefined;
    if (known !== undefined) return known;
    const reference = referenceTo(schema);
    let validate = this.#byPlace.get(reference);
    if (validate === undefined) {
      validate = this.#compile(schema, reference);
      this.#byPlace.set(reference, validate);
    }
    this.#validators.set(schema, validate);
    return validate;
  }

  /** ajv loses evaluated properties where a condition does not hold (ajv issue 2559), so that they are counted here. */
  #unevaluatedProperties(): FuncKeywordDefinition {
    const reader: Reader = {
      sources: this.#sources,
      version: this.#options.version,
      holds: (schema, value) => this.validator(schema)(value) === true,
    };
    const validate: NonNullable<FuncKeywordDefinition['validate']> = (
      says: unknown,
      value: object,
      parentSchema,
      context,
    ): boolean => {
      const place = this.placeOf(parentSchema);
      if (place === undefined || context === undefined) return true;
      const schema = { ...place, value: follow(this.#sources.root(place.uri).value, place.pointer) };
      const others = { uri: place.uri, pointer: `${place.pointer}/unevaluatedProperties`, value: says };
      const errors: Partial<ErrorObject>[] = [];
      for (const name of unevaluated(reader, schema, value as Json)) {
        if (says === false) {
          const params = { unevaluatedProperty: name };
          errors.push({ keyword: 'unevaluatedProperties', params, ...(parentSchema && { parentSchema }) });
          continue;
        }
        const check = this.validator(others);
        if (check((value as Json)[name])) continue;
        for (const error of check.errors ?? []) {
          errors.push({
            ...error,
            instancePath: `${context.instancePath}/${escapePointer(name)}${error.instancePath}`,
          });
        }
      }
      validate.errors = errors;
      return errors.length === 0;
    };
    return {
      keyword: 'unevaluatedProperties',
      type: 'object',
      schemaType: ['boolean', 'object'],
      errors: 'full',
      validate,
    };
  }

  #compile(schema: Part, reference: string): ValidateFunction {
    const unusable = (why: string): UnusableSchema => new UnusableSchema(this.#sources.clause(schema), why);
    if (typeof schema.value !== 'boolean' && !isObject(schema.value))
      throw unusable('it is no object and no boolean');
    this.prepare(schema);
    try {
      return this.#ajv.compile({ $ref: reference });
    } catch (error) {
      throw unusable(
        error instanceof RangeError
          ? 'its $refs go round in a circle'
          : // ajv names the document by its absolute URL, which the clause says better.
            (error as Error).message.replace(/ from id file:\S+$/, ''),
      );
    }
  }

  prepare(schema: Part): void {
    translate(this, schema, this.#options.version, this.#reading, this.#translated);
  }

  find = (uri: string, pointer: string): unknown => follow(this.#copy(uri), pointer);

  placeOf(schema: unknown): { uri: string; pointer: string } | undefined {
    return typeof schema === 'object' && schema !== null ? this.#places.get(schema) : undefined;
  }

  #copy(uri: string): unknown {
    if (this.#copies.size === 0) {
      for (const each of this.#sources.uris()) {
        const copy = this.#duplicate(this.#sources.root(each).value, each, '');
        this.#copies.set(each, copy);
        if (typeof copy === 'object' && copy !== null) this.#ajv.addSchema(copy, each);
      }
    }
    return this.#copies.get(uri);
  }

  #duplicate(value: unknown, uri: string, pointer: string): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const inner = (key: string | number, part: unknown): unknown =>
      this.#duplicate(part, uri, `${pointer}/${escapePointer(String(key))}`);
    // fromEntries defines a member "__proto__" where an assignment would change the prototype.
    const copy: object = Array.isArray(value)
      ? value.map((part, index) => inner(index, part))
      : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(key, part)]));
    this.#places.set(copy, { uri, pointer });
    return copy;
  }
}
