// Takes secrets out of an exchange before anybody keeps it, and says where. What stays has the same length and kinds of characters.
import { INNOCENT_NAME, isRandom } from './entropy.ts';
import { decodePercent, type Exchange, type Headers, parsePairs } from './exchange.ts';
import { cleanRaw, createPlaces, type Place, type Rules } from './places.ts';
import { redactBody } from './redact-body.ts';
import { findSecrets } from './secret-values.ts';
import { createScrubber, isSecretName, RANDOM, type SecretTest, secretTest } from './secrets.ts';

export interface Redacted {
  readonly exchange: Exchange;
  /** Takes the same secrets out of a text about the exchange. */
  readonly scrub: (text: string) => string;
  /** Where something was replaced. */
  readonly places: readonly Place[];
}

/** What more is known of the exchange than what it says itself. */
export interface Knowledge {
  /** Texts that are secret wherever they stand. */
  readonly secrets?: ReadonlySet<string>;
  /** Placeholders to be used instead of the usual ones, by secret. */
  readonly placeholders?: ReadonlyMap<string, string>;
  /** Words of the document, which are no secrets wherever they stand by themselves. */
  readonly isPublic?: (word: string) => boolean;
  /** The stretches of the path that are values, in order, with their names; the rest of it is the document's. */
  readonly pathValues?: readonly PathValue[];
}

interface PathValue {
  /** Indexes into the path as sent. */
  readonly from: number;
  readonly to: number;
  readonly name?: string;
}

/** @returns a copy without any value that stands under a secret name, nor those values anywhere else in it */
export function redact(exchange: Exchange, names: ReadonlySet<string>): Exchange {
  return redactWith(exchange, names).exchange;
}

/**
 * A path by itself, as a log may show it.
 * @param values the stretches of it that are values, where a document tells
 */
export function redactedPath(path: string, values: readonly PathValue[] = segmentsOf(path)): string {
  return redactPath(path, values, rulesFor(createPlaces(new Map()), isSecretName, []));
}

/** @param names further names that are secret here, in lower case: API keys that the document declares */
export function redactWith(
  exchange: Exchange,
  names: ReadonlySet<string>,
  knowledge: Knowledge = {},
): Redacted {
  const { request, response } = exchange;
  const isSecret = secretTest(names);
  const pathValues: readonly PathValue[] = knowledge.pathValues ?? segmentsOf(request.path);
  const inPath = pathValues.flatMap(({ from, to, name }) =>
    name !== undefined && isSecret(name) ? [decodePercent(request.path.slice(from, to))] : [],
  );
  const own = findSecrets(exchange, isSecret, inPath).filter(secret => knowledge.isPublic?.(secret) !== true);
  const places = createPlaces(knowledge.placeholders ?? new Map());
  const rules = rulesFor(places, isSecret, [...own, ...(knowledge.secrets ?? [])]);
  const cleaned = {
    request: {
      ...request,
      path: redactPath(request.path, pathValues, rules),
      query: redactQuery(request.query, rules),
      headers: redactHeaders('request', request.headers, rules),
      body: redactBody('request', request, rules),
    },
    ...(response !== undefined && {
      response: {
        ...response,
        headers: redactHeaders('response', response.headers, rules),
        body: redactBody('response', response, rules),
      },
    }),
  };
  const found = places.all();
  const redacted = [...new Set([...(exchange.redacted ?? []), ...found.map(({ at }) => at)])];
  return {
    scrub: rules.scrub,
    places: found,
    exchange: { ...exchange, ...cleaned, ...(redacted.length > 0 && { redacted }) },
  };
}

function rulesFor(
  places: ReturnType<typeof createPlaces>,
  isSecret: SecretTest,
  secrets: readonly string[],
): Rules {
  const { placeholder } = places;
  const scrub = createScrubber(secrets, { isSecret, placeholder });
  return { ...places, isSecret, scrub, clean: cleaner(scrub, placeholder) };
}

/** Tokens that stand in a text, as it is or among its words. */
const WORD = /[\w+/~.-]{20,}={0,2}/g;
const PIECE = /[^/]+/g;

function cleaner(scrub: Rules['scrub'], placeholder: Rules['placeholder']): Rules['clean'] {
  return (text, name) => {
    const scrubbed = scrub(text);
    if (scrubbed.length < 20 || (name !== undefined && INNOCENT_NAME.test(name))) return scrubbed;
    const replace = (word: string): string => (isRandom(word) ? placeholder(word) : word);
    // Of a path or URL only the random piece: the rest tells where it leads.
    return scrubbed.replace(WORD, word =>
      word.startsWith('/') ? word.replace(PIECE, replace) : replace(word),
    );
  };
}

function segmentsOf(path: string): PathValue[] {
  let at = 0;
  return path.split('/').map(segment => {
    const from = at;
    at += segment.length + 1;
    return { from, to: from + segment.length };
  });
}

function redactPath(
  path: string,
  values: readonly PathValue[],
  { edit, isSecret, clean, scrub, encoded, placeholder }: Rules,
): string {
  return edit('/request/path', path, () => {
    const pieces: string[] = [];
    let at = 0;
    for (const { from, to, name } of values) {
      const value = path.slice(from, to);
      pieces.push(path.slice(at, from));
      at = to;
      if (name !== undefined && isSecret(name)) pieces.push(encoded(value));
      else if (name !== undefined && INNOCENT_NAME.test(name)) pieces.push(scrub(value));
      else pieces.push(clean(value, name).replace(RANDOM, placeholder));
    }
    return pieces.join('') + path.slice(at);
  });
}

function redactQuery(query: string, { edit, isSecret, clean, scrub, encoded, placeholder }: Rules): string {
  const pieces = query.split('&').map(piece => {
    const [pair] = parsePairs(piece);
    if (pair === undefined) return piece;
    const equals = piece.indexOf('=') + 1;
    // Without a value it is the name that may be a token.
    const name = equals === 0 ? clean(pair.name, undefined) : scrub(pair.name);
    return edit(['request', 'query', name], piece, () => {
      const before = name === pair.name ? piece.slice(0, equals) : `${encodeURIComponent(name)}=`;
      if (isSecret(pair.name, true)) return equals === 0 ? piece : before + encoded(pair.raw);
      if (equals === 0) return clean(piece, undefined);
      return (
        before + cleanRaw(pair.raw, pair.value, value => clean(value, pair.name).replace(RANDOM, placeholder))
      );
    });
  });
  return pieces.join('&');
}

function redactHeaders(half: 'request' | 'response', headers: Headers, rules: Rules): Headers {
  const { edit, isSecret, clean, scrub, encoded, placeholder } = rules;
  const pair = (text: string): string =>
    text.replace(
      /^([^=]*=\s*)("?)([\s\S]*?)(\2\s*)$/,
      (_, before: string, quote: string, value: string, after: string) =>
        before + quote + encoded(value) + after,
    );
  const redactValue = (name: string, value: string): string => {
    // Cookies are known by their names, and what a browser does with one by its attributes.
    if (name === 'cookie')
      return value
        .split(';')
        .map(each => (each.includes('=') ? pair(each) : placeholder(each)))
        .join(';');
    if (name === 'set-cookie') {
      const [first = '', ...attributes] = value.split(';');
      return [
        first.includes('=') ? pair(first) : placeholder(first),
        ...attributes.map(each => scrub(each)),
      ].join(';');
    }
    return isSecret(name) ? placeholder(value) : clean(value, name);
  };
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      values?.map(value => edit([half, 'headers', name], value, () => redactValue(name, value))),
    ]),
  );
}
