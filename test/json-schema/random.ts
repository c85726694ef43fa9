// Generates random JSON Schemas of 2020-12 with every assertion keyword, and values for them.
import fc from 'fast-check';
import type { Json } from '../prism/corrupt.ts';

const SCALARS = [null, true, false, 0, -0, 1, 2, 3, 2.5, 19.99, -1, '', 'a', 'ab', 'b1', 'Ünï', '💩'];
/** Without "__proto__": the other validator does not support it everywhere, and the suite covers it. */
const NAMES = ['a', 'b', 'ab', 'toString'];
type Keywords = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Some of the keywords, chosen before their values are generated: a schema with all keywords would be endless and reject everything. */
const few = (keywords: Keywords): fc.Arbitrary<Json> =>
  fc
    .subarray(Object.keys(keywords), { minLength: 1, maxLength: 3 })
    .chain(keys =>
      fc.record(Object.fromEntries(keys.map(key => [key, keywords[key] as fc.Arbitrary<unknown>]))),
    );

const small = fc.integer({ min: 0, max: 3 });
const name = fc.constantFrom(...NAMES);
const scalar = fc.constantFrom<unknown>(...SCALARS);

const members = (value: fc.Arbitrary<unknown>, most = 3): fc.Arbitrary<object> =>
  fc
    .uniqueArray(fc.tuple(name, value), { maxLength: most, selector: ([key]) => key })
    .map(entries => Object.fromEntries(entries));

const { anyValue } = fc.letrec<{ anyValue: unknown }>(tie => ({
  anyValue: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: scalar, weight: 3 },
    { arbitrary: fc.array(tie('anyValue'), { maxLength: 4 }), weight: 3 },
    { arbitrary: members(tie('anyValue'), 4), weight: 4 },
  ),
}));

type Node = Json | boolean;

/**
 * @param here references for the same value. None may be circular, or validation would not end.
 * @param below references for properties and items of the value
 */
function schemaWith(here: readonly Json[], below: readonly Json[]): fc.Arbitrary<Node> {
  const depthIdentifier = fc.createDepthIdentifier();
  const { same } = fc.letrec<{ same: Node; inner: Node }>(tie => {
    const inner = tie('inner');
    const same = tie('same');
    const list = (of: fc.Arbitrary<unknown>) => fc.array(of, { minLength: 1, maxLength: 3 });
    const strings: Keywords = {
      minLength: small,
      maxLength: small,
      pattern: fc.constantFrom('^a', 'b\\d?$', '^\\p{L}*$', '^.$'),
    };
    const numbers: Keywords = {
      minimum: small,
      maximum: small,
      exclusiveMinimum: small,
      exclusiveMaximum: small,
      multipleOf: fc.constantFrom(1, 2, 0.5),
    };
    const type = fc.constantFrom('null', 'boolean', 'integer', 'number', 'string', 'array', 'object');
    const values = fc.oneof(
      fc.record<Json>({ type }),
      fc.record<Json>({ type: fc.uniqueArray(type, { minLength: 1, maxLength: 3 }) }),
      fc.record<Json>({ const: anyValue }),
      fc.record<Json>({ enum: list(anyValue) }),
    );
    const arrays: Keywords = {
      prefixItems: list(inner),
      items: inner,
      contains: inner,
      minContains: small,
      maxContains: small,
      minItems: small,
      maxItems: small,
      uniqueItems: fc.boolean(),
      unevaluatedItems: fc.oneof(fc.constant(false), inner),
    };
    const objects: Keywords = {
      properties: members(inner),
      patternProperties: fc
        .tuple(fc.constantFrom('^a', 'b$', '_'), inner)
        .map(([pattern, schema]) => ({ [pattern]: schema })),
      additionalProperties: inner,
      propertyNames: same,
      required: fc.uniqueArray(name, { maxLength: 2 }),
      minProperties: small,
      maxProperties: small,
      dependentRequired: members(fc.uniqueArray(name, { maxLength: 2 }), 2),
      dependentSchemas: members(same, 2),
      unevaluatedProperties: fc.oneof(fc.constant(false), inner),
    };
    const logic: Keywords = {
      allOf: list(same),
      anyOf: list(same),
      oneOf: list(same),
      not: same,
      if: same,
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: same,
      else: same,
    };
    const mixed = (refs: readonly Json[], ...kinds: Keywords[]) =>
      fc
        .tuple(fc.constantFrom<Json>({}, {}, ...refs), ...kinds.map(few))
        .map(parts => Object.assign({}, ...parts) as Json);
    const schema = (refs: readonly Json[]): fc.Arbitrary<Node> =>
      fc.oneof(
        { maxDepth: 3, depthIdentifier },
        { arbitrary: values, weight: 3 },
        { arbitrary: fc.boolean(), weight: 1 },
        { arbitrary: mixed(refs, strings, numbers), weight: 2 },
        { arbitrary: mixed(refs, objects, logic), weight: 4 },
        { arbitrary: mixed(refs, arrays, logic), weight: 3 },
        { arbitrary: mixed(refs, logic), weight: 2 },
      );
    return { same: schema(here), inner: schema(below) };
  });
  return same;
}

/** A schema with definitions and references to them by pointer, by anchor, by identifier and dynamically. */
function document(index: number): fc.Arbitrary<Json> {
  const id = `https://example.com/${index}/`;
  const byPointer = { $ref: '#/$defs/first' };
  const byAnchor = { $ref: '#second' };
  const byId = { $ref: `${id}third` };
  const back = { $ref: '#' };
  const dynamic = { $dynamicRef: '#node' };
  return fc
    .record({
      first: schemaWith([], [back, byPointer]),
      second: schemaWith([byPointer], [back, byPointer, byAnchor, byId]),
      // This schema is a resource, so "#" is the resource itself. The dynamic anchor depends on the dynamic scope.
      third: schemaWith([], [dynamic, { $ref: '#node' }, { $ref: `${id}root#second` }]),
      fourth: schemaWith([], [{ $ref: `${id}root#/$defs/first` }]),
      root: schemaWith([byPointer, byAnchor, byId], [back, byPointer, byAnchor, byId, dynamic]),
    })
    .map(({ root, first, second, third, fourth }) => ({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `${id}root`,
      $dynamicAnchor: 'node',
      ...(typeof root === 'boolean' ? { allOf: [root] } : root),
      $defs: {
        first,
        second: { ...(typeof second === 'boolean' ? { not: !second } : second), $anchor: 'second' },
        third: {
          $id: 'third',
          ...(typeof third === 'boolean' ? { allOf: [third] } : third),
          $defs: {
            own: { $dynamicAnchor: 'node', ...(typeof fourth === 'boolean' ? { allOf: [fourth] } : fourth) },
          },
        },
      },
    }));
}

export interface Pairs {
  readonly schema: Json;
  readonly values: readonly unknown[];
}

export function randomPairs(schemas: number, values: number, seed: number): Pairs[] {
  return Array.from({ length: schemas }, (_, index) => ({
    schema: fc.sample(document(index), { numRuns: 1, seed: seed + index })[0] as Json,
    values: fc.sample(anyValue, { numRuns: values, seed: seed - index }),
  }));
}
