// One copy of the documents, edited for one reading, and the ajv that compiles schemas from it where they stand.
import { Ajv2020, type FuncKeywordDefinition, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Clause, type Finding, showClause } from '../finding/finding.ts';
import { escapePointer, follow } from '../finding/pointer.ts';
import { type Copies, type Reading, translate } from './dialect.ts';
import { type Kind, kindBelow } from './identifiers.ts';
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
import { isObject, type Part, referenceTo, resolveReference, type Sources } from './sources.ts';

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

/**
 * ajv compiles a document as a whole before it looks for a part of it, even where the whole is one schema that nobody
 * asked for. It finds each document below a keyword that it does not know.
 */
const ENVELOPE = 'x-deadringer-document';

function intoEnvelope({ uri, pointer }: { readonly uri: string; readonly pointer: string }): string {
  return referenceTo({ uri, pointer: `/${ENVELOPE}${pointer}` });
}

/** The pointer that a reference means, wherever the reference was made. */
export function outOfEnvelope(pointer: string): string {
  return pointer.startsWith(`/${ENVELOPE}`) ? pointer.slice(ENVELOPE.length + 1) : pointer;
}

const NAMES = new Set(['$id', '$anchor', '$dynamicAnchor']);

/** One copy of the documents, edited for one reading, and the ajv that compiles from it. */
export class Workshop implements Copies, Bench {
  readonly #sources: Sources;
  readonly #options: SchemasOptions;
  readonly #scopes: Scopes;
  readonly #reading: Reading;
  readonly #ajv: Ajv2020;
  readonly #copies = new Map<string, unknown>();
  readonly #places = new WeakMap<object, Part>();
  readonly #translated = new Set<object>();
  readonly #validators = new WeakMap<object, ValidateFunction>();
  readonly #byPlace = new Map<string, ValidateFunction>();

  constructor(sources: Sources, options: SchemasOptions, scopes: Scopes, reading: Reading) {
    this.#sources = sources;
    this.#options = options;
    this.#scopes = scopes;
    this.#reading = reading;
    this.#ajv = new Ajv2020({
      strict: false,
      allErrors: reading.strictness === 'plain',
      verbose: true,
      // A property that is required may be called "toString", which every object inherits.
      ownProperties: true,
      // The documents are no schemas as a whole; lint holds each schema in them against the meta-schema.
      validateSchema: false,
      validateFormats: options.assertFormats,
      addUsedSchema: false,
      // ajv quotes nothing from the instance in its messages; ours are written in explain.ts anyway.
      messages: false,
      logger: false,
    });
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
    const reference = intoEnvelope(this.#scopes.enter(schema));
    let validate = this.#byPlace.get(reference);
    if (validate === undefined) {
      validate = this.#compile(schema, reference);
      this.#byPlace.set(reference, validate);
    }
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

  prepare(schema: Part): Part {
    const { uri, pointer } = this.#scopes.enter(schema);
    translate(this, { uri, pointer }, this.#options.version, this.#reading, this.#translated);
    return { uri, pointer, value: this.find(uri, pointer) };
  }

  find = (uri: string, pointer: string): unknown => follow(this.#copy(uri), outOfEnvelope(pointer));

  reference = intoEnvelope;

  follow(
    uri: string,
    schema: object,
    ref: string,
    keyword: '$ref' | '$dynamicRef',
  ): { uri: string; pointer: string } {
    const place = this.#places.get(schema);
    return place === undefined ? resolveReference(uri, ref) : this.#scopes.follow(place, ref, keyword);
  }

  partOf(schema: unknown): Part | undefined {
    return typeof schema === 'object' && schema !== null ? this.#places.get(schema) : undefined;
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

  #copy(uri: string): unknown {
    let copy = this.#copies.get(uri);
    if (copy === undefined && this.#sources.has(this.#scopes.file(uri))) {
      copy = this.#duplicate(this.#sources.root(this.#scopes.file(uri)).value, uri, '', 'keywords');
      this.#copies.set(uri, copy);
      this.#ajv.addSchema({ [ENVELOPE]: copy }, uri);
    }
    return copy;
  }

  #duplicate(value: unknown, uri: string, pointer: string, kind: Kind): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const inner = (key: string | number, part: unknown): unknown =>
      this.#duplicate(
        part,
        uri,
        `${pointer}/${escapePointer(String(key))}`,
        typeof key === 'number' ? kind : kindBelow(kind, key, part),
      );
    // References lead by place here, and ajv would take names for more than they are: there may be twins of them.
    const isName = ([key, part]: [string, unknown]): boolean =>
      kind === 'keywords' && NAMES.has(key) && typeof part === 'string';
    // fromEntries defines a member "__proto__" where an assignment would change the prototype.
    const copy: object = Array.isArray(value)
      ? value.map((part, index) => inner(index, part))
      : Object.fromEntries(
          Object.entries(value)
            .filter(entry => !isName(entry))
            .map(([key, part]) => [key, inner(key, part)]),
        );
    this.#places.set(copy, { uri, pointer, value: copy });
    return copy;
  }
}
