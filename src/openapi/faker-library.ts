// The only file that imports Faker, which has names, products and other data. It is loaded when the first value asks for it.

import type { Faker } from '@faker-js/faker';

export interface FakerLibrary {
  /** Calls a method with random numbers of the caller, so that a value depends on nothing else. */
  call<Value>(random: () => number, use: (faker: Faker) => Value): Value;
  /** The names of all methods, such as "person.firstName". */
  readonly methods: ReadonlySet<string>;
}

/** Times of generated values are relative to this one, so that a body is the same today and tomorrow. */
export const REFERENCE_TIME = Date.UTC(2026, 5, 15, 9, 30);

let loading: Promise<FakerLibrary> | undefined;

export function loadFaker(): Promise<FakerLibrary> {
  loading ??= createLibrary();
  return loading;
}

/** Random numbers of one value. With wrong arguments some methods, such as "string.sample", would never end. */
const MAX_DRAWS = 100_000;

/** Their results are not values, or they call what a document must not call. */
const EXCLUDED = new Set([
  ...['helpers.fake', 'helpers.mustache', 'helpers.multiple', 'helpers.maybe', 'helpers.uniqueArray'],
  ...['helpers.fromRegExp', 'helpers.enumValue', 'helpers.objectEntry'],
]);

async function createLibrary(): Promise<FakerLibrary> {
  const { faker: english } = await import('@faker-js/faker/locale/en');
  let next: () => number = () => 0;
  // A generator of its own takes 40 microseconds for each seed.
  const FakerClass = english.constructor as typeof Faker;
  const faker = new FakerClass({
    locale: english.rawDefinitions,
    randomizer: { next: () => next(), seed: () => {} },
  });
  faker.setDefaultRefDate(REFERENCE_TIME);
  const methods = Object.entries(faker).flatMap(([module, holder]) =>
    typeof holder === 'object' && holder !== null ? methodsOf(holder).map(name => `${module}.${name}`) : [],
  );
  return {
    methods: new Set(methods.filter(name => !EXCLUDED.has(name))),
    call(random, use) {
      let draws = 0;
      next = () => {
        if (++draws > MAX_DRAWS) throw new Error(`the method draws more than ${MAX_DRAWS} random numbers`);
        return random();
      };
      return use(faker);
    },
  };
}

function methodsOf(module: object): string[] {
  const names = new Set<string>();
  for (let at = module; at !== Object.prototype && at !== null; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names].filter(
    name => name !== 'constructor' && typeof (module as Record<string, unknown>)[name] === 'function',
  );
}
