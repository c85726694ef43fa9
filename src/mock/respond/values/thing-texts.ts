// Texts about things, by the name of a member: links, codes, titles, descriptions.

import {
  CATEGORIES,
  FILES,
  HEADLINES,
  type MakeText,
  nameOf,
  oneOf,
  PRODUCTS,
  type TextRequest,
  thingKindOf,
  titleOf,
} from './kinds.ts';
import { placeOf } from './people-and-places.ts';
import { NOUNS, SENTENCES } from './sentences.ts';
import { hasAny, ordinal, pick, type Subject } from './subject.ts';
import { tableOf } from './words.ts';

const sentence: MakeText = ({ subject, words }) => pick(subject, words.join(' '), SENTENCES);

function descriptionOf(request: TextRequest): string {
  const isProduct = PRODUCTS.has(thingKindOf(request.subject)) || hasAny(request.subject, 'price', 'sku');
  return isProduct
    ? request.library.call(request.random, faker => faker.commerce.productDescription())
    : sentence(request);
}

function slugOf(request: TextRequest): string {
  const { members } = request.subject;
  const text = members.has('title') && !members.has('name') ? titleOf(request) : nameOf(request);
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** A number that is the same in all codes of a thing: order 1042 has the invoice INV-1042. */
function numbered(prefix: string): MakeText {
  return ({ subject }) => `${prefix}${1000 + ordinal(subject)}`;
}

/** Obviously no secret: such values are redacted by their names, and must never look like real ones. */
const fakeSecret: MakeText = ({ subject, words }) => `fake-${words.join('-')}-${ordinal(subject)}`;

function imageUrl({ subject, words }: TextRequest): string {
  const what = words.filter(word => !/^(?:url|uri|link|src|href)$/.test(word)).join('-') || 'image';
  return `https://example.com/images/${what}-${ordinal(subject)}.jpg`;
}

export function urlOf(request: TextRequest): string {
  const { subject, words } = request;
  if (
    words.some(word =>
      /^(?:image|avatar|photo|picture|thumbnail|logo|icon|banner|cover|poster|img)$/.test(word),
    )
  )
    return imageUrl(request);
  const what = words.filter(
    word => !/^(?:url|uri|link|links|src|href|self|html|api|web|odata|id)$/.test(word),
  );
  const kind = thingKindOf(subject);
  const segments = [
    what.join('-') || (/^[a-z]+[^s]$/.test(kind) ? `${kind}s` : 'items'),
    String(ordinal(subject)),
  ];
  if (/^(?:website|homepage|domain|site|blog)$/.test(words.at(-1) ?? '')) return 'https://example.com';
  return `https://example.com/${segments.join('/')}`;
}

const hexDigits =
  (length: number): MakeText =>
  ({ random }) =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

function colourOf(subject: Subject, isHex: boolean): string {
  const [name = '', hex = ''] = pick(subject, 'colour', COLOURS);
  return isHex ? hex : name;
}

const TAGS = ['new', 'popular', 'seasonal', 'featured', 'gift', 'limited', 'local', 'classic'];

const COLOURS = [
  ['teal', '#008080'],
  ['navy', '#000080'],
  ['orange', '#ffa500'],
  ['olive', '#808000'],
  ['crimson', '#dc143c'],
] as const;

/** For a name that says nothing: a word of the language. */
export function anyText(subject: Subject, words: readonly string[]): string {
  return pick(subject, words.join(' '), NOUNS);
}

export const THING_TEXTS = tableOf<MakeText>([
  [
    'password token secret api_key access_token refresh_token passphrase id_token jwt client_secret',
    fakeSecret,
  ],
  [
    'csrf private_key public_key signature access_key secret_key session_token bearer credential otp',
    fakeSecret,
  ],
  ['url uri link href website homepage src site web_site html_url callback endpoint webhook', urlOf],
  ['image avatar photo picture thumbnail logo icon banner cover poster image_url photos images', imageUrl],
  ['domain host hostname domain_name subdomain', oneOf('example.com', 'www.example.com', 'example.org')],
  [
    'ip ip_address client_ip remote_addr ipaddress',
    ({ subject }) => `192.0.2.${1 + (ordinal(subject) % 250)}`,
  ],
  [
    'mac mac_address',
    ({ subject }) => `00:00:5e:00:53:${(ordinal(subject) % 256).toString(16).padStart(2, '0')}`,
  ],
  ['user_agent', oneOf('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')],
  ['device platform os', oneOf('ios', 'android', 'web')],
  ['browser', oneOf('Firefox', 'Chrome', 'Safari')],
  ['version app_version os_version', oneOf('1.4.2', '2.0.0', '3.1.0')],
  ['slug handle_slug permalink alias', slugOf],
  [
    'key',
    ({ subject, words }) =>
      words.length > 1 ? `${words.slice(0, -1).join('-')}-${subject.index + 1}` : `key-${ordinal(subject)}`,
  ],
  ['sku product_code item_code', numbered('SKU-')],
  ['barcode ean gtin upc', ({ subject }) => `400000000${String(1000 + ordinal(subject))}`],
  ['isbn', oneOf('9780000000002', '9780000000019')],
  ['order_number order_no order_code', numbered('ORD-')],
  ['invoice_number invoice_no', numbered('INV-')],
  ['tracking_number tracking_code', numbered('TRK-')],
  ['reference ref reference_number external_reference', numbered('REF-')],
  ['number no', numbered('')],
  [
    'coupon voucher promo_code coupon_code discount_code voucher_code',
    oneOf('WELCOME10', 'SPRING25', 'THANKS5'),
  ],
  [
    'code',
    ({ subject, words, most }) =>
      words.length === 1 && most >= 8
        ? `CODE-${1000 + ordinal(subject)}`
        : `${(words[0] ?? 'c').charAt(0).toUpperCase()}${ordinal(subject)}`,
  ],
  ['title heading', titleOf],
  ['subject headline topic', ({ subject }) => pick(subject, 'title', HEADLINES)],
  ['description details long_description body_text product_description', descriptionOf],
  [
    'summary note notes comment comments body content text message excerpt remark remarks instructions',
    sentence,
  ],
  [
    'detail explanation feedback review caption snippet subtitle tagline short_description help hint',
    sentence,
  ],
  ['reason', oneOf('Requested by the customer', 'No longer needed', 'Duplicate entry')],
  ['question', oneOf('When does it open?', 'Can I change my order?', 'Where do I sign up?')],
  ['answer', oneOf('At nine in the morning.', 'Yes, until it is shipped.', 'On the first page.')],
  ['error error_message error_description', oneOf('The value is not valid')],
  ['tag tags label labels keyword keywords', oneOf(...TAGS)],
  ['category categories category_name genre', oneOf(...CATEGORIES)],
  [
    'color colour colors background_color',
    ({ subject, description, most }) =>
      colourOf(subject, /hex|#/i.test(description) || most === 7 || most === 6).slice(most === 6 ? 1 : 0),
  ],
  [
    'hex hex_color color_hex hex_code',
    ({ subject, most }) => colourOf(subject, true).slice(most === 6 ? 1 : 0),
  ],
  ['html body_html content_html', request => `<p>${sentence(request)}</p>`],
  ['rating score', oneOf('4.5', '4.8', '3.9')],
  ['material', oneOf('cotton', 'wood', 'steel', 'glass')],
  ['size sizes', oneOf('M', 'L', 'S')],
  ['unit units unit_of_measure uom', oneOf('kg', 'piece', 'm')],
  ['status', oneOf('active', 'pending')],
  ['type kind object_type', oneOf('standard', 'basic')],
  ['role roles', oneOf('member', 'editor', 'viewer')],
  ['scope scopes permission permissions', oneOf('read', 'write')],
  ['plan tier level package', oneOf('basic', 'standard', 'premium')],
  ['priority severity', oneOf('medium', 'low', 'high')],
  ['frequency interval period', oneOf('monthly', 'weekly')],
  ['weekday day_of_week day days', oneOf('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday')],
  ['month', oneOf('March', 'June', 'October')],
  ['filename file_name file', oneOf(...FILES)],
  [
    'path file_path',
    ({ subject, words }) => `/${thingKindOf(subject) || words[0] || 'files'}/${ordinal(subject)}`,
  ],
  ['extension ext file_type', oneOf('pdf', 'jpg')],
  ['mime_type content_type media_type mime mimetype', oneOf('image/jpeg', 'application/pdf')],
  ['hash sha checksum digest fingerprint sha256 etag', hexDigits(24)],
  ['md5', hexDigits(32)],
  ['sha1 commit revision commit_sha node_hash', hexDigits(40)],
  ['query search q', oneOf('garden')],
  ['amount price total cost fee balance', ({ random }) => (5 + Math.floor(random() * 90) + 0.5).toFixed(2)],
  ['latitude lat', ({ subject }) => String(placeOf(subject).latitude)],
  ['longitude lng lon', ({ subject }) => String(placeOf(subject).longitude)],
  ['age_group', oneOf('25-34', '35-44')],
  ['year', oneOf('2026', '2025')],
  ['timestamp', ({ subject }) => String(ordinal(subject))],
]);
