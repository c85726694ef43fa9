// Texts about people, companies, places and money, by the name of a member.

import { fullName, jobOf, type MakeText, nameOf, oneOf, type TextRequest } from './kinds.ts';
import {
  addressOf,
  companyOf,
  emailOf,
  type Locality,
  personOf,
  phoneOf,
  placeOf,
} from './people-and-places.ts';
import { hasAny, ordinal, type Subject } from './subject.ts';
import { tableOf } from './words.ts';

function codeOrName(short: (place: Locality) => string, long: keyof Locality): MakeText {
  return ({ subject, most, description }) => {
    const place = placeOf(subject);
    const isCode =
      most <= 3 || /\bISO\b|\bcode\b|\babbreviat|(?:two|three|2|3)[- ](?:letter|char)/i.test(description);
    return isCode ? short(place) : String(place[long]);
  };
}

const country = codeOrName(place => place.code, 'country');
const countryCode: MakeText = ({ subject, most, description }) => {
  const place = placeOf(subject);
  return most === 3 || /alpha-?3|three[- ]letter|3[- ]letter/i.test(description) ? place.code3 : place.code;
};
function stateOf(request: TextRequest): string {
  const isAddress = hasAny(
    request.subject,
    'city',
    'zip',
    'postal code',
    'postcode',
    'country',
    'street',
    'line1',
    'zip code',
  );
  return isAddress ? region(request) : 'active';
}
const region = codeOrName(place => place.regionCode, 'region');

function initialsOf({ first, last }: { readonly first: string; readonly last: string }): string {
  return first.charAt(0) + last.charAt(0);
}

function currencyOf(subject: Subject, description: string): string {
  const { currency } = placeOf(subject);
  return /lower-?case/i.test(description) ? currency.toLowerCase() : currency;
}

export const PERSON_TEXTS = tableOf<MakeText>([
  [
    'first_name given_name forename firstname fname givenname',
    ({ subject, library }) => personOf(subject, library).first,
  ],
  [
    'last_name surname family_name lastname lname familyname',
    ({ subject, library }) => personOf(subject, library).last,
  ],
  ['middle_name', ({ library, random }) => library.call(random, faker => faker.person.middleName())],
  ['initials', ({ subject, library }) => initialsOf(personOf(subject, library))],
  ['full_name fullname real_name legal_name holder cardholder_name contact_name holder_name', fullName],
  ['author owner assignee reviewer sender recipient created_by updated_by customer_name', fullName],
  ['customer_full_name signer requester reporter approver driver artist name_on_card by', fullName],
  ['name display_name label_name nombre', nameOf],
  [
    'username user_name login handle nickname nick screen_name user',
    ({ subject, library }) => personOf(subject, library).login,
  ],
  [
    'email mail e_mail e_mail_address email_address emailaddress emails',
    ({ subject, library }) => emailOf(subject, library),
  ],
  [
    'phone mobile fax tel telephone msisdn phone_number mobile_number cell phonenumber phones',
    ({ subject }) => phoneOf(subject),
  ],
  ['phone_ext phone_extension', oneOf('12', '34')],
  ['gender sex', ({ subject, library }) => personOf(subject, library).sex],
  [
    'honorific salutation prefix',
    ({ subject, library }) => (personOf(subject, library).sex === 'female' ? 'Ms' : 'Mr'),
  ],
  ['job_title position occupation job profession', jobOf],
  [
    'bio about biography headline_bio',
    oneOf('Works with small teams and likes clear plans.', 'Gardener, cyclist and reader.'),
  ],
  [
    'company organization organisation employer company_name business_name vendor supplier merchant',
    ({ subject, library }) => companyOf(subject, library),
  ],
  [
    'manufacturer publisher org organization_name store_name shop_name merchant_name brand_name',
    ({ subject, library }) => companyOf(subject, library),
  ],
  ['brand', oneOf('Alder', 'Northlight', 'Harbourline', 'Fernway')],
  ['department team', oneOf('Support', 'Engineering', 'Sales', 'Finance', 'Design')],
  ['address formatted_address full_address address_full', ({ subject }) => addressOf(subject)],
  [
    'street line1 line_1 street_address address1 address_1 address_line1 address_line_1 address_line street_name',
    ({ subject }) => placeOf(subject).street,
  ],
  [
    'line2 line_2 address2 address_2 address_line2 address_line_2 apartment suite unit_number',
    ({ subject }) => `Apt. ${1 + (ordinal(subject) % 30)}`,
  ],
  [
    'house_number housenumber building_number street_number',
    ({ subject }) => String(1 + (ordinal(subject) % 98)),
  ],
  ['city town locality municipality hometown', ({ subject }) => placeOf(subject).city],
  ['region province county subdivision region_name', region],
  ['state', stateOf],
  ['district neighborhood neighbourhood', oneOf('Old Town', 'Riverside', 'Harbour', 'Station Quarter')],
  [
    'zip post_code zip_code postal_code postcode postal zipcode postalcode',
    ({ subject }) => placeOf(subject).postalCode,
  ],
  ['country country_name nationality', country],
  ['country_code country_iso iso_country countrycode alpha2', countryCode],
  ['state_code region_code province_code', ({ subject }) => placeOf(subject).regionCode],
  [
    'currency currency_code currencycode iso_4217',
    ({ subject, description }) => currencyOf(subject, description),
  ],
  ['currency_symbol symbol', ({ subject }) => placeOf(subject).symbol],
  ['currency_name', ({ subject }) => placeOf(subject).currencyName],
  ['language lang language_code languages bcp47', ({ subject }) => placeOf(subject).language],
  ['locale', ({ subject }) => `${placeOf(subject).language}-${placeOf(subject).code}`],
  ['timezone time_zone tz zone', ({ subject }) => placeOf(subject).timeZone],
  ['location place venue', ({ subject }) => `${placeOf(subject).city}, ${placeOf(subject).country}`],
  ['iban', oneOf('DE89370400440532013000', 'GB33BUKB20201555555555', 'FR1420041010050500013M02606')],
  ['bic swift swift_code', oneOf('EXMPDEFFXXX', 'EXMPGB2LXXX')],
  ['account_number routing_number sort_code', oneOf('000123456', '000456789')],
  ['card_number pan', oneOf('4242424242424242', '5555555555554444')],
  ['last4 last_four last_4 card_last4', oneOf('4242', '4444')],
  ['cvv cvc', oneOf('123')],
  ['card_brand card_type issuer scheme', oneOf('visa', 'mastercard')],
  ['payment_method method', oneOf('card', 'bank_transfer')],
  [
    'vat vat_number vat_id tax_id tax_number ssn national_id passport_number',
    oneOf('FAKE-000000000', 'FAKE-000000001'),
  ],
]);
