// Takes the secrets out of an exchange so that the judge says of it what it said before.
import { matchOf, pathValuesOf } from '../contract/path-values.ts';
import type { Match } from '../contract/tree.ts';
import { wordsOf } from '../contract/words.ts';
import { type Exchange, isRecorded, type Request, type Response } from '../exchange/exchange.ts';
import { type Knowledge, type Redacted, redactWith } from '../exchange/redact.ts';
import type { Finding } from '../finding/finding.ts';
import { splitPointer } from '../finding/pointer.ts';
import { isViolation, type Judged, judgeExchange } from './judge-exchange.ts';
import { listedBy, otherPlaceholders, vary } from './placeholders.ts';

/** Placeholders that had to be found, by secret: an equal secret gets an equal one, from exchange to exchange. */
export type Placeholders = Map<string, string>;

const MOST_REMEMBERED = 10_000;

/** One way to redact an exchange, and what the judge thinks of it. */
interface Attempt {
  readonly redacted: Redacted;
  readonly judged: Judged;
  /** Findings that only one of the two has. */
  readonly differing: readonly Finding[];
}

/**
 * Redacts, and judges before and after. Where a placeholder changes the verdict, others are tried in its place; where none
 * keeps it, the body is left out or the header withheld, which makes it not checkable and never broken.
 * @param match undefined: no document says what is to be kept
 * @param names further names that are secret here, in lower case
 * @param learned filled with what was found
 * @returns undefined when the secret cannot be taken out without changing the verdict: it must not be kept at all
 */
export function redactKeeping(
  match: Match | undefined,
  exchange: Exchange,
  names: ReadonlySet<string>,
  learned: Placeholders = new Map(),
): Exchange | undefined {
  if (match === undefined) return redactWith(exchange, names, { placeholders: learned }).exchange;
  const original = judgeExchange(match, exchange);
  const knowledge = knowledgeOf(match, exchange.request.path);
  const attempt = (placeholders: Placeholders): Attempt => {
    const redacted = redactWith(exchange, names, { ...knowledge, placeholders });
    if (redacted.places.length === 0) return { redacted, judged: original, differing: [] };
    const judged = rejudge(match, redacted.exchange);
    return { redacted, judged, differing: differenceOf(original, judged, redacted.scrub) };
  };
  const found: Placeholders = new Map();
  let tries = triesFor(exchange);
  let best = attempt(learned);
  for (const secret of suspectsOf(best)) {
    if (best.differing.length === 0) break;
    const trial = (placeholder: string): Attempt =>
      attempt(new Map([...learned, ...found, [secret, placeholder]]));
    const better = betterPlaceholder(match, secret, best, each =>
      tries-- > 0 ? trial(each).differing.length : Number.POSITIVE_INFINITY,
    );
    if (better === undefined) continue;
    found.set(secret, better);
    best = trial(better);
  }
  for (const [secret, placeholder] of found) {
    if (learned.size < MOST_REMEMBERED) learned.set(secret, placeholder);
  }
  return best.differing.length === 0 ? best.redacted.exchange : withoutPlaces(match, original, best);
}

/** Bytes that are looked at in search of placeholders: whoever waits for the answer waits for that, too. */
const EFFORT = 50_000_000;

/** Each costs a redaction and a judgement of the whole exchange. */
function triesFor({ request, response }: Exchange): number {
  const sizes = [request, response].map(each => (each && isRecorded(each.body) ? each.body.length : 0));
  return Math.floor(EFFORT / (10_000 + (sizes[0] ?? 0) + (sizes[1] ?? 0)));
}

function knowledgeOf(match: Match, path: string): Knowledge {
  const words = wordsOf(match.operation.api);
  const pathValues = pathValuesOf(match.operation, path);
  return { isPublic: word => words.has(word), ...(pathValues !== undefined && { pathValues }) };
}

/** What is not a value in a path is never edited, so that it is still one of the operation. */
function rejudge(match: Match, exchange: Exchange): Judged {
  return judgeExchange(matchOf(match.operation, exchange.request.path) ?? match, exchange);
}

function differenceOf(before: Judged, after: Judged, scrub: (text: string) => string): Finding[] {
  const keyOf = ({ code, at, clause }: Finding): string =>
    JSON.stringify([code, splitPointer(at).map(scrub), clause?.file, clause?.pointer]);
  const was = Map.groupBy(before.findings, keyOf);
  const is = Map.groupBy(after.findings, keyOf);
  return [...surplus(was, is), ...surplus(is, was)];
}

/** Findings that one side has more of than the other. */
function surplus(side: ReadonlyMap<string, Finding[]>, other: ReadonlyMap<string, Finding[]>): Finding[] {
  return [...side].flatMap(([key, findings]) => findings.slice(other.get(key)?.length ?? 0));
}

/** Secrets that stand where the verdicts differ come first; but a name, or a double, may make itself felt anywhere. */
function suspectsOf({ redacted, differing }: Attempt): string[] {
  const isNear = (at: string): boolean =>
    differing.some(finding => isWithin(finding.at, at) || isWithin(at, finding.at));
  const sorted = [...redacted.places].sort(
    (left, right) => Number(isNear(right.at)) - Number(isNear(left.at)),
  );
  return [...new Set(sorted.flatMap(({ secrets }) => secrets))].slice(0, 50);
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

/** @param weigh how many findings differ with a placeholder */
function betterPlaceholder(
  { operation }: Match,
  secret: string,
  { differing }: Attempt,
  weigh: (placeholder: string) => number,
): string | undefined {
  // With the secret itself the verdict is that of the original; what does not get better by it is not to blame.
  const floor = weigh(secret);
  if (floor >= differing.length) return undefined;
  const isGood = (placeholder: string): boolean => weigh(placeholder) <= floor;
  const listed = listedBy(operation.api.sources, differing, secret);
  return [...listed, ...otherPlaceholders(secret)].find(isGood) ?? vary(secret, isGood);
}

/** The last resort: leaves out what no placeholder can stand for. */
function withoutPlaces(
  match: Match,
  original: Judged,
  { redacted, differing }: Attempt,
): Exchange | undefined {
  const halves = { request: redacted.exchange.request, response: redacted.exchange.response };
  const places = redacted.places.map(({ at }) => at);
  for (const half of ['request', 'response'] as const) {
    if (!differing.some(({ at }) => at.startsWith(`/${half}`))) continue;
    const own = places.filter(at => at.startsWith(`/${half}/`)).map(splitPointer);
    const headers = own.flatMap(([, part, name]) => (part === 'headers' && name !== undefined ? [name] : []));
    const message = halves[half];
    if (message === undefined) continue;
    const left = without(
      message,
      own.some(([, part]) => part === 'body'),
      headers,
    );
    if (half === 'request') halves.request = left as Request;
    else halves.response = left as Response;
  }
  const { response, ...rest } = redacted.exchange;
  const exchange: Exchange = {
    ...rest,
    request: halves.request,
    ...(halves.response !== undefined && { response: halves.response }),
  };
  return isHarmless(original, rejudge(match, exchange)) ? exchange : undefined;
}

function without<Message extends Request | Response>(
  message: Message,
  body: boolean,
  headers: readonly string[],
): Message {
  return {
    ...message,
    headers: Object.fromEntries(Object.entries(message.headers).filter(([name]) => !headers.includes(name))),
    ...(headers.length > 0 && { withheld: [...new Set([...(message.withheld ?? []), ...headers])] }),
    ...(body && {
      body: { notRecorded: 'its secrets have no placeholder that the document would take as it took them' },
    }),
  };
}

/** Neither half is broken where it was kept, nor kept where it was broken, unless it is said that nobody can tell. */
function isHarmless(before: Judged, after: Judged): boolean {
  return (['request', 'response'] as const).every(half => {
    const own = after.findings.filter(({ at }) => at.startsWith(`/${half}`));
    const wasBroken = half === 'request' ? before.requestBroken : before.responseBroken;
    return wasBroken
      ? own.some(isViolation) || own.some(({ code }) => code.endsWith('not-checkable'))
      : !own.some(isViolation);
  });
}
