// Replaces secrets of an exchange by placeholders of the same length and character classes, and lists where.
import { looksRandom, NON_SECRET_NAME } from './entropy.ts';
import { decodePercent, type Exchange, type Headers, parsePairs } from './exchange.ts';
import { findSecrets } from './find-secrets.ts';
import { labelledPairs } from './labelled-values.ts';
import { replaceIpAddresses, type SecretNames } from './personal-data.ts';
import { redactBody } from './redact-body.ts';
import { createRedactionLog, type RedactedPlace, type Redactor, redactEncoded } from './redaction-log.ts';
import { createScrubber, RANDOM_TOKEN, secretTest } from './secrets.ts';

export interface RedactionResult {
  readonly exchange: Exchange;
  /** Replaces the same secrets in a text about the exchange, such as a message. */
  readonly scrub: (text: string) => string;
  /** The locations of all replacements. */
  readonly replaced: readonly RedactedPlace[];
}

/** Knowledge from outside the exchange: other exchanges and the document. */
export interface RedactionContext {
  /** Further secrets, to be replaced anywhere in the exchange. */
  readonly secrets?: ReadonlySet<string>;
  /** Placeholders by secret, instead of the generated ones. */
  readonly placeholders?: ReadonlyMap<string, string>;
  /** True for a word of the document: it is never a secret by itself. */
  readonly isDocumentWord?: (word: string) => boolean;
  /** The values of path parameters, in order; the document declares the rest of the path. Default: every segment is a value. */
  readonly pathValues?: readonly PathSpan[];
}

/** A value in a path: offsets into the path as sent, `to` exclusive, and the name of the path parameter. */
interface PathSpan {
  readonly from: number;
  readonly to: number;
  readonly name?: string;
}

/**
 * Redacts an exchange: the values of secret names, those values elsewhere in the exchange, and values that look like secrets.
 * @param names further secret names, in lower case: API keys that the document declares
 * @returns a copy; `redacted` lists the locations
 */
export function redact(exchange: Exchange, names: SecretNames): Exchange {
  return redactWith(exchange, names).exchange;
}

/**
 * Redacts a path without its exchange, for a log.
 * @param values the values in the path, if a document declares them
 */
export function redactPathForLog(
  path: string,
  names: SecretNames,
  values: readonly PathSpan[] = segmentSpans(path),
): string {
  return redactPath(path, values, createRedactor(createRedactionLog(new Map()), names, []));
}

/** As redact, with the locations and secrets of the replacements. */
export function redactWith(
  exchange: Exchange,
  names: SecretNames,
  context: RedactionContext = {},
): RedactionResult {
  const { request, response } = exchange;
  const { log, pathValues, redactor } = prepareRedaction(exchange, names, context);
  const messages = {
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
  const replaced = log.entries();
  const redacted = [...new Set([...(exchange.redacted ?? []), ...replaced.map(({ at }) => at)])];
  return {
    scrub: redactor.scrub,
    replaced,
    exchange: { ...exchange, ...messages, ...(redacted.length > 0 && { redacted }) },
  };
}

/**
 * Creates only `RedactionResult.scrub`: redacting the exchange costs most of the time.
 * @param names as for `redactWith`
 */
export function scrubberOf(
  exchange: Exchange,
  names: SecretNames,
  context: RedactionContext = {},
): RedactionResult['scrub'] {
  return prepareRedaction(exchange, names, context).redactor.scrub;
}

function prepareRedaction(exchange: Exchange, names: SecretNames, context: RedactionContext) {
  const { request } = exchange;
  const isSecret = secretTest(names);
  const pathValues: readonly PathSpan[] = context.pathValues ?? segmentSpans(request.path);
  const secretsInPath = pathValues.flatMap(({ from, to, name }) =>
    name !== undefined && isSecret(name) ? [decodePercent(request.path.slice(from, to))] : [],
  );
  const secretsOfExchange = findSecrets(exchange, isSecret, secretsInPath).filter(
    secret => context.isDocumentWord?.(secret) !== true,
  );
  const log = createRedactionLog(context.placeholders ?? new Map());
  const redactor = createRedactor(log, names, [...secretsOfExchange, ...(context.secrets ?? [])]);
  return { log, pathValues, redactor };
}

function createRedactor(
  log: ReturnType<typeof createRedactionLog>,
  names: SecretNames,
  secrets: readonly string[],
): Redactor {
  const { placeholder } = log;
  const isSecret = secretTest(names);
  const { personal } = names;
  const scrub = createScrubber(secrets, { isSecret, placeholder, personal });
  const redactText = createTextRedactor(scrub, placeholder);
  return {
    ...log,
    isSecret,
    scrub,
    redactText: personal
      ? (text, name) => replaceIpAddresses(redactText(text, name), name, placeholder)
      : redactText,
  };
}

/** A run of the characters of a token, long enough for a secret. */
const TOKEN_IN_TEXT = /[\w+/~.-]{20,}={0,2}/g;
const PATH_SEGMENT = /[^/]+/g;

function createTextRedactor(
  scrub: Redactor['scrub'],
  placeholder: Redactor['placeholder'],
): Redactor['redactText'] {
  return (text, name) => {
    const scrubbed = scrub(text);
    if (scrubbed.length < 20 || (name !== undefined && NON_SECRET_NAME.test(name))) return scrubbed;
    const replace = (word: string): string => (looksRandom(word) ? placeholder(word) : word);
    // In a path or URL, replace only the random segment and preserve the rest.
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
  { replaceAt, isSecret, redactText, scrub, encodedPlaceholder, placeholder }: Redactor,
): string {
  return replaceAt('/request/path', path, () => {
    const pieces: string[] = [];
    let at = 0;
    for (const { from, to, name } of values) {
      const value = path.slice(from, to);
      pieces.push(path.slice(at, from));
      at = to;
      if (name !== undefined && isSecret(name)) pieces.push(encodedPlaceholder(value));
      else if (name !== undefined && NON_SECRET_NAME.test(name)) pieces.push(scrub(value));
      else
        pieces.push(
          redactEncoded(value, decodePercent(value), text =>
            redactText(text, name).replace(RANDOM_TOKEN, placeholder),
          ),
        );
    }
    return pieces.join('') + path.slice(at);
  });
}

function redactQuery(
  query: string,
  { replaceAt, isSecret, redactText, scrub, encodedPlaceholder, placeholder }: Redactor,
): string {
  const labelled = labelledPairs(parsePairs(query), name => isSecret(name, true));
  const pieces = query.split('&').map(piece => {
    const [pair] = parsePairs(piece);
    if (pair === undefined) return piece;
    const equals = piece.indexOf('=') + 1;
    // Without "=", the whole piece may be a token.
    const name = equals === 0 ? redactText(pair.name, undefined) : scrub(pair.name);
    return replaceAt(['request', 'query', name], piece, () => {
      const before = name === pair.name ? piece.slice(0, equals) : `${encodeURIComponent(name)}=`;
      if (isSecret(pair.name, true) || labelled.has(pair.name))
        return equals === 0 ? piece : before + encodedPlaceholder(pair.raw);
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
  const { replaceAt, isSecret, redactText, scrub, encodedPlaceholder, placeholder } = redactor;
  const redactPair = (text: string): string => {
    const from = text.indexOf('=') + 1;
    const value = text.slice(from).trim();
    const bare = /^".*"$/s.test(value) ? value.slice(1, -1) : value;
    return bare === ''
      ? text
      : text.slice(0, from) + text.slice(from).replace(bare, () => encodedPlaceholder(bare));
  };
  const redactValue = (name: string, value: string): string => {
    // Redact the value of every cookie. Names are preserved; attributes lose only known secrets.
    if (name === 'cookie')
      return value
        .split(';')
        .map(attribute => (attribute.includes('=') ? redactPair(attribute) : placeholder(attribute)))
        .join(';');
    if (name === 'set-cookie') {
      const [first = '', ...attributes] = value.split(';');
      return [
        first.includes('=') ? redactPair(first) : placeholder(first),
        ...attributes.map(attribute => scrub(attribute)),
      ].join(';');
    }
    return isSecret(name) ? placeholder(value) : redactText(value, name);
  };
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      values?.map(value => replaceAt([side, 'headers', name], value, () => redactValue(name, value))),
    ]),
  );
}
