// Finds identifiers in requests and responses and gives each a key, to link a response to later requests.

import { decodeBody } from '../exchange/body.ts';
import { decodePercent, header, parsePairs, type Request, type Response } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isVolatileName } from '../exchange/value-formats.ts';
import type { MatchTarget } from '../routing/match-target.ts';
import { bodyValues, type Scalar, scalarsIn } from './body-values.ts';

/** A value in a request that may be an identifier. */
export interface VariableUse {
  /** "/path/2", "/query/3" or "/body/order/id": which piece it is. */
  readonly position: string;
  readonly value: Scalar;
  /** What it is known by: see `keyOf`. */
  readonly key: string;
}

const IDENTIFIER_SUFFIX = /(?:id|uuid|guid|key|number|no|ref|reference|slug|cursor)$/;
const BARE_IDENTIFIER = /^_?(?:id|uuid|guid|key|number|no|ref|reference|slug)$/i;

/**
 * Two values with one key are one thing. A value that is hardly there twice by chance (a UUID, a hash, eight and more
 * letters and digits, a number of five and more digits) is known by itself; any other, such as a 7, only together with a
 * name that speaks of an identifier, and with what it is the identifier of: "orderid 7". Everything else is no identifier.
 * @param owner the thing that a bare "id" belongs to: "order"
 */
export function identifierKey(value: Scalar, name: string, owner: string): string | undefined {
  const text = String(value);
  if (text === '' || text.length > 500) return undefined;
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const full = BARE_IDENTIFIER.test(name) ? `${owner}${plain}` : plain;
  if (typeof value === 'number' && (!Number.isSafeInteger(value) || !IDENTIFIER_SUFFIX.test(plain)))
    return undefined;
  if (isUnique(text)) return `= ${text}`;
  return IDENTIFIER_SUFFIX.test(plain) ? `${full} ${text}` : undefined;
}

function isUnique(text: string): boolean {
  if (/^\d{4}-\d\d-\d\d/.test(text)) return false;
  return /^\d{5,}$/.test(text) || (/^[\w~-]{8,}$/.test(text) && /\d/.test(text) && /[a-z]/i.test(text));
}

/** The identifiers that a request mentions, in its path, query and body. */
export function variableUsesIn(request: Request, matchTarget: MatchTarget): VariableUse[] {
  const owner = resourceName(matchTarget);
  const uses: VariableUse[] = [];
  const add = (place: string, value: Scalar, name: string, valueOwner: string): void => {
    const key = identifierKey(value, name, valueOwner);
    if (key !== undefined) uses.push({ position: place, value, key });
  };
  const pieces = request.path.split('/').slice(1);
  const variables = templateVariables(matchTarget, pieces.length);
  for (const [index, piece] of pieces.entries()) {
    const variable = variables.get(index);
    // Of what no document names, only what is data in any path.
    if (variable === undefined && (matchTarget.kind === 'operation' || !isVolatileName(decodePercent(piece))))
      continue;
    add(`/path/${index}`, decodePercent(piece), variable ?? 'id', singular(pieces[index - 1] ?? ''));
  }
  for (const [index, { name, value }] of parsePairs(request.query).entries())
    add(`/query/${index}`, value, name, owner);
  for (const scalar of bodyValues(request))
    add(`/body${jsonPointer(...scalar.steps)}`, scalar.value, ...identifierName(scalar.steps, owner));
  return uses;
}

/** The identifiers in the body and the Location of an answer, by key. `place`: where another answer has its own. */
export function identifiersIn(response: Response, matchTarget: MatchTarget): VariableUse[] {
  const owner = resourceName(matchTarget);
  const uses: VariableUse[] = [];
  const decoded = decodeBody(response);
  for (const scalar of decoded.kind === 'json' ? scalarsIn(decoded.value) : []) {
    const key = identifierKey(scalar.value, ...identifierName(scalar.steps, owner));
    if (key !== undefined)
      uses.push({ position: `/body${jsonPointer(...scalar.steps)}`, value: scalar.value, key });
  }
  const steps = locationSegments(response);
  for (const [index, value] of steps.entries()) {
    const key = identifierKey(value, 'id', singular(steps[index + 1] ?? ''));
    if (key !== undefined) uses.push({ position: `/location/${index}`, value, key });
  }
  return uses;
}

export function locationSegments({ headers }: Response): string[] {
  const location = header(headers, 'location');
  return location === undefined ? [] : reversedSegments(location);
}

/** Of the path of a URL, percent-decoded, the last step first: another server may have another base path. */
function reversedSegments(location: string): string[] {
  const url = URL.parse(location, 'http://some-host.invalid');
  return url === null ? [] : url.pathname.split('/').slice(1).map(decodePercent).reverse();
}

/** Which pieces of a path stand for variables of the template, and their names. */
function templateVariables(matchTarget: MatchTarget, length: number): Map<number, string> {
  if (matchTarget.kind !== 'operation') return new Map();
  const { segments } = matchTarget.operation;
  return new Map(
    segments.flatMap((segment, index) =>
      segment.kind === 'variable' ? [[length - segments.length + index, segment.name] as const] : [],
    ),
  );
}

/** Indexes, and names that wrap whatever was asked for. */
const WRAPPER_NAME =
  /^(?:\d+|data|results?|items?|payload|response|content|values?|records?|rows|_embedded)$/i;

/** The name of a value in a body, and what a bare "id" there is the identifier of. */
export function identifierName(steps: readonly string[], owner: string): [name: string, owner: string] {
  const named = steps.filter((step, index) => index === steps.length - 1 || !WRAPPER_NAME.test(step));
  const holder = named.at(-2);
  return [named.at(-1) ?? 'id', holder === undefined ? owner : singular(holder)];
}

/** "order" for POST /orders and for GET /orders/{id}. */
export function resourceName(matchTarget: MatchTarget): string {
  const path = matchTarget.kind === 'operation' ? matchTarget.operation.path : matchTarget.path;
  const words = path.split('/').filter(step => step !== '' && !step.includes('{') && !isVolatileName(step));
  return singular(words.at(-1) ?? '');
}

function singular(word: string): string {
  const plain = word.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (plain.endsWith('ies')) return `${plain.slice(0, -3)}y`;
  return plain.endsWith('s') && !plain.endsWith('ss') ? plain.slice(0, -1) : plain;
}
