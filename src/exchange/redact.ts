// Replaces secrets of an exchange by placeholders of the same length and character classes, and lists where.
import { Buffer } from 'node:buffer';
import { looksRandom, NON_SECRET_NAME } from './entropy.ts';
import { decodePercent, EMPTY_BODY, type Exchange, isRecorded, parsePairs } from './exchange.ts';
import { findSecrets, MIN_SECRET_LENGTH } from './find-secrets.ts';
import { replaceIpAddresses, type SecretNames } from './personal-data.ts';
import { redactBody } from './redact-body.ts';
import { type PathSpan, redactHeaders, redactPath, redactQuery, segmentSpans } from './redact-head.ts';
import { createRedactionLog, type RedactedPlace, type Redactor } from './redaction-log.ts';
import { createScrubber, secretTest } from './secrets.ts';

export interface RedactionResult {
  readonly exchange: Exchange;
  /** Replaces the same secrets in a text about the exchange, such as a message. */
  readonly scrub: (text: string) => string;
  /** As scrub, for a value of the exchange: replaces tokens that look random as well, unless the name says otherwise. */
  readonly redactText: (text: string, name: string | undefined) => string;
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
    redactText: redactor.redactText,
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

/**
 * Redacts only the path and the query, with the result of `redact`. Bodies cost most of the time: they are searched for
 * secrets only if one contains a value of the path or the query.
 */
export function redactTarget(
  exchange: Exchange,
  names: SecretNames,
  context: RedactionContext = {},
): Pick<Exchange['request'], 'path' | 'query'> {
  const { request, response } = exchange;
  const { body: _, ...head } = request;
  const withoutBodies = {
    ...exchange,
    request: { ...head, body: EMPTY_BODY },
    ...(response !== undefined && { response: { ...response, body: EMPTY_BODY } }),
  };
  const target = targetOf(withoutBodies, names, context);
  const bodies = [request.body, response?.body].filter(body => body !== undefined && isRecorded(body));
  const values = valuesOf(target);
  const isInBody = (body: Uint8Array): boolean => {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return values.length > MAX_SEARCHED_VALUES || values.some(value => bytes.includes(value));
  };
  return bodies.some(isInBody) ? targetOf(exchange, names, context) : target;
}

function targetOf(
  exchange: Exchange,
  names: SecretNames,
  context: RedactionContext,
): Pick<Exchange['request'], 'path' | 'query'> {
  const { pathValues, redactor } = prepareRedaction(exchange, names, context);
  const { path, query } = exchange.request;
  return { path: redactPath(path, pathValues, redactor), query: redactQuery(query, redactor) };
}

/** Parsing a body costs less than to search it for more values. */
const MAX_SEARCHED_VALUES = 20;
/** A segment of a path that no client fills in. */
const LITERAL_SEGMENT = /^[a-z]+(?:[-_][a-z]+)*$/;

/** The texts of a path and a query that are long enough for a secret. */
function valuesOf({ path, query }: Pick<Exchange['request'], 'path' | 'query'>): string[] {
  const segments = path.split('/').filter(segment => !LITERAL_SEGMENT.test(segment));
  const pairs = parsePairs(query).flatMap(({ name, value, raw }) => [name, value, raw]);
  const values = [...segments, ...segments.map(decodePercent), ...pairs];
  return [...new Set(values)].filter(value => value.length >= MIN_SECRET_LENGTH);
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
