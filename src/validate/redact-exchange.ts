// Redacts secrets of an exchange so that validation gives the same findings as before.

import { type Exchange, isRecorded, type Request, type Response } from '../exchange/exchange.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import { type RedactionContext, type RedactionResult, redactWith } from '../exchange/redact.ts';
import type { Finding } from '../finding/finding.ts';
import { documentWordsOf } from '../openapi/document-words.ts';
import { matchForOperation, pathValuesOf } from '../routing/path-values.ts';
import type { Match } from '../routing/trie.ts';
import { type ExchangeFindings, isViolation, validateExchange } from './exchange.ts';
import { candidatePlaceholders, declaredLiterals, varyCharacters } from './placeholders.ts';

/** Placeholders that had to be found, by secret: an equal secret gets an equal one, from exchange to exchange. */
export type Placeholders = Map<string, string>;

const MAX_REMEMBERED = 10_000;

/** One way to redact an exchange, and what the judge thinks of it. */
interface Attempt {
  readonly redacted: RedactionResult;
  readonly findings: ExchangeFindings;
  /** Findings that only one of the two has. */
  readonly differences: readonly Finding[];
}

/**
 * Redacts, and judges before and after. Where a placeholder changes the verdict, others are tried in its place; where none
 * keeps it, the body is left out or the header withheld, which makes it not checkable and never broken.
 * @param match undefined: no document says what is to be kept
 * @param names further names that are secret here, in lower case
 * @param learned filled with what was found
 * @returns undefined when the secret cannot be taken out without changing the verdict: it must not be kept at all
 */
export function redactPreservingFindings(
  match: Match | undefined,
  exchange: Exchange,
  names: ReadonlySet<string>,
  learned: Placeholders = new Map(),
): Exchange | undefined {
  if (match === undefined) return redactWith(exchange, names, { placeholders: learned }).exchange;
  const original = validateExchange(match, exchange);
  const knowledge = redactionContext(match, exchange.request.path);
  const attempt = (placeholders: Placeholders): Attempt => {
    const redacted = redactWith(exchange, names, { ...knowledge, placeholders });
    if (redacted.replaced.length === 0) return { redacted, findings: original, differences: [] };
    const judged = revalidate(match, redacted.exchange);
    return { redacted, findings: judged, differences: findingDifference(original, judged, redacted.scrub) };
  };
  const newPlaceholders: Placeholders = new Map();
  let triesLeft = maxTries(exchange);
  let best = attempt(learned);
  for (const secret of secretsToRetry(best)) {
    if (best.differences.length === 0) break;
    const tryPlaceholder = (placeholder: string): Attempt =>
      attempt(new Map([...learned, ...newPlaceholders, [secret, placeholder]]));
    const replacement = betterPlaceholder(match, secret, best, each =>
      triesLeft-- > 0 ? tryPlaceholder(each).differences.length : Number.POSITIVE_INFINITY,
    );
    if (replacement === undefined) continue;
    newPlaceholders.set(secret, replacement);
    best = tryPlaceholder(replacement);
  }
  for (const [secret, placeholder] of newPlaceholders) {
    if (learned.size < MAX_REMEMBERED) learned.set(secret, placeholder);
  }
  return best.differences.length === 0 ? best.redacted.exchange : withoutSecretParts(match, original, best);
}

/** Bytes that are looked at in search of placeholders: whoever waits for the answer waits for that, too. */
const MAX_BYTES_TRIED = 50_000_000;

/** Each costs a redaction and a judgement of the whole exchange. */
function maxTries({ request, response }: Exchange): number {
  const sizes = [request, response].map(each => (each && isRecorded(each.body) ? each.body.length : 0));
  return Math.floor(MAX_BYTES_TRIED / (10_000 + (sizes[0] ?? 0) + (sizes[1] ?? 0)));
}

function redactionContext(match: Match, path: string): RedactionContext {
  const words = documentWordsOf(match.operation.api);
  const pathValues = pathValuesOf(match.operation, path);
  return { isDocumentWord: word => words.has(word), ...(pathValues !== undefined && { pathValues }) };
}

/** What is not a value in a path is never edited, so that it is still one of the operation. */
function revalidate(match: Match, exchange: Exchange): ExchangeFindings {
  return validateExchange(matchForOperation(match.operation, exchange.request.path) ?? match, exchange);
}

function findingDifference(
  before: ExchangeFindings,
  after: ExchangeFindings,
  scrub: (text: string) => string,
): Finding[] {
  const keyOf = ({ code, at, location }: Finding): string =>
    JSON.stringify([code, splitPointer(at).map(scrub), location?.file, location?.pointer]);
  const findingsBefore = Map.groupBy(before.findings, keyOf);
  const findingsAfter = Map.groupBy(after.findings, keyOf);
  return [...surplus(findingsBefore, findingsAfter), ...surplus(findingsAfter, findingsBefore)];
}

/** Findings that one side has more of than the other. */
function surplus(side: ReadonlyMap<string, Finding[]>, other: ReadonlyMap<string, Finding[]>): Finding[] {
  return [...side].flatMap(([key, findings]) => findings.slice(other.get(key)?.length ?? 0));
}

/** Secrets that stand where the verdicts differ come first; but a name, or a double, may make itself felt anywhere. */
function secretsToRetry({ redacted, differences: differing }: Attempt): string[] {
  const isNear = (at: string): boolean =>
    differing.some(finding => isWithin(finding.at, at) || isWithin(at, finding.at));
  const sorted = [...redacted.replaced].sort(
    (left, right) => Number(isNear(right.at)) - Number(isNear(left.at)),
  );
  return [...new Set(sorted.flatMap(({ secrets }) => secrets))].slice(0, 50);
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** @param countDifferences how many findings differ with a placeholder */
function betterPlaceholder(
  { operation }: Match,
  secret: string,
  { differences: differing }: Attempt,
  countDifferences: (placeholder: string) => number,
): string | undefined {
  // With the secret itself the verdict is that of the original; what does not get better by it is not to blame.
  const minDifferences = countDifferences(secret);
  if (minDifferences >= differing.length) return undefined;
  const isGood = (placeholder: string): boolean => countDifferences(placeholder) <= minDifferences;
  const listed = declaredLiterals(operation.api.documents, differing, secret);
  return [...listed, ...candidatePlaceholders(secret)].find(isGood) ?? varyCharacters(secret, isGood);
}

/** The last resort: leaves out what no placeholder can stand for. */
function withoutSecretParts(
  match: Match,
  original: ExchangeFindings,
  { redacted, differences: differing }: Attempt,
): Exchange | undefined {
  const sides = { request: redacted.exchange.request, response: redacted.exchange.response };
  const places = redacted.replaced.map(({ at }) => at);
  for (const side of ['request', 'response'] as const) {
    if (!differing.some(({ at }) => at.startsWith(`/${side}`))) continue;
    const own = places.filter(at => at.startsWith(`/${side}/`)).map(splitPointer);
    const headers = own.flatMap(([, part, name]) => (part === 'headers' && name !== undefined ? [name] : []));
    const message = sides[side];
    if (message === undefined) continue;
    const left = omitParts(
      message,
      own.some(([, part]) => part === 'body'),
      headers,
    );
    if (side === 'request') sides.request = left as Request;
    else sides.response = left as Response;
  }
  const { response, ...rest } = redacted.exchange;
  const exchange: Exchange = {
    ...rest,
    request: sides.request,
    ...(sides.response !== undefined && { response: sides.response }),
  };
  return preservesVerdict(original, revalidate(match, exchange)) ? exchange : undefined;
}

function omitParts<Message extends Request | Response>(
  message: Message,
  body: boolean,
  headers: readonly string[],
): Message {
  return {
    ...message,
    headers: Object.fromEntries(Object.entries(message.headers).filter(([name]) => !headers.includes(name))),
    ...(headers.length > 0 && { withheld: [...new Set([...(message.withheld ?? []), ...headers])] }),
    ...(body && {
      body: { notRecorded: 'no placeholder for its secrets validates as the secrets did' },
    }),
  };
}

/** Neither half is broken where it was kept, nor kept where it was broken, unless it is said that nobody can tell. */
function preservesVerdict(before: ExchangeFindings, after: ExchangeFindings): boolean {
  return (['request', 'response'] as const).every(side => {
    const own = after.findings.filter(({ at }) => at.startsWith(`/${side}`));
    const wasInvalid = side === 'request' ? before.requestInvalid : before.responseInvalid;
    return wasInvalid
      ? own.some(isViolation) || own.some(({ code }) => code.endsWith('not-checkable'))
      : !own.some(isViolation);
  });
}
