// Copies of what schemas need of the documents, edited for one reading, and the ajv that compiles them where they stand.
import {
  Ajv2020,
  type AnySchemaObject,
  type FuncKeywordDefinition,
  type ValidateFunction,
} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Clause, type Finding, showClause } from '../finding/finding.ts';
import { PartCopies } from './copies.ts';
import { type Copies, hiderOf, type Reading, translate } from './dialect.ts';
import {
  type Bench,
  BYTE,
  CONST,
  CONTENT_ENCODING,
  ENUM,
  MULTIPLE_OF,
  UNIQUE_ITEMS,
  unevaluated,
} from './keywords.ts';
import type { Scopes } from './scopes.ts';
import { isObject, type Part, resolveReference, type Sources } from './sources.ts';
import { intoEnvelope, outOfEnvelope, Units } from './units.ts';

export interface SchemasOptions {
  readonly version: '3.0' | '3.1';
  /** True: `format` rejects. False: it is an annotation, as JSON Schema 2020-12 has it by default. */
  readonly assertFormats: boolean;
}

/** A schema that cannot be compiled. Never swallowed: whoever needed it stops. */
export class UnusableSchema extends Error {
  readonly finding: Finding;

  constructor(clause: Clause, why: string) {
    super(`${showClause(clause)}: this schema cannot be used: ${why}`);
    this.finding = { code: 'spec-schema', message: `this schema cannot be used: ${why}`, at: '', clause };
  }
}

export const OWN = [CONST, ENUM, MULTIPLE_OF, UNIQUE_ITEMS];

export function replace(ajv: Ajv2020, keywords: readonly FuncKeywordDefinition[]): void {
  for (const own of keywords) ajv.removeKeyword(own.keyword as string).addKeyword(own);
}

/** Whose schemas ajv has itself. */
const META = /^https?:\/\/json-schema\.org\//;

/** What one reading makes of the documents: copies of the parts that are asked for, and the ajv that compiles from them. */
export class Workshop implements Copies, Bench {
  readonly #sources: Sources;
  readonly #options: SchemasOptions;
  readonly #scopes: Scopes;
  readonly #reading: Reading;
  readonly #ajv: Ajv2020;
  readonly #copies: PartCopies;
  readonly #translated = new Set<object>();
  readonly #validators = new WeakMap<object, ValidateFunction>();
  readonly #units: Units;
  #hasMeta = false;

  constructor(sources: Sources, options: SchemasOptions, scopes: Scopes, reading: Reading) {
    this.#sources = sources;
    this.#options = options;
    this.#scopes = scopes;
    this.#reading = reading;
    this.#copies = new PartCopies(sources, uri => scopes.file(uri));
    this.#ajv = new Ajv2020({
      strict: false,
      allErrors: reading.strictness === 'plain',
      // Of the closed reading nobody looks at the errors.
      verbose: reading.strictness !== 'closed',
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
    this.#units = new Units(this.#ajv, this.find);
    if (options.assertFormats) {
      addFormats.default(this.#ajv);
      this.#ajv.addFormat('byte', BYTE);
      replace(this.#ajv, [CONTENT_ENCODING]);
    }
    replace(this.#ajv, OWN);
    // The closed reading only raises a suspicion, and has its own use for unevaluatedProperties.
    if (reading.strictness !== 'closed') {
      this.#ajv.opts.unevaluated = false;
      replace(this.#ajv, unevaluated(this));
    } else {
      const keyword = hiderOf(reading.direction);
      this.#ajv.removeKeyword(keyword);
      this.#ajv.addKeyword({ keyword, schemaType: 'boolean', validate: (on: boolean) => !on, errors: false });
    }
  }

  validator(schema: Part): ValidateFunction {
    const known =
      typeof schema.value === 'object' && schema.value !== null ? this.#validators.get(schema) : undefined;
    if (known !== undefined) return known;
    const place = this.#scopes.enter(schema);
    const reference = intoEnvelope(place);
    const validate = this.#units.known(reference) ?? this.#compile(schema, reference);
    this.#validators.set(schema, validate);
    return validate;
  }

  #compile(schema: Part, reference: string): ValidateFunction {
    const unusable = (why: string): UnusableSchema =>
      new UnusableSchema(this.#sources.clause({ ...schema, uri: this.#scopes.file(schema.uri) }), why);
    if (typeof schema.value !== 'boolean' && !isObject(schema.value))
      throw unusable('it is no object and no boolean');
    this.prepare(schema);
    try {
      return this.#units.compile(reference);
    } catch (error) {
      throw unusable(
        error instanceof RangeError
          ? 'its $refs go round in a circle'
          : // ajv names the document by its absolute URL, which the clause says better.
            (error as Error).message.replace(/ from id file:\S+$/, ''),
      );
    }
  }

  prepare(schema: Part): Part {
    const { uri, pointer } = this.#scopes.enter(schema);
    translate(this, { uri, pointer }, this.#options.version, this.#reading, this.#translated);
    return { uri, pointer, value: this.find(uri, pointer) };
  }

  find = (uri: string, pointer: string): unknown => {
    if (META.test(uri) && !this.#hasMeta) {
      this.#hasMeta = true;
      for (const known of Object.values(new Ajv2020().schemas))
        if (known !== undefined) this.#ajv.addMetaSchema(known.schema as AnySchemaObject, undefined, false);
      this.#ajv.refs['http://json-schema.org/schema'] = 'https://json-schema.org/draft/2020-12/schema';
    }
    return this.#copies.find(uri, outOfEnvelope(pointer));
  };

  reference = intoEnvelope;

  follow(
    uri: string,
    schema: object,
    ref: string,
    keyword: '$ref' | '$dynamicRef',
  ): { uri: string; pointer: string } {
    const place = this.partOf(schema);
    return place === undefined ? resolveReference(uri, ref) : this.#scopes.follow(place, ref, keyword);
  }

  partOf(schema: unknown): Part | undefined {
    return this.#copies.partOf(schema);
  }

  /** Where a schema stands that is no object which could be remembered: `false`. ajv's path to it says so. */
  placeIn(schemaPath: string): { uri: string; pointer: string } | undefined {
    return this.#units.placeIn(schemaPath.replace(/\/false schema$/, ''));
  }

  target(from: Part, ref: string): Part | undefined {
    const { uri, pointer: inside } = resolveReference(from.uri, ref);
    const pointer = outOfEnvelope(inside);
    const value = this.find(uri, pointer);
    return value === undefined ? undefined : { uri, pointer, value };
  }

  holds(schema: Part, value: unknown): boolean {
    return this.validator(schema)(value) === true;
  }
}
