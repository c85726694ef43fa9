// Finds identifiers in requests and responses and gives each a key, to link a response to later requests.

import { decodeBody } from '../exchange/body.ts';
import { decodePercent, header, parsePairs, type Request, type Response } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { singular } from '../exchange/names.ts';
import { isVolatileName } from '../exchange/value-formats.ts';
import type { MatchTarget } from '../routing/match-target.ts';
import { bodyValues, type Scalar, scalarsIn } from './body-values.ts';

/** A value in a request that may be an identifier. */
export interface VariableUse {
  /** "/path/2", "/query/3" or "/body/order/id". */
  readonly position: string;
  readonly value: Scalar;
  /** See `identifierKey`. */
  readonly key: string;
}

const IDENTIFIER_SUFFIX = /(?:id|uuid|guid|key|number|no|ref|reference|slug|cursor)$/;
const BARE_IDENTIFIER = /^_?(?:id|uuid|guid|key|number|no|ref|reference|slug)$/i;

/**
 * Two values with the same key identify the same resource. A value that is unique by itself (a UUID, a hash, at least eight
 * letters and digits, a number of at least five digits) is its own key. Any other value, such as 7, needs a name that means
 * an identifier; the key then contains the resource: "orderid 7".
 * @param owner the resource of a bare "id": "order"
 * @returns undefined: the value is not an identifier
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

/** The identifiers in the path, query and body of a request. */
export function variableUsesIn(request: Request, matchTarget: MatchTarget): VariableUse[] {
  const owner = resourceName(matchTarget);
  const uses: VariableUse[] = [];
  const add = (position: string, value: Scalar, name: string, valueOwner: string): void => {
    const key = identifierKey(value, name, valueOwner);
    if (key !== undefined) uses.push({ position, value, key });
  };
  const pieces = request.path.split('/').slice(1);
  const variables = templateVariables(matchTarget, pieces.length);
  for (const [index, piece] of pieces.entries()) {
    const variable = variables.get(index);
    // In an undocumented path, only volatile segments are identifiers.
    if (variable === undefined && (matchTarget.kind === 'operation' || !isVolatileName(decodePercent(piece))))
      continue;
    add(`/path/${index}`, decodePercent(piece), variable ?? 'id', singularPlain(pieces[index - 1] ?? ''));
  }
  for (const [index, { name, value }] of parsePairs(request.query).entries())
    add(`/query/${index}`, value, name, owner);
  for (const scalar of bodyValues(request))
    add(`/body${jsonPointer(...scalar.steps)}`, scalar.value, ...identifierName(scalar.steps, owner));
  return uses;
}

/** The identifiers in the body and the Location header of a response. */
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
    const key = identifierKey(value, 'id', singularPlain(steps[index + 1] ?? ''));
    if (key !== undefined) uses.push({ position: `/location/${index}`, value, key });
  }
  return uses;
}

export function locationSegments({ headers }: Response): string[] {
  const location = header(headers, 'location');
  return location === undefined ? [] : reversedSegments(location);
}

/** Percent-decoded path segments, the last first: another server may have another base path. */
function reversedSegments(location: string): string[] {
  const url = URL.parse(location, 'http://some-host.invalid');
  return url === null ? [] : url.pathname.split('/').slice(1).map(decodePercent).reverse();
}

/** Names of the template variables by segment index. The template matches the end of the path. */
export function templateVariables(matchTarget: MatchTarget, length: number): Map<number, string> {
  if (matchTarget.kind !== 'operation') return new Map();
  const { segments } = matchTarget.operation;
  return new Map(
    segments.flatMap((segment, index) =>
      segment.kind === 'variable' ? [[length - segments.length + index, segment.name] as const] : [],
    ),
  );
}

/** Indexes, and names of members that wrap a resource. */
const WRAPPER_NAME =
  /^(?:\d+|data|results?|items?|payload|response|content|values?|records?|rows|_embedded)$/i;

/** The name of a body value, and the resource that a bare "id" there identifies. */
export function identifierName(steps: readonly string[], owner: string): [name: string, owner: string] {
  const named = steps.filter((step, index) => index === steps.length - 1 || !WRAPPER_NAME.test(step));
  const parent = named.at(-2);
  return [named.at(-1) ?? 'id', parent === undefined ? owner : singularPlain(parent)];
}

/** The resource of a path: "order" for POST /orders and for GET /orders/{id}. */
export function resourceName(matchTarget: MatchTarget): string {
  const path = matchTarget.kind === 'operation' ? matchTarget.operation.path : matchTarget.path;
  const words = path.split('/').filter(step => step !== '' && !step.includes('{') && !isVolatileName(step));
  return singularPlain(words.at(-1) ?? '');
}

/** "order" for "Orders", "ordertype" for "order-types". */
function singularPlain(word: string): string {
  return singular(word.toLowerCase().replace(/[^a-z0-9]/g, ''));
}
