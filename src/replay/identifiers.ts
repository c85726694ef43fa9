// Which values name a thing that a server made, and under which name: what an answer gives and a later request takes up.
import { isVolatile } from '../check/group.ts';
import type { Subject } from '../check/subject.ts';
import { decodeBody } from '../exchange/body.ts';
import { decodePercent, header, parsePairs, type Request, type Response } from '../exchange/exchange.ts';
import { pointer } from '../finding/pointer.ts';
import { type Scalar, scalarsOf, valuesOf } from './body-values.ts';

/** A value in a request that may be an identifier. */
export interface Mention {
  /** "/path/2", "/query/3" or "/body/order/id": which piece it is. */
  readonly place: string;
  readonly value: Scalar;
  /** What it is known by: see `keyOf`. */
  readonly key: string;
}

const NAMED = /(?:id|uuid|guid|key|number|no|ref|reference|slug|cursor)$/;
const BARE = /^_?(?:id|uuid|guid|key|number|no|ref|reference|slug)$/i;

/**
 * Two values with one key are one thing. A value that is hardly there twice by chance (a UUID, a hash, eight and more
 * letters and digits, a number of five and more digits) is known by itself; any other, such as a 7, only together with a
 * name that speaks of an identifier, and with what it is the identifier of: "orderid 7". Everything else is no identifier.
 * @param owner the thing that a bare "id" belongs to: "order"
 */
export function keyOf(value: Scalar, name: string, owner: string): string | undefined {
  const text = String(value);
  if (text === '' || text.length > 500) return undefined;
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const full = BARE.test(name) ? `${owner}${plain}` : plain;
  if (typeof value === 'number' && (!Number.isSafeInteger(value) || !NAMED.test(plain))) return undefined;
  if (isUnmistakable(text)) return `= ${text}`;
  return NAMED.test(plain) ? `${full} ${text}` : undefined;
}

function isUnmistakable(text: string): boolean {
  if (/^\d{4}-\d\d-\d\d/.test(text)) return false;
  return /^\d{5,}$/.test(text) || (/^[\w~-]{8,}$/.test(text) && /\d/.test(text) && /[a-z]/i.test(text));
}

/** The identifiers that a request mentions, in its path, query and body. */
export function mentionsIn(request: Request, subject: Subject): Mention[] {
  const owner = ownerOf(subject);
  const found: Mention[] = [];
  const add = (place: string, value: Scalar, name: string, whose: string): void => {
    const key = keyOf(value, name, whose);
    if (key !== undefined) found.push({ place, value, key });
  };
  const pieces = request.path.split('/').slice(1);
  const variables = variablesOf(subject, pieces.length);
  for (const [index, piece] of pieces.entries()) {
    const variable = variables.get(index);
    // Of what no document names, only what is data in any path.
    if (variable === undefined && (subject.kind === 'operation' || !isVolatile(decodePercent(piece))))
      continue;
    add(`/path/${index}`, decodePercent(piece), variable ?? 'id', singular(pieces[index - 1] ?? ''));
  }
  for (const [index, { name, value }] of parsePairs(request.query).entries())
    add(`/query/${index}`, value, name, owner);
  for (const held of valuesOf(request))
    add(`/body${pointer(...held.steps)}`, held.value, ...nameOf(held.steps, owner));
  return found;
}

/** The identifiers in the body and the Location of an answer, by key. `place`: where another answer has its own. */
export function identifiersIn(response: Response, subject: Subject): Mention[] {
  const owner = ownerOf(subject);
  const found: Mention[] = [];
  const decoded = decodeBody(response);
  for (const held of decoded.kind === 'json' ? scalarsOf(decoded.value) : []) {
    const key = keyOf(held.value, ...nameOf(held.steps, owner));
    if (key !== undefined) found.push({ place: `/body${pointer(...held.steps)}`, value: held.value, key });
  }
  const steps = locationSteps(response);
  for (const [index, value] of steps.entries()) {
    const key = keyOf(value, 'id', singular(steps[index + 1] ?? ''));
    if (key !== undefined) found.push({ place: `/location/${index}`, value, key });
  }
  return found;
}

export function locationSteps({ headers }: Response): string[] {
  const location = header(headers, 'location');
  return location === undefined ? [] : stepsBackwards(location);
}

/** Of the path of a URL, percent-decoded, the last step first: another server may have another base path. */
function stepsBackwards(location: string): string[] {
  const url = URL.parse(location, 'http://some-host.invalid');
  return url === null ? [] : url.pathname.split('/').slice(1).map(decodePercent).reverse();
}

/** Which pieces of a path stand for variables of the template, and their names. */
function variablesOf(subject: Subject, length: number): Map<number, string> {
  if (subject.kind !== 'operation') return new Map();
  const { segments } = subject.operation;
  return new Map(
    segments.flatMap((segment, index) =>
      segment.kind === 'variable' ? [[length - segments.length + index, segment.name] as const] : [],
    ),
  );
}

/** Indexes, and names that wrap whatever was asked for. */
const NO_OWNER = /^(?:\d+|data|results?|items?|payload|response|content|values?|records?|rows|_embedded)$/i;

/** The name of a value in a body, and what a bare "id" there is the identifier of. */
export function nameOf(steps: readonly string[], owner: string): [name: string, owner: string] {
  const named = steps.filter((step, index) => index === steps.length - 1 || !NO_OWNER.test(step));
  const holder = named.at(-2);
  return [named.at(-1) ?? 'id', holder === undefined ? owner : singular(holder)];
}

/** "order" for POST /orders and for GET /orders/{id}. */
export function ownerOf(subject: Subject): string {
  const path = subject.kind === 'operation' ? subject.operation.path : subject.path;
  const words = path.split('/').filter(step => step !== '' && !step.includes('{') && !isVolatile(step));
  return singular(words.at(-1) ?? '');
}

function singular(word: string): string {
  const plain = word.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (plain.endsWith('ies')) return `${plain.slice(0, -3)}y`;
  return plain.endsWith('s') && !plain.endsWith('ss') ? plain.slice(0, -1) : plain;
}
