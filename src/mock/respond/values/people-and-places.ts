// People, companies and places whose parts agree: a name with its e-mail address, a city with its country and currency.

import type { FakerLibrary } from '../../../openapi/faker-library.ts';
import { fact, ordinal, pick, type Subject } from './subject.ts';

export interface Person {
  readonly first: string;
  readonly last: string;
  readonly sex: 'female' | 'male';
  /** For e-mail addresses and logins: letters of ASCII. */
  readonly login: string;
}

export function personOf(subject: Subject, library: FakerLibrary): Person {
  return fact(subject, 'person', random => {
    const sex = random() < 0.5 ? 'female' : 'male';
    const first = library.call(random, faker => faker.person.firstName(sex));
    const last = library.call(random, faker => faker.person.lastName());
    return { first, last, sex, login: `${asciiOf(first)}.${asciiOf(last)}` };
  });
}

export function companyOf(subject: Subject, library: FakerLibrary): string {
  return fact(subject, 'company', random =>
    library.call(random, faker => `${faker.person.lastName()} ${faker.helpers.arrayElement(COMPANY_FORMS)}`),
  );
}

const COMPANY_FORMS = ['Ltd', 'Inc', 'Group', 'Partners', 'Trading', '& Sons', 'Works', 'Labs'];

function asciiOf(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}

/** example.com and example.org are reserved (RFC 2606). */
export function emailOf(subject: Subject, library: FakerLibrary): string {
  return `${personOf(subject, library).login}@example.${subject.index % 2 === 0 ? 'com' : 'org'}`;
}

/** E.164, from the range 555-0100 to 555-0199, which is reserved for fiction. */
export function phoneOf(subject: Subject): string {
  return `+1202555${String(100 + ((ordinal(subject) * 7) % 100)).padStart(4, '0')}`;
}

export interface Locality {
  readonly city: string;
  readonly region: string;
  readonly regionCode: string;
  readonly postalCode: string;
  readonly street: string;
  readonly country: string;
  readonly code: string;
  readonly code3: string;
  readonly currency: string;
  readonly currencyName: string;
  readonly symbol: string;
  readonly timeZone: string;
  readonly language: string;
  readonly latitude: number;
  readonly longitude: number;
}

const ROWS = `
Chicago|Illinois|IL|60614|{} Maple Street|United States|US|USA|USD|$|US dollar|America/Chicago|en|41.8781|-87.6298
Lisbon|Lisboa|11|1200-109|Rua das Flores {}|Portugal|PT|PRT|EUR|€|Euro|Europe/Lisbon|pt|38.7223|-9.1393
Berlin|Berlin|BE|10115|Lindenstrasse {}|Germany|DE|DEU|EUR|€|Euro|Europe/Berlin|de|52.52|13.405
Toronto|Ontario|ON|M5V 2T6|{} King Street|Canada|CA|CAN|CAD|$|Canadian dollar|America/Toronto|en|43.6532|-79.3832
Madrid|Madrid|MD|28013|Calle Mayor {}|Spain|ES|ESP|EUR|€|Euro|Europe/Madrid|es|40.4168|-3.7038
London|England|ENG|SW1A 1AA|{} Park Lane|United Kingdom|GB|GBR|GBP|£|Pound sterling|Europe/London|en|51.5074|-0.1278
Curitiba|Parana|PR|80020-310|Rua das Palmeiras {}|Brazil|BR|BRA|BRL|R$|Brazilian real|America/Sao_Paulo|pt|-25.4284|-49.2733
Lyon|Auvergne-Rhone-Alpes|ARA|69002|{} rue Merciere|France|FR|FRA|EUR|€|Euro|Europe/Paris|fr|45.764|4.8357
Melbourne|Victoria|VIC|3000|{} Collins Street|Australia|AU|AUS|AUD|$|Australian dollar|Australia/Melbourne|en|-37.8136|144.9631
Utrecht|Utrecht|UT|3511 AB|Oudegracht {}|Netherlands|NL|NLD|EUR|€|Euro|Europe/Amsterdam|nl|52.0907|5.1214
`
  .trim()
  .split('\n')
  .map(line => line.split('|'));

export function placeOf(subject: Subject): Locality {
  return fact(subject, 'place', random => {
    const row = pick(subject, 'place', ROWS);
    const [city = '', region = '', regionCode = '', postalCode = '', street = '', country = ''] = row;
    const [code = '', code3 = '', currency = '', symbol = '', currencyName = ''] = row.slice(6);
    const [timeZone = '', language = '', latitude, longitude] = row.slice(11);
    const near = (degrees: string | undefined): number =>
      Number((Number(degrees) + (random() - 0.5) / 20).toFixed(4));
    const house = String(1 + Math.floor(random() * 98));
    return {
      ...{ city, region, regionCode, postalCode, street: street.replace('{}', house), country, code, code3 },
      ...{ currency, currencyName, symbol, timeZone, language },
      ...{ latitude: near(latitude), longitude: near(longitude) },
    };
  });
}

export function addressOf(subject: Subject): string {
  const { street, postalCode, city, country } = placeOf(subject);
  return `${street}, ${postalCode} ${city}, ${country}`;
}
