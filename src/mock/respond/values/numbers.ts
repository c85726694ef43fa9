// Numbers and flags by the name of a member: prices, ratings, coordinates, ages, ids.

import { singular } from '../../../exchange/names.ts';
import { REFERENCE_TIME } from '../../../openapi/faker-library.ts';
import { isNameOfMoment, momentOf } from './moments.ts';
import { counterOf, tellsOfMore } from './pages.ts';
import { placeOf } from './people-and-places.ts';
import { fact, hasAny, ordinal, pick, type Subject } from './subject.ts';
import { findBySuffix, namesOf, tableOf } from './words.ts';

export interface NumberRequest {
  readonly subject: Subject;
  readonly words: readonly string[];
  readonly description: string;
  readonly isInteger: boolean;
  readonly random: () => number;
  /** The largest number that the schema allows; Infinity: any. */
  readonly most: number;
}

type MakeNumber = (request: NumberRequest) => number;

/** From `least` to `most`, with so many decimals if the type allows fractions. */
function between(least: number, most: number, decimals = 0): MakeNumber {
  return ({ random, isInteger }) => {
    const value = least + random() * (most - least + (isInteger || decimals === 0 ? 1 : 0));
    return isInteger || decimals === 0 ? Math.floor(value) : Number(value.toFixed(decimals));
  };
}

/** An amount of money: with two decimals, or in whole units. */
function amount(least: number, most: number): MakeNumber {
  return ({ random, isInteger }) => {
    const units = Math.floor(least + random() * (most - least));
    return isInteger ? units : Number((units + pickCents(random) / 100).toFixed(2));
  };
}

/** In the smallest unit of the currency: 1999. */
const cents: MakeNumber = ({ random }) => Math.floor(4 + random() * 116) * 100 + pickCents(random);

function pickCents(random: () => number): number {
  return [99, 50, 0, 95, 25][Math.floor(random() * 5)] ?? 0;
}

/** A share: from 0 to 100, or from 0 to 1 if the schema or the type of the number says so. */
const share: MakeNumber = request =>
  between(request.isInteger || request.most > 1 ? 5 : 0.05, request.most === 1 ? 0.95 : 95, 2)(request);

const fraction: MakeNumber = request =>
  request.isInteger ? between(5, 95)(request) : between(0.05, 0.95, 2)(request);

const exactly =
  (...values: readonly number[]): MakeNumber =>
  ({ subject, words }) =>
    pick(subject, words.join(' '), values);

const YEAR = new Date(REFERENCE_TIME).getUTCFullYear();

const NUMBERS = tableOf<MakeNumber>([
  ['price cost amount fee subtotal fare charge deposit discount unit_price net gross', amount(4, 120)],
  ['grand_total total_price total_amount total_cost order_total paid due refund', amount(20, 400)],
  ['tax vat tip shipping shipping_cost delivery_fee shipping_fee tax_amount discount_amount', amount(1, 20)],
  ['balance revenue budget income turnover spend spent spending earnings sales', amount(200, 9000)],
  ['salary wage', amount(2400, 7000)],
  ['percent percentage pct progress completion humidity discount_rate battery utilization', share],
  ['tax_rate vat_rate interest_rate commission_rate', exactly(19, 7.5, 20, 21)],
  ['ratio probability confidence similarity opacity alpha fraction relevance', fraction],
  ['exchange_rate conversion_rate rate', between(0.8, 1.4, 4)],
  ['rating stars average_rating rating_average review_score', between(3, 5, 1)],
  ['score', request => (request.most <= 1 ? fraction : between(50, 98))(request)],
  ['latitude lat', ({ subject }) => placeOf(subject).latitude],
  ['longitude lng lon long', ({ subject }) => placeOf(subject).longitude],
  ['altitude elevation', between(10, 400)],
  ['age', between(19, 64)],
  ['year release_year model_year founded_year', between(YEAR - 12, YEAR)],
  ['birth_year year_of_birth', between(YEAR - 60, YEAR - 20)],
  ['exp_year expiry_year expiration_year', between(YEAR + 2, YEAR + 5)],
  ['month exp_month expiry_month expiration_month', between(1, 12)],
  ['day day_of_month billing_day', between(1, 28)],
  ['day_of_week weekday', between(1, 5)],
  ['hour hours', between(8, 18)],
  ['minute minutes', exactly(15, 30, 45)],
  ['week', between(1, 52)],
  ['hours_per_day', between(4, 8)],
  ['quarter', between(1, 4)],
  ['quantity qty seats guests adults passengers', between(1, 4)],
  ['children infants', between(0, 2)],
  ['stock inventory available available_quantity in_stock stock_quantity', between(3, 80)],
  ['width', exactly(1200, 800, 640)],
  ['height', exactly(800, 600, 480)],
  ['depth length', between(10, 60)],
  ['weight', between(0.2, 12, 1)],
  ['volume', between(1, 40)],
  ['distance radius', between(0.5, 25, 1)],
  ['speed', between(20, 110)],
  ['temperature temp', between(16, 26, 1)],
  ['size file_size bytes content_length size_bytes size_in_bytes disk_usage', between(12_000, 900_000)],
  ['group_size team_size party_size company_size batch_size', between(2, 12)],
  ['duration length_seconds runtime elapsed', between(30, 600)],
  ['response_time latency duration_ms latency_ms elapsed_ms took', between(12, 300)],
  ['timeout retry_after', exactly(30, 60)],
  ['ttl expires_in max_age lifetime valid_for expires_in_seconds', exactly(3600)],
  ['interval', exactly(5, 15, 60)],
  ['port', exactly(8080, 8443, 3000)],
  ['status_code http_status http_status_code statuscode', exactly(200)],
  ['version revision version_number', between(1, 4)],
  [
    'position index rank sort_order order sequence display_order sort ordinal',
    ({ subject }) => subject.index + 1,
  ],
  ['priority level severity difficulty tier', between(1, 3)],
  ['attempts attempt retries retry_count tries', between(1, 3)],
  ['views view_count impressions plays downloads visits', between(40, 4000)],
  ['followers following likes like_count stars_count stargazers_count subscribers watchers', between(5, 900)],
  ['points credits coins loyalty_points reward_points', between(50, 900)],
  ['capacity max_capacity', exactly(20, 40, 100)],
  ['count number_of usage used', between(1, 24)],
  ['total', totalOf],
  ['open_issues forks comments reviews review_count comment_count', between(0, 60)],
  ['bedrooms rooms beds', between(1, 4)],
  ['bathrooms floors', between(1, 2)],
  ['calories', between(120, 700)],
  ['zoom', between(4, 14)],
  ['red green blue', between(0, 255)],
  ['cents amount_cents price_cents', cents],
  ['number', request => 1000 + ordinal(request.subject)],
  ['id uid pk', idNumber],
]);

/** Of money, if it may have decimals or there is a currency; else of things. */
function totalOf(request: NumberRequest): number {
  const isMoney = !request.isInteger || hasAny(request.subject, 'currency');
  return (isMoney ? amount(20, 400) : between(1, 24))(request);
}

/** The number of this thing, or of the one that the name refers to: customerId is the id of the member customer. */
function idNumber({ subject, words }: NumberRequest): number {
  return ordinal(referredThing(subject, words));
}

export function referredThing(
  subject: Subject,
  words: readonly string[],
): Pick<Subject, 'seed' | 'group' | 'index' | 'at'> {
  const name = words.slice(0, -1);
  const own = subject.entity.map(singular).join(' ');
  const isOwn = name.length === 0 || name.join(' ') === own || (subject.outer === undefined && own === '');
  if (isOwn) return subject;
  const at = `${subject.at}/${name.join('_')}`;
  return { seed: subject.seed, at, group: at, index: 0 };
}

/** A number for a name: a small one if the name says nothing. */
export function numberOf(request: NumberRequest): number {
  const { subject, words, description, isInteger, most } = request;
  const counter = counterOf(subject, words);
  if (counter !== undefined) return counter;
  const tellsTime = /\b(?:unix|epoch)\b|seconds since|\btimestamp\b/i.test(description);
  const isMoment = isNameOfMoment(words) || /^(?:expires?|start|end|since|until)$/.test(words.at(-1) ?? '');
  if (tellsTime || (isMoment && isInteger && !/^(?:day|on)$/.test(words.at(-1) ?? '') && most > 1e9)) {
    const { time } = momentOf(subject, words);
    const inMilliseconds = /\bmilli(?:second)?s?\b|\bms\b/i.test(description) || words.at(-1) === 'ms';
    return inMilliseconds ? time : Math.floor(time / 1000);
  }
  if (/\b(?:cents|smallest currency unit|minor units?)\b/i.test(description)) return cents(request);
  const found = findBySuffix(NUMBERS, words) ?? findBySuffix(NUMBERS, words.map(singular));
  if (found !== undefined) return found.entry(request);
  if (/\bpercent(?:age)?\b|%/i.test(description)) return share(request);
  return between(1, 100, 2)(request);
}

const FALSE = namesOf(
  'admin superuser staff deleted archived disabled blocked banned locked suspended cancelled canceled expired error',
  'errors failed deprecated hidden fork test sandbox draft revoked refunded overdue spam removed',
  'refused disputed read_only readonly mock closed template private restricted sensitive voided',
  'muted bot partial',
);
const TRUE = namesOf(
  'active enabled verified success successful ok available public visible valid open in_stock',
  'published confirmed approved paid online subscribed ready accepted email_verified result',
  'allowed exists supported healthy deliverable',
);

/** A flag as it usually is: an active customer that is not deleted. */
export function flagOf(subject: Subject, words: readonly string[], random: () => number): boolean {
  if (tellsOfMore(words)) return false;
  // The whole body: it says that all went well.
  if (words.length === 0) return true;
  const name = words.filter(word => !/^(?:is|has|was|are|be)$/.test(word));
  for (const from of [name.slice(-2), name.slice(-1)]) {
    if (TRUE.has(from.join(' '))) return true;
    if (FALSE.has(from.join(' '))) return false;
  }
  if (/^(?:default|primary|main)$/.test(name.at(-1) ?? '')) return subject.index === 0;
  // The items of a list of things to do differ.
  if (/^(?:completed|done|finished)$/.test(name.at(-1) ?? ''))
    return fact(subject, 'done', () => subject.index % 2 === 1);
  return random() < 0.5;
}
