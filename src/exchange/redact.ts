// Takes secrets out of an exchange before anybody keeps it. What stays has the same length and kinds of characters.
import { Buffer } from 'node:buffer';
import { decodeBody } from './body.ts';
import { type Body, type Exchange, type Headers, isRecorded, parsePairs } from './exchange.ts';
import { findSecrets } from './secret-values.ts';
import { createScrubber, mask, maskNumber, RANDOM, SECRET_IN_URL, SECRET_NAME } from './secrets.ts';

export interface Redacted {
  readonly exchange: Exchange;
  /** Takes the same secrets out of a text about the exchange. */
  readonly scrub: (text: string) => string;
}

/** @returns a copy without any value that stands under a secret name, nor those values anywhere else in it */
export function redact(exchange: Exchange, names: ReadonlySet<string>): Exchange {
  return redactWith(exchange, names).exchange;
}

/** What more is known of the exchange than what it says itself. */
interface Knowledge {
  /** Texts that are secret wherever they stand. */
  readonly secrets?: ReadonlySet<string>;
}

/** @param names further names that are secret here, in lower case: API keys that the document declares */
export function redactWith(
  exchange: Exchange,
  names: ReadonlySet<string>,
  { secrets = NONE }: Knowledge = {},
): Redacted {
  const isSecret = (name: string): boolean => SECRET_NAME.test(name) || names.has(name.toLowerCase());
  const { request, response } = exchange;
  const found = findSecrets(exchange, isSecret);
  const scrub = createScrubber(secrets.size === 0 ? found : longestFirst([...found, ...secrets]), isSecret);
  const cleanHeaders = (headers: Headers): Headers =>
    Object.fromEntries(
      Object.entries(headers).map(([name, list]) => [
        name,
        list?.map(value => (isSecret(name) ? mask(value) : scrub(value))),
      ]),
    );
  const query = request.query
    .split('&')
    .map(piece => {
      const [pair] = parsePairs(piece);
      return pair !== undefined && (isSecret(pair.name) || SECRET_IN_URL.test(pair.name))
        ? `${encode(scrub(pair.name))}=${encode(mask(pair.value))}`
        : scrub(piece).replace(RANDOM, mask);
    })
    .join('&');
  return {
    scrub,
    exchange: {
      ...exchange,
      request: {
        ...request,
        path: scrub(request.path).replace(RANDOM, mask),
        query,
        headers: cleanHeaders(request.headers),
        body: cleanBody(request, isSecret, scrub),
      },
      ...(response !== undefined && {
        response: {
          ...response,
          headers: cleanHeaders(response.headers),
          body: cleanBody(response, isSecret, scrub),
        },
      }),
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

function longestFirst(values: readonly string[]): string[] {
  return [...values].sort((left, right) => right.length - left.length);
}

/** Half of a surrogate pair cannot be encoded. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function cleanBody(
  message: { headers: Headers; body: Body },
  isSecret: (name: string) => boolean,
  scrub: (text: string) => string,
): Body {
  const { body } = message;
  if (!isRecorded(body) || body.length === 0) return body;
  const decoded = decodeBody(message);
  switch (decoded.kind) {
    case 'json': {
      const clean = cleanJson(decoded.value, isSecret, scrub);
      // Untouched bodies keep their bytes: white space, order, numbers beyond 2^53.
      return clean === undefined ? body : clean;
    }
    case 'form':
      return Buffer.from(
        decoded.pairs
          .map(
            ({ name, value }) =>
              `${encode(scrub(name))}=${encode(isSecret(name) ? mask(value) : scrub(value))}`,
          )
          .join('&'),
      );
    default: {
      const text = Buffer.from(body).toString('latin1');
      const clean = scrubRaw(text, isSecret, scrub);
      return clean === text ? body : Buffer.from(clean, 'latin1');
    }
  }
}

/** @returns undefined when there was nothing to take out */
function cleanJson(
  value: unknown,
  isSecret: (name: string) => boolean,
  scrub: (text: string) => string,
): Body | undefined {
  let changed = false;
  const clean = (inner: unknown, hidden: boolean): unknown => {
    if (typeof inner === 'string' || typeof inner === 'number') {
      const text = typeof inner === 'string';
      const kept = hidden ? (text ? mask(inner) : maskNumber(inner)) : text ? scrub(inner) : inner;
      changed ||= kept !== inner;
      return kept;
    }
    if (Array.isArray(inner)) return inner.map(item => clean(item, hidden));
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner).map(([key, member]) => {
        const name = scrub(key);
        changed ||= name !== key;
        // Whatever stands below a secret name is secret.
        return [name, clean(member, hidden || isSecret(key))];
      }),
    );
  };
  try {
    const cleaned = clean(value, false);
    return changed ? Buffer.from(JSON.stringify(cleaned)) : undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { notRecorded: 'it is nested too deeply to have its secrets taken out' };
  }
}

/** Of what is no JSON and no form, names and values are looked for as they are usually written. */
function scrubRaw(
  text: string,
  isSecret: (name: string) => boolean,
  scrub: (text: string) => string,
): string {
  const hide = (whole: string, before: string, name: string, value: string): string =>
    isSecret(name) ? before + mask(value) : whole;
  return scrub(text)
    .replace(/("([^"\\\r\n]{1,100})"\s*:\s*")((?:[^"\\]|\\.)*)/g, hide)
    .replace(/("([^"\\\r\n]{1,100})"\s*:\s*)(\d+)/g, hide)
    .replace(/(<([\w:.-]{1,100})(?:\s[^<>]*)?>)([^<]+)/g, hide)
    .replace(/(\bname="([^"\r\n]{1,100})"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n)([^\r\n]*)/g, hide);
}
