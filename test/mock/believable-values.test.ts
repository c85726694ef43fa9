// Generated values fit the names, formats and descriptions of their members, agree with each other, and obey the limits of their schemas.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveSchemas } from './serve-schemas.ts';

type Schema = Record<string, unknown>;
type Body = Record<string, unknown>;

const string = { type: 'string' };
const integer = { type: 'integer' };
const number = { type: 'number' };
const boolean = { type: 'boolean' };
const at = { type: 'string', format: 'date-time' };
const object = (properties: Schema): Schema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const list = (items: Schema): Schema => ({ type: 'array', items });

/** The value of a member alone in an object: its name, its schema, and a pattern or a range that it is in. */
const VALUES: readonly (readonly [
  name: string,
  schema: Schema,
  expected: RegExp | readonly [number, number],
])[] = [
  ['firstName', string, /^[A-Z][a-z'-]+/],
  ['last_name', string, /^[A-Z][a-z'-]+/],
  ['email', string, /^[a-z]+\.[a-z]+@example\.(?:com|org)$/],
  ['contact', { type: 'string', format: 'email' }, /@example\.(?:com|org)$/],
  ['phoneNumber', string, /^\+120255501\d\d$/],
  ['website', string, /^https:\/\/example\.com/],
  ['avatarUrl', { type: 'string', format: 'uri' }, /^https:\/\/example\.com\/images\/avatar-\d+\.jpg$/],
  ['country', { type: 'string', maxLength: 2 }, /^[A-Z]{2}$/],
  ['countryCode', { type: 'string', description: 'ISO 3166-1 alpha-3' }, /^[A-Z]{3}$/],
  ['currency', string, /^[A-Z]{3}$/],
  ['timeZone', string, /^[A-Z][a-z]+\/[A-Z]/],
  ['locale', string, /^[a-z]{2}-[A-Z]{2}$/],
  ['iban', string, /^[A-Z]{2}\d\d/],
  ['accessToken', string, /^fake-access-token-\d+$/],
  ['password', { type: 'string', format: 'password' }, /^fake-/],
  ['slug', string, /^[a-z0-9]+(?:-[a-z0-9]+)*$/],
  ['color', { type: 'string', maxLength: 7 }, /^#[0-9a-f]{6}$/],
  ['dueDate', string, /^20\d\d-\d\d-\d\d/],
  ['description', string, /^[A-Z].* .*\.$/],
  ['id', string, /^[0-9a-f]{8}-[0-9a-f]{4}-4/],
  ['ref', { type: 'string', description: 'The e-mail address of the buyer.' }, /REF|@/],
  ['contactPoint', { type: 'string', description: 'The e-mail address of the buyer.' }, /@example\./],
  ['page', integer, [1, 1]],
  ['perPage', integer, [20, 20]],
  ['totalPages', integer, [1, 1]],
  ['offset', integer, [0, 0]],
  ['price', number, [4, 121]],
  ['discountPercent', number, [0, 100]],
  ['probability', number, [0, 1]],
  ['share', { type: 'number', description: 'A percentage', maximum: 1 }, [0, 1]],
  ['rating', number, [1, 5]],
  ['latitude', number, [-90, 90]],
  ['lng', number, [-180, 180]],
  ['age', integer, [18, 70]],
  ['year', integer, [2010, 2026]],
  ['expMonth', integer, [1, 12]],
  ['createdAt', integer, [1_700_000_000, 1_790_000_000]],
  ['updated', { type: 'integer', description: 'Unix time in milliseconds' }, [17e11, 179e10]],
  ['anything', integer, [1, 100]],
  ['limited', { type: 'integer', maximum: 402 }, [0, 402]],
  ['page', { type: 'integer', minimum: 5 }, [5, 1005]],
  ['price', { type: 'number', multipleOf: 5, maximum: 20 }, [0, 20]],
  ['percentage', { type: 'integer', minimum: 150 }, [150, 1150]],
  ['firstName', { type: 'string', minLength: 40 }, /^.{40,}$/],
  ['email', { type: 'string', pattern: '^[a-z]{3}$' }, /^[a-z]{3}$/],
  ['createdAt', { type: 'string', format: 'date-time', maxLength: 20 }, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
];

const CUSTOMER = object({
  id: string,
  firstName: string,
  lastName: string,
  name: string,
  email: { type: 'string', format: 'email' },
  address: object({ city: string, countryCode: string, country: string }),
  birthDate: { type: 'string', format: 'date' },
  createdAt: at,
  updatedAt: at,
  deletedAt: { type: ['string', 'null'], format: 'date-time' },
  startsAt: at,
  endsAt: at,
  expiresAt: at,
  active: boolean,
  isDeleted: boolean,
});

let served: Awaited<ReturnType<typeof serveSchemas>>;
const cleanUps: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp();
});
beforeAll(async () => {
  served = await serveSchemas(
    {
      responses: {
        ...Object.fromEntries(
          VALUES.map(([name, schema], index) => [`v${index}`, object({ [name]: schema })]),
        ),
        customers: object({
          page: integer,
          total: integer,
          totalPages: integer,
          limit: integer,
          customersCount: integer,
          hasMore: boolean,
          next: { type: ['string', 'null'] },
          customers: list(CUSTOMER),
        }),
        wrapped: object({
          meta: object({ total: integer, currentPage: string }),
          data: list(object({ id: integer })),
        }),
        order: object({
          customerId: integer,
          customer: object({ id: integer, name: string }),
          total: number,
          currency: string,
          items: list(object({ sku: string, productName: string, status: { enum: ['new', 'sent'] } })),
        }),
        prefixed: list(object({ id: { type: 'string', example: 'cus_9s6XKzkNRiz8i3' }, name: string })),
        numbered: list(object({ id: { ...integer, example: 41 } })),
        tags: object({
          tags: list(string),
          labels: { ...list({ type: 'string', minLength: 3 }), minItems: 4 },
        }),
        secrets: object({
          apiKey: string,
          clientSecret: string,
          sessionToken: string,
          code: string,
          hash: string,
        }),
      },
    },
    cleanUp => cleanUps.push(cleanUp),
  );
});

async function ask(path: string, query = ''): Promise<Body> {
  const { text, findings } = await served.ask(`/${path}${query}`);
  expect({ path, findings }).toEqual({ path, findings: [] });
  return JSON.parse(text) as Body;
}

const SEEDS = ['', '?__seed=1', '?__seed=2', '?__seed=3'];

test.each(VALUES.map((value, index) => [index, ...value] as const))(
  'value %i: %s %j',
  async (index, name, _, expected) => {
    for (const seed of SEEDS) {
      const value = (await ask(`v${index}`, seed))[name];
      if (expected instanceof RegExp) expect(value).toMatch(expected);
      else {
        expect(value).toBeGreaterThanOrEqual(expected[0]);
        expect(value).toBeLessThanOrEqual(expected[1]);
      }
    }
  },
);

describe('members of an object agree', () => {
  test('names with each other and with the e-mail address, and a city with its country', async () => {
    const codes: Record<string, string> = { PT: 'Portugal', DE: 'Germany', GB: 'United Kingdom' };
    for (const seed of SEEDS)
      for (const customer of (await ask('customers', seed)).customers as Body[]) {
        const { firstName, lastName, name, email, address } = customer as Record<string, string> & Body;
        expect(name).toBe(`${firstName} ${lastName}`);
        const login = [firstName, lastName].map(part =>
          String(part)
            .replace(/[^A-Za-z]/g, '')
            .toLowerCase(),
        );
        expect(email).toMatch(new RegExp(`^${login.join('.')}@`));
        const { country, countryCode } = address as unknown as Record<string, string>;
        const expected = codes[countryCode ?? ''];
        if (expected !== undefined) expect(country).toBe(expected);
      }
  });

  test('dates are in order, and nothing is deleted', async () => {
    for (const seed of SEEDS)
      for (const customer of (await ask('customers', seed)).customers as Record<string, string>[]) {
        const order = ['birthDate', 'createdAt', 'updatedAt', 'startsAt', 'endsAt', 'expiresAt'];
        const times = order.map(name => Date.parse(customer[name] ?? ''));
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times.every(Number.isFinite)).toBe(true);
        expect(customer).toMatchObject({ deletedAt: null, active: true, isDeleted: false });
      }
  });

  test('a reference has the id of the thing beside it, and a total of money is no count', async () => {
    for (const seed of SEEDS) {
      const { customerId, customer, total } = await ask('order', seed);
      expect((customer as Body).id).toBe(customerId);
      expect((customer as Body).name).toMatch(/^[A-Z].* [A-Z]/);
      expect(total).toBeGreaterThan(3);
    }
  });
});

describe('lists', () => {
  test('have two or three different items, and the counters beside them fit', async () => {
    for (const seed of SEEDS) {
      const { customers, ...counters } = await ask('customers', seed);
      const { length } = customers as Body[];
      expect([2, 3]).toContain(length);
      expect(counters).toEqual({
        ...{
          page: 1,
          total: length,
          totalPages: 1,
          limit: 20,
          customersCount: length,
          hasMore: false,
          next: null,
        },
      });
      const { meta, data } = await ask('wrapped', seed);
      expect(meta).toEqual({ total: (data as Body[]).length, currentPage: '1' });
    }
  });

  test('have ids that are small and follow each other, and differ in other members', async () => {
    const { data } = (await ask('wrapped')) as { data: { id: number }[] };
    const [first = { id: 0 }] = data;
    expect(data.map(({ id }) => id)).toEqual(data.map((_, index) => first.id + index));
    expect(first.id).toBeLessThan(1000);
    const { items } = (await ask('order')) as { items: Body[] };
    expect(new Set(items.map(({ sku }) => sku)).size).toBe(items.length);
    expect(items.map(({ status }) => status)).toEqual(['new', 'sent', 'new'].slice(0, items.length));
    const { tags, labels } = (await ask('tags')) as Record<string, string[]>;
    expect(new Set(tags).size).toBe(tags?.length);
    expect(labels?.length).toBe(4);
  });

  test('have other ids of the same form where the schema has one example', async () => {
    const items = (await ask('prefixed')) as unknown as Record<string, string>[];
    expect(items[0]?.id).toBe('cus_9s6XKzkNRiz8i3');
    expect(items[1]?.id).toMatch(/^cus_\d[a-z]\d[A-Z]{2}[a-z]{2}[A-Z]{2}[a-z]{2}\d[a-z]\d$/);
    expect(await ask('numbered')).toEqual([{ id: 41 }, { id: 42 }, { id: 43 }]);
  });
});

test('no value looks like a secret', async () => {
  const { looksRandom } = await import('../../src/exchange/entropy.ts');
  for (const seed of SEEDS) {
    const { hash, ...values } = (await ask('secrets', seed)) as Record<string, string>;
    for (const value of [...Object.values(values), hash ?? '']) expect(looksRandom(value)).toBe(false);
    expect(values.apiKey).toMatch(/^fake-/);
  }
});
