// Redacts secrets of an exchange so that validation gives the same findings as before.

import { type Exchange, isRecorded, type Request, type Response } from '../exchange/exchange.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import type { SecretNames } from '../exchange/personal-data.ts';
import { type RedactionContext, type RedactionResult, redactWith } from '../exchange/redact.ts';
import type { Finding } from '../finding/finding.ts';
import { documentWordsOf } from '../openapi/document-words.ts';
import { matchForOperation, pathValuesOf } from '../routing/path-values.ts';
import type { Match } from '../routing/trie.ts';
import { type ExchangeFindings, isViolation, validateExchange } from './exchange.ts';
import { candidatePlaceholders, declaredLiterals, varyCharacters } from './placeholders.ts';

/** Placeholders by secret. An equal secret gets the same placeholder in every exchange, so the map never evicts one. */
export type Placeholders = Map<string, string>;

const MAX_PLACEHOLDERS = 10_000;

/** A redacted exchange and its findings. */
interface Attempt {
  readonly redacted: RedactionResult;
  readonly findings: ExchangeFindings;
  /** Findings that only the original or only the redacted exchange has. */
  readonly differences: readonly Finding[];
}

/**
 * Redacts an exchange, and validates it before and after. If a placeholder changes the findings, tries others. If none
 * preserves them, omits the body or withholds the header: it becomes not checkable, never invalid.
 * @param match undefined: no operation is known, so the exchange is redacted without validation
 * @param names names of further secrets, in lower case
 * @param learned the placeholders so far; new ones are added
 * @returns undefined when no redacted exchange has the verdict of the original: it must not be stored
 */
export function redactPreservingFindings(
  match: Match | undefined,
  exchange: Exchange,
  names: SecretNames,
  learned: Placeholders = new Map(),
): Exchange | undefined {
  if (match === undefined) return redactWith(exchange, names, { placeholders: learned }).exchange;
  const original = validateExchange(match, exchange);
  const context = redactionContext(match, exchange.request.path);
  const attempt = (placeholders: Placeholders): Attempt => {
    const redacted = redactWith(exchange, names, { ...context, placeholders });
    if (redacted.replaced.length === 0) return { redacted, findings: original, differences: [] };
    const findings = revalidate(match, redacted.exchange);
    return { redacted, findings, differences: findingDifference(original, findings, redacted.scrub) };
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
    if (learned.size < MAX_PLACEHOLDERS) learned.set(secret, placeholder);
  }
  return best.differences.length === 0 ? best.redacted.exchange : withoutSecretParts(match, original, best);
}

/** Bytes to validate in the search for placeholders. The limit bounds the time that it takes. */
const MAX_BYTES_TRIED = 50_000_000;

/** Each try redacts and validates the whole exchange. */
function maxTries({ request, response }: Exchange): number {
  const sizes = [request, response].map(each => (each && isRecorded(each.body) ? each.body.length : 0));
  return Math.floor(MAX_BYTES_TRIED / (10_000 + (sizes[0] ?? 0) + (sizes[1] ?? 0)));
}

function redactionContext(match: Match, path: string): RedactionContext {
  const words = documentWordsOf(match.operation.api);
  const pathValues = pathValuesOf(match.operation, path);
  return { isDocumentWord: word => words.has(word), ...(pathValues !== undefined && { pathValues }) };
}

/** Matches the redacted path to the same operation: redaction never edits literal text of the path. */
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

/** Secrets near the differences first; others may cause them, too, as the same secret in another field. At most 50. */
function secretsToRetry({ redacted, differences }: Attempt): string[] {
  const isNear = (at: string): boolean =>
    differences.some(finding => isWithin(finding.at, at) || isWithin(at, finding.at));
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
  { differences }: Attempt,
  countDifferences: (placeholder: string) => number,
): string | undefined {
  // With the secret itself the findings are those of the original. If they do not improve, this secret is not the cause.
  const minDifferences = countDifferences(secret);
  if (minDifferences >= differences.length) return undefined;
  const isGood = (placeholder: string): boolean => countDifferences(placeholder) <= minDifferences;
  const literals = declaredLiterals(operation.api.documents, differences, secret);
  return [...literals, ...candidatePlaceholders(secret)].find(isGood) ?? varyCharacters(secret, isGood);
}

/** Omits the body and withholds the headers for which no placeholder preserves the findings. */
function withoutSecretParts(
  match: Match,
  original: ExchangeFindings,
  { redacted, differences }: Attempt,
): Exchange | undefined {
  const sides = { request: redacted.exchange.request, response: redacted.exchange.response };
  const pointers = redacted.replaced.map(({ at }) => at);
  for (const side of ['request', 'response'] as const) {
    if (!differences.some(({ at }) => at.startsWith(`/${side}`))) continue;
    const replacedPaths = pointers.filter(at => at.startsWith(`/${side}/`)).map(splitPointer);
    const headers = replacedPaths.flatMap(([, part, name]) =>
      part === 'headers' && name !== undefined ? [name] : [],
    );
    const message = sides[side];
    if (message === undefined) continue;
    const reduced = omitParts(
      message,
      replacedPaths.some(([, part]) => part === 'body'),
      headers,
    );
    if (side === 'request') sides.request = reduced as Request;
    else sides.response = reduced as Response;
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

/** A valid side stays valid or not checkable; an invalid side stays invalid or becomes not checkable. */
function preservesVerdict(before: ExchangeFindings, after: ExchangeFindings): boolean {
  return (['request', 'response'] as const).every(side => {
    const sideFindings = after.findings.filter(({ at }) => at.startsWith(`/${side}`));
    const wasInvalid = side === 'request' ? before.requestInvalid : before.responseInvalid;
    return wasInvalid
      ? sideFindings.some(isViolation) || sideFindings.some(({ code }) => code.endsWith('not-checkable'))
      : !sideFindings.some(isViolation);
  });
}
