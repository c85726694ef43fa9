// Rewrites schemas of a document as JSON Schema 2020-12, for a validator that knows nothing of OpenAPI.
import { dereference, type Lookup } from '@cfworker/json-schema';
import { atReference, follow } from './documents.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

const SINGLE = new Set([
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
  'items',
  'additionalItems',
]);
const LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const MAPS = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']);
const KEPT = new Set([
  'type',
  'enum',
  'const',
  'required',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'minContains',
  'maxContains',
]);
const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

/** Under this key a converted schema keeps its examples and its default, which the validator does not see. */
const EXAMPLES = Symbol('examples');

/** The schemas of one document that were needed so far, each with a URI of its own. */
export class ConvertedSchemas {
  readonly lookup: Lookup = Object.create(null);
  readonly #document: JsonObject;
  readonly #is30: boolean;
  readonly #uris = new Map<string, string>();
  #count = 0;

  constructor(document: JsonObject) {
    this.#document = document;
    this.#is30 = String(document.openapi).startsWith('3.0');
  }

  /** A schema that @cfworker/json-schema reads with `lookup`. */
  add(schema: Json | undefined): unknown {
    return this.#register(schema);
  }

  /** The examples and the default of the schema in which the keyword at `location` stands, of which `root` is the start. */
  examplesAt(root: unknown, location: string): readonly Json[] {
    let node: unknown = root;
    for (const token of tokensOf(location).slice(0, -1)) {
      if (!isObject(node)) return [];
      node = token === '$ref' ? this.lookup[String(node.$ref)] : node[token];
    }
    return (isObject(node) ? (node as { [EXAMPLES]?: readonly Json[] })[EXAMPLES] : undefined) ?? [];
  }

  #register(schema: Json | undefined, uri = this.#nextUri()): unknown {
    const converted = this.#convert(schema);
    dereference(converted, this.lookup, new URL(uri));
    return converted;
  }

  #nextUri(): string {
    this.#count++;
    return `https://corpus.example/${this.#count}`;
  }

  #reference(reference: string): string {
    const known = this.#uris.get(reference);
    if (known !== undefined) return known;
    const uri = this.#nextUri();
    // Before its conversion, which may lead back to it.
    this.#uris.set(reference, uri);
    this.#register(atReference(this.#document, reference), uri);
    return uri;
  }

  #convert(schema: Json | undefined): unknown {
    if (!isObject(schema)) return schema === false ? false : {};
    if (typeof schema.$ref === 'string') {
      const reference = { $ref: this.#reference(schema.$ref) };
      if (this.#is30) return reference;
      const { $ref: _, ...siblings } = schema;
      return Object.keys(siblings).length > 0 ? { allOf: [reference, this.#convert(siblings)] } : reference;
    }
    const made: Record<string | symbol, unknown> = {};
    const examples = [
      schema.example,
      schema.default,
      ...(Array.isArray(schema.examples) ? (schema.examples as Json[]) : []),
    ];
    made[EXAMPLES] = examples.filter(one => one !== undefined);
    for (const [name, value] of Object.entries(schema)) {
      if (SINGLE.has(name)) made[name] = this.#convert(value);
      else if (LISTS.has(name) && Array.isArray(value))
        made[name] = (value as Json[]).map(one => this.#convert(one));
      else if (MAPS.has(name) && isObject(value)) {
        made[name] = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#convert(one)]));
      } else if (KEPT.has(name)) made[name] = value;
    }
    this.#repair(made, schema);
    return made;
  }

  /** What OpenAPI 3.0 writes in another way, what a response leaves out, and keywords that no validator can read. */
  #repair(made: Record<string, unknown>, schema: JsonObject): void {
    if (Array.isArray(made.required)) {
      made.required = made.required.filter(name => {
        const property = follow(
          this.#document,
          isObject(schema.properties) ? schema.properties[String(name)] : undefined,
        );
        return !(isObject(property) && property.writeOnly === true);
      });
    } else delete made.required;
    // No format of JSON Schema: the validator's own rejects addresses of the local machine.
    if (made.format === 'url') made.format = 'uri';
    if (typeof made.pattern === 'string' && !isPattern(made.pattern)) delete made.pattern;
    if (isObject(made.patternProperties)) {
      made.patternProperties = Object.fromEntries(
        Object.entries(made.patternProperties).filter(([one]) => isPattern(one)),
      );
    }
    for (const [exclusive, bound] of [
      ['exclusiveMinimum', 'minimum'],
      ['exclusiveMaximum', 'maximum'],
    ] as const) {
      if (typeof made[exclusive] !== 'boolean') continue;
      if (made[exclusive] && made[bound] !== undefined) {
        made[exclusive] = made[bound];
        delete made[bound];
      } else delete made[exclusive];
    }
    const types = (Array.isArray(made.type) ? made.type : [made.type]).filter(type =>
      TYPES.has(String(type)),
    );
    if (types.length === 0) delete made.type;
    else made.type = this.#is30 && schema.nullable === true ? [...types, 'null'] : types;
    if (made.enum !== undefined && !Array.isArray(made.enum)) delete made.enum;
  }
}

/** The names in a JSON pointer that starts with "#". */
export function tokensOf(pointer: string): readonly string[] {
  const tokens = pointer.split('/').slice(1);
  return tokens.map(token => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
