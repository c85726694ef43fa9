// Replaces secrets of an exchange by placeholders of the same length and character classes, and lists where.
import { looksRandom, NON_SECRET_NAME } from './entropy.ts';
import { decodePercent, type Exchange, type Headers, parsePairs } from './exchange.ts';
import { findSecrets } from './find-secrets.ts';
import { redactBody } from './redact-body.ts';
import { createRedactionLog, type RedactedPlace, type Redactor, redactEncoded } from './redaction-log.ts';
import { createScrubber, isSecretName, RANDOM_TOKEN, type SecretTest, secretTest } from './secrets.ts';

export interface RedactionResult {
  readonly exchange: Exchange;
  /** Takes the same secrets out of a text about the exchange. */
  readonly scrub: (text: string) => string;
  /** Where something was replaced. */
  readonly replaced: readonly RedactedPlace[];
}

/** What more is known of the exchange than what it says itself. */
export interface RedactionContext {
  /** Texts that are secret wherever they stand. */
  readonly secrets?: ReadonlySet<string>;
  /** Placeholders to be used instead of the usual ones, by secret. */
  readonly placeholders?: ReadonlyMap<string, string>;
  /** Words of the document, which are no secrets wherever they stand by themselves. */
  readonly isDocumentWord?: (word: string) => boolean;
  /** The stretches of the path that are values, in order, with their names; the rest of it is the document's. */
  readonly pathValues?: readonly PathSpan[];
}

interface PathSpan {
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
export function redactPathForLog(path: string, values: readonly PathSpan[] = segmentSpans(path)): string {
  return redactPath(path, values, createRedactor(createRedactionLog(new Map()), isSecretName, []));
}

/** @param names further names that are secret here, in lower case: API keys that the document declares */
export function redactWith(
  exchange: Exchange,
  names: ReadonlySet<string>,
  knowledge: RedactionContext = {},
): RedactionResult {
  const { request, response } = exchange;
  const { places, pathValues, redactor } = prepareRedaction(exchange, names, knowledge);
  const cleanedMessages = {
    request: {
      ...request,
      path: redactPath(request.path, pathValues, redactor),
      query: redactQuery(request.query, redactor),
      headers: redactHeaders('request', request.headers, redactor),
      body: redactBody('request', request, redactor),
    },
    ...(response !== undefined && {
      response: {
        ...response,
        headers: redactHeaders('response', response.headers, redactor),
        body: redactBody('response', response, redactor),
      },
    }),
  };
  const found = places.entries();
  const redacted = [...new Set([...(exchange.redacted ?? []), ...found.map(({ at }) => at)])];
  return {
    scrub: redactor.scrub,
    replaced: found,
    exchange: { ...exchange, ...cleanedMessages, ...(redacted.length > 0 && { redacted }) },
  };
}

/**
 * `RedactionResult.scrub` alone, without redacting the exchange, which costs most of the time.
 * @param names as for `redactWith`
 */
export function scrubberOf(
  exchange: Exchange,
  names: ReadonlySet<string>,
  knowledge: RedactionContext = {},
): RedactionResult['scrub'] {
  return prepareRedaction(exchange, names, knowledge).redactor.scrub;
}

function prepareRedaction(exchange: Exchange, names: ReadonlySet<string>, knowledge: RedactionContext) {
  const { request } = exchange;
  const isSecret = secretTest(names);
  const pathValues: readonly PathSpan[] = knowledge.pathValues ?? segmentSpans(request.path);
  const secretsInPath = pathValues.flatMap(({ from, to, name }) =>
    name !== undefined && isSecret(name) ? [decodePercent(request.path.slice(from, to))] : [],
  );
  const secretsOfExchange = findSecrets(exchange, isSecret, secretsInPath).filter(
    secret => knowledge.isDocumentWord?.(secret) !== true,
  );
  const places = createRedactionLog(knowledge.placeholders ?? new Map());
  const redactor = createRedactor(places, isSecret, [...secretsOfExchange, ...(knowledge.secrets ?? [])]);
  return { places, pathValues, redactor };
}

function createRedactor(
  places: ReturnType<typeof createRedactionLog>,
  isSecret: SecretTest,
  secrets: readonly string[],
): Redactor {
  const { placeholder } = places;
  const scrub = createScrubber(secrets, { isSecret, placeholder });
  return { ...places, isSecret, scrub, redactText: createCleaner(scrub, placeholder) };
}

/** Tokens that stand in a text, as it is or among its words. */
const TOKEN_IN_TEXT = /[\w+/~.-]{20,}={0,2}/g;
const PATH_SEGMENT = /[^/]+/g;

function createCleaner(
  scrub: Redactor['scrub'],
  placeholder: Redactor['placeholder'],
): Redactor['redactText'] {
  return (text, name) => {
    const scrubbed = scrub(text);
    if (scrubbed.length < 20 || (name !== undefined && NON_SECRET_NAME.test(name))) return scrubbed;
    const replace = (word: string): string => (looksRandom(word) ? placeholder(word) : word);
    // Of a path or URL only the random piece: the rest tells where it leads.
    return scrubbed.replace(TOKEN_IN_TEXT, word =>
      word.startsWith('/') ? word.replace(PATH_SEGMENT, replace) : replace(word),
    );
  };
}

function segmentSpans(path: string): PathSpan[] {
  let at = 0;
  return path.split('/').map(segment => {
    const from = at;
    at += segment.length + 1;
    return { from, to: from + segment.length };
  });
}

function redactPath(
  path: string,
  values: readonly PathSpan[],
  { replaceAt: edit, isSecret, redactText, scrub, encodedPlaceholder: encoded, placeholder }: Redactor,
): string {
  return edit('/request/path', path, () => {
    const pieces: string[] = [];
    let at = 0;
    for (const { from, to, name } of values) {
      const value = path.slice(from, to);
      pieces.push(path.slice(at, from));
      at = to;
      if (name !== undefined && isSecret(name)) pieces.push(encoded(value));
      else if (name !== undefined && NON_SECRET_NAME.test(name)) pieces.push(scrub(value));
      else pieces.push(redactText(value, name).replace(RANDOM_TOKEN, placeholder));
    }
    return pieces.join('') + path.slice(at);
  });
}

function redactQuery(
  query: string,
  { replaceAt: edit, isSecret, redactText, scrub, encodedPlaceholder: encoded, placeholder }: Redactor,
): string {
  const pieces = query.split('&').map(piece => {
    const [pair] = parsePairs(piece);
    if (pair === undefined) return piece;
    const equals = piece.indexOf('=') + 1;
    // Without a value it is the name that may be a token.
    const name = equals === 0 ? redactText(pair.name, undefined) : scrub(pair.name);
    return edit(['request', 'query', name], piece, () => {
      const before = name === pair.name ? piece.slice(0, equals) : `${encodeURIComponent(name)}=`;
      if (isSecret(pair.name, true)) return equals === 0 ? piece : before + encoded(pair.raw);
      if (equals === 0) return redactText(piece, undefined);
      return (
        before +
        redactEncoded(pair.raw, pair.value, value =>
          redactText(value, pair.name).replace(RANDOM_TOKEN, placeholder),
        )
      );
    });
  });
  return pieces.join('&');
}

function redactHeaders(side: 'request' | 'response', headers: Headers, redactor: Redactor): Headers {
  const { replaceAt: edit, isSecret, redactText, scrub, encodedPlaceholder: encoded, placeholder } = redactor;
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
        .map(attribute => (attribute.includes('=') ? pair(attribute) : placeholder(attribute)))
        .join(';');
    if (name === 'set-cookie') {
      const [first = '', ...attributes] = value.split(';');
      return [
        first.includes('=') ? pair(first) : placeholder(first),
        ...attributes.map(attribute => scrub(attribute)),
      ].join(';');
    }
    return isSecret(name) ? placeholder(value) : redactText(value, name);
  };
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      values?.map(value => edit([side, 'headers', name], value, () => redactValue(name, value))),
    ]),
  );
}
