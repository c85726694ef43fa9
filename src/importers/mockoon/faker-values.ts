// The values of Faker in templates of Mockoon: one fixed value each, because templates of scenarios have no Faker.
import { isObject, ownMember } from '../../exchange/json.ts';
import type { FakerLibrary } from '../../openapi/faker-library.ts';
import { type LiquidValue, plain } from '../liquid-values.ts';
import type { HelperArguments } from '../liquid-writer.ts';
import { liquidString } from '../path-marks.ts';
import { randomInteger } from '../template-helpers.ts';

export interface FakerValues {
  readonly faker: FakerLibrary;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly note: (construct: string, reason: string) => void;
  /**
   * Set for templates that are rendered once, by the import, when there is no request.
   * @returns the operand for a value that is made anew wherever it is shown
   */
  readonly once?: (make: () => string) => string;
}

/** Helpers of older versions, by the method of Faker that replaces them. */
export const OLD_FAKER_HELPERS: Readonly<Record<string, string>> = {
  firstName: 'person.firstName',
  lastName: 'person.lastName',
  title: 'person.prefix',
  company: 'company.name',
  email: 'internet.email',
  domain: 'internet.domainName',
  tld: 'internet.domainSuffix',
  ipv4: 'internet.ipv4',
  ipv6: 'internet.ipv6',
  phone: 'phone.number',
  city: 'location.city',
  country: 'location.country',
  countryCode: 'location.countryCode',
  street: 'location.street',
  zipcode: 'location.zipCode',
  postcode: 'location.zipCode',
  lat: 'location.latitude',
  long: 'location.longitude',
  color: 'color.human',
  hexColor: 'color.rgb',
  boolean: 'datatype.boolean',
};

/** Methods of Faker with a counterpart. */
const FAKER_VALUES: Readonly<Record<string, string>> = {
  'string.uuid': 'uuid',
  'datatype.uuid': 'uuid',
  'date.recent': 'now',
  'date.anytime': 'now',
};

export function fakerValue(
  method: string | undefined,
  { named, args, text }: HelperArguments,
  { faker, random, note, once }: FakerValues,
): LiquidValue | undefined {
  if (method === undefined) return undefined;
  const known = ownMember(FAKER_VALUES, method);
  if (known !== undefined) return plain(known);
  if (/^(?:number\.int|datatype\.number)$/.test(method)) {
    const [low, high] = [Number(text(named.min) ?? '0'), Number(text(named.max) ?? '99999')];
    return randomInteger(low, high + 1);
  }
  if (!faker.methods.has(method)) return undefined;
  const options = Object.fromEntries(Object.keys(named).map(name => [name, literal(text(named[name]))]));
  const given: unknown[] = args.slice(1).map(each => literal(text(each)));
  if (Object.keys(options).length > 0) given.push(options);
  const make = (): string | number | boolean | undefined => {
    const value: unknown = faker.call(random, library => {
      const [module = '', name = ''] = method.split('.');
      const holder = (library as unknown as Record<string, Record<string, (...all: unknown[]) => unknown>>)[
        module
      ];
      return holder?.[name]?.(...given);
    });
    if (typeof value === 'number' || typeof value === 'boolean') return value;
    return value === undefined || isObject(value) ? undefined : String(value);
  };
  try {
    const value = make();
    if (value === undefined) return undefined;
    if (once !== undefined) return plain(once(() => String(make())));
    note(`faker '${method}'`, 'the value is the same at each request');
    return plain(typeof value === 'string' ? liquidString(value) : String(value));
  } catch {
    // The arguments are wrong: Mockoon answers with an error as well.
    return undefined;
  }
}

function literal(value: string | undefined): unknown {
  if (value === undefined) return undefined;
  return /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(value) ? (JSON.parse(value) as unknown) : value;
}
