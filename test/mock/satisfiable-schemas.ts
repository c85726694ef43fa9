// Random schemas of OpenAPI 3.1 that a value can satisfy: what real documents contain, in combinations that leave values.

type Json = Record<string, unknown>;

/** Random numbers from 0 to 1, the same for the same seed (Park and Miller). */
export function createRandom(seed: number): () => number {
  let state = (Math.abs(Math.trunc(seed)) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}

const FORMATS = [
  'date',
  'date-time',
  'uuid',
  'email',
  'uri',
  'ipv4',
  'ipv6',
  'hostname',
  'byte',
  'time',
  'duration',
];
const PATTERNS = [
  '^[A-Z]{2}\\d{3}$',
  '^\\d+$',
  '^[a-z]+(-[a-z]+)*$',
  '^(?:red|green)$',
  'x',
  '^\\+?[1-9]\\d{1,14}$',
  '^\\p{L}+$',
];
const NAMES = ['id', 'name', 'status', 'owner', 'items', 'total', 'note', 'x-ray', 'a/b', 'a~b', '__proto__'];

export interface RandomSchemas {
  /** The schema of the body. */
  readonly root: Json;
  /** The schemas of the components. */
  readonly components: Record<string, Json>;
}

export function satisfiableSchemas(seed: number): RandomSchemas {
  const random = createRandom(seed);
  const int = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const pick = <Item>(list: readonly Item[]): Item => list[int(0, list.length - 1)] as Item;
  const chance = (probability: number): boolean => random() < probability;
  const components: Record<string, Json> = {};
  let names = 0;

  const integer = (): Json => {
    const low = int(-100, 100);
    return pick<() => Json>([
      () => ({ type: 'integer' }),
      () => ({ type: 'integer', minimum: low }),
      () => ({ type: 'integer', maximum: low }),
      () => ({ type: 'integer', minimum: low, maximum: low + int(0, 9) }),
      () => ({ type: 'integer', exclusiveMinimum: low, exclusiveMaximum: low + int(2, 9) }),
      () => ({ type: 'integer', multipleOf: int(1, 9), minimum: low, maximum: low + int(9, 30) }),
      () => ({ type: 'integer', format: 'int64', minimum: 2 ** 54, maximum: 2 ** 54 + 4096 }),
    ])();
  };
  const number = (): Json => {
    const low = int(-1000, 1000) / 10;
    return pick<() => Json>([
      () => ({ type: 'number' }),
      () => ({ type: 'number', minimum: low, maximum: low + 0.001 }),
      () => ({ type: 'number', multipleOf: 0.01, minimum: low, maximum: low + 5 }),
      () => ({ type: 'number', exclusiveMinimum: low, maximum: low + 1e-6 }),
      () => ({ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    ])();
  };
  const text = (): Json => {
    const least = int(0, 30);
    return pick<() => Json>([
      () => ({ type: 'string' }),
      () => ({ type: 'string', minLength: least, maxLength: least + int(0, 5) }),
      () => ({ type: 'string', format: pick(FORMATS) }),
      () => ({ type: 'string', format: pick(['email', 'uri', 'hostname', 'byte']), minLength: int(20, 90) }),
      () => ({ type: 'string', pattern: pick(PATTERNS) }),
      () => ({ type: 'string', pattern: '^[a-z]+$', minLength: int(1, 20), maxLength: 20 }),
      () => ({ type: 'string', enum: ['one', 'two', 'three'] }),
      () => ({ const: pick(['a', 7, null, true]) }),
    ])();
  };
  const annotated = (schema: Json): Json => {
    if (!chance(0.2)) return schema;
    // Right or wrong: a wrong example must not make the answer invalid.
    return {
      ...schema,
      [pick(['example', 'default'])]: pick([1, 'text', null, {}, [], 12_345_678_901, true]),
    };
  };
  const members = (depth: number, most: number): Json => {
    const chosen = NAMES.filter(() => chance(0.35)).slice(0, most);
    return Object.fromEntries(chosen.map(name => [name, schema(depth + 1)]));
  };
  const object = (depth: number): Json => {
    const properties = members(depth, 6);
    const keys = Object.keys(properties);
    const required = keys.filter(() => chance(0.4));
    return {
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      ...(chance(0.3) && { additionalProperties: pick([false, true, integer()]) }),
      ...(chance(0.15) && keys.length > 1 && { dependentRequired: { [keys[0] as string]: [keys[1]] } }),
      ...(chance(0.15) && { maxProperties: Math.max(keys.length, 1) }),
      ...(chance(0.1) && { minProperties: required.length }),
    };
  };
  const map = (depth: number): Json =>
    pick<() => Json>([
      () => ({ type: 'object', additionalProperties: schema(depth + 1), minProperties: int(0, 3) }),
      () => ({
        type: 'object',
        patternProperties: { '^x-': schema(depth + 1) },
        additionalProperties: false,
        minProperties: int(0, 2),
      }),
      () => ({
        type: 'object',
        propertyNames: { pattern: '^[a-z]{2}$' },
        additionalProperties: text(),
        minProperties: int(0, 3),
      }),
      () => ({
        type: 'object',
        propertyNames: { enum: ['left', 'right'] },
        additionalProperties: integer(),
        minProperties: int(0, 2),
      }),
    ])();
  const array = (depth: number): Json =>
    pick<() => Json>([
      () => ({ type: 'array', items: schema(depth + 1), minItems: int(0, 3) }),
      () => ({ type: 'array', items: { type: 'integer' }, uniqueItems: true, minItems: int(0, 6) }),
      () => ({ type: 'array', items: { enum: ['a', 'b', 'c', 'd'] }, uniqueItems: true, minItems: 4 }),
      () => ({ type: 'array', prefixItems: [text(), integer()], items: false, minItems: 2 }),
      () => ({
        type: 'array',
        items: { type: 'integer' },
        contains: { minimum: 50 },
        minContains: int(1, 2),
        minItems: 3,
      }),
    ])();
  const named = (schema: Json): Json => {
    const name = `Schema${names++}`;
    components[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  };
  const composed = (depth: number): Json =>
    pick<() => Json>([
      () => ({
        allOf: [
          { ...object(depth), additionalProperties: true, maxProperties: 20 },
          named({ type: 'object', properties: { extra: integer() }, required: ['extra'] }),
        ],
      }),
      () => ({
        oneOf: [
          { type: 'object', required: ['kind'], properties: { kind: { const: 'a' }, more: text() } },
          { type: 'object', required: ['kind'], properties: { kind: { const: 'b' }, other: integer() } },
        ],
      }),
      () => ({ anyOf: [text(), integer(), object(depth)] }),
      () => ({
        oneOf: [{ type: 'string', maxLength: 5 }, { type: 'integer', minimum: 5 }, { type: 'null' }],
      }),
      () => ({ type: ['object', 'null'], properties: members(depth, 3) }),
      () => ({ type: 'integer', not: { enum: [0, 1, 2, 3] } }),
      () => ({ type: 'object', properties: { a: { type: 'boolean' }, b: text() }, not: { required: ['b'] } }),
      () => ({
        type: 'object',
        properties: { country: { enum: ['DE', 'US'] } },
        required: ['country'],
        if: { properties: { country: { const: 'US' } } },
        [`th${'en'}`]: { required: ['zip'], properties: { zip: { type: 'string', pattern: '^\\d{5}$' } } },
        else: { required: ['plz'] },
      }),
      () => ({
        type: 'object',
        properties: { card: text() },
        dependentSchemas: {
          card: { required: ['address'], properties: { address: { type: 'string', minLength: 3 } } },
        },
      }),
    ])();
  const recursive = (): Json => {
    const name = `Tree${names++}`;
    const self = { $ref: `#/components/schemas/${name}` };
    components[name] = pick<() => Json>([
      () => ({
        type: 'object',
        required: ['value'],
        properties: { value: integer(), children: { type: 'array', items: self } },
      }),
      () => ({
        type: 'object',
        required: ['next'],
        properties: { next: { anyOf: [self, { type: 'null' }] } },
      }),
      () => ({
        type: 'object',
        required: ['left', 'right'],
        properties: {
          left: { oneOf: [{ type: 'integer' }, self] },
          right: { type: ['object', 'null'], allOf: [{ properties: { more: self } }] },
        },
      }),
      () => ({ type: 'object', additionalProperties: self }),
      () => ({ oneOf: [{ type: 'string' }, { type: 'array', items: self, minItems: 1 }] }),
    ])();
    return self;
  };
  const schema = (depth: number): Json => {
    const kinds: ((depth: number) => Json)[] = [integer, number, text, () => ({ type: 'boolean' })];
    if (depth < 4)
      kinds.push(object, object, array, map, composed, recursive, inner => named(schema(inner + 1)));
    return annotated(pick(kinds)(depth));
  };
  return { root: pick([object, object, array, composed, map, schema])(0), components };
}
