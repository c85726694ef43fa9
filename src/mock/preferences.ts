// Reads what the client requests of the mock: the Prefer header and its query parameters.
import { type Headers, parsePairs, type Request } from '../exchange/exchange.ts';

/** on: an invalid request is rejected. warn, off: it is answered like a valid one; off does not mention it in the log. */
export const REQUEST_VALIDATIONS = ['on', 'warn', 'off'] as const;
export type RequestValidation = (typeof REQUEST_VALIDATIONS)[number];

export interface Preferences {
  readonly code: number | undefined;
  readonly example: string | undefined;
  readonly dynamic: boolean | undefined;
  readonly seed: string | undefined;
  readonly validate: RequestValidation | undefined;
  /** Where the client says so; undefined: it requests nothing. */
  readonly from: 'header' | 'query' | 'both' | undefined;
}

/** Of a client that requests nothing. */
export const NO_PREFERENCES: Preferences = {
  code: undefined,
  example: undefined,
  dynamic: undefined,
  seed: undefined,
  validate: undefined,
  from: undefined,
};

/** An invalid preference. `message` is the detail of the problem that the client gets. */
export interface InvalidPreference {
  readonly message: string;
}

/**
 * Reads `Prefer: code=404, example=name, dynamic=true, seed=x` and `?__code=404&__example=...`; the query wins.
 * Other preferences ("return=minimal") are ignored (RFC 7240 section 2).
 * "Prefer: relaxed" and "strict" are validate=warn and validate=on.
 * @param asPrism the query counts only without a Prefer header, and a semicolon begins parameters of a preference
 * @returns `request` without the query parameters of the mock: they are not validated
 */
export function readPreferences(
  request: Request,
  asPrism = false,
): {
  preferences: Preferences | InvalidPreference;
  request: Request;
} {
  if (request.headers.prefer === undefined && !request.query.includes('__'))
    return { preferences: NO_PREFERENCES, request };
  const values = new Map<string, string>();
  for (const [name, value] of preferPairs(request.headers, asPrism)) values.set(name, value);
  const isHeaderAlone = asPrism && request.headers.prefer !== undefined;
  const isInHeader = values.size > 0;
  let isInQuery = false;
  let stripped = request;
  if (request.query.includes('__')) {
    const remaining: string[] = [];
    for (const piece of request.query.split('&')) {
      const [pair] = parsePairs(piece);
      const name = pair && /^__(code|example|dynamic|seed|validate)$/.exec(pair.name)?.[1];
      if (pair === undefined || name === undefined) remaining.push(piece);
      else if (!isHeaderAlone) {
        values.set(name, pair.value);
        isInQuery = true;
      }
    }
    stripped = { ...request, query: remaining.join('&') };
  }
  if (values.size === 0) return { preferences: NO_PREFERENCES, request: stripped };
  const from = isInQuery ? (isInHeader ? 'both' : 'query') : 'header';
  return { preferences: parsePreferences(values, from, asPrism), request: stripped };
}

function parsePreferences(
  values: ReadonlyMap<string, string>,
  from: Preferences['from'],
  asPrism: boolean,
): Preferences | InvalidPreference {
  const code = values.get('code');
  // Prism takes other numbers of three digits for statuses that are not declared.
  if (code !== undefined && !(asPrism ? /^\d{3}$/ : /^[2-5]\d\d$/).test(code))
    return { message: 'code must be a status from 200 to 599, such as 404' };
  const dynamic = values.get('dynamic');
  if (dynamic !== undefined && dynamic !== 'true' && dynamic !== 'false')
    return { message: 'dynamic must be true or false' };
  const validate = values.get('validate');
  if (validate !== undefined && !isRequestValidation(validate))
    return { message: 'validate must be on, warn or off' };
  return {
    code: code === undefined ? undefined : Number(code),
    example: values.get('example'),
    dynamic: dynamic === undefined ? undefined : dynamic === 'true',
    seed: values.get('seed'),
    validate,
    from,
  };
}

function isRequestValidation(text: string): text is RequestValidation {
  return REQUEST_VALIDATIONS.some(each => each === text);
}

/**
 * A request without the preferences of the mock in its Prefer header, for an API that declares this header as a parameter:
 * what is said to the mock is not said to the API.
 */
export function withoutPreferences(request: Request): Request {
  const { prefer, ...others } = request.headers;
  const remaining = (prefer ?? [])
    .map(field => joinPieces(field.replace(PREFERENCE, ''), ',', piece => joinPieces(piece, ';')))
    .filter(field => field !== '');
  return {
    ...request,
    headers: remaining.length === 0 ? others : { ...others, prefer: remaining },
  };
}

/** The text without empty pieces. */
function joinPieces(
  text: string,
  separator: string,
  convert: (piece: string) => string = piece => piece.trim(),
): string {
  const pieces = text.split(separator).map(convert);
  return pieces.filter(piece => piece !== '').join(`${separator} `);
}

const PREFERENCE =
  /(?:^|[\s,;])(?:(code|example|dynamic|seed|validate)\s*=\s*(?:"([^"]*)"|([^\s,;]*))|(relaxed|strict)(?=[\s,;]|$))/gi;

/** Pairs separated by commas or semicolons, values optionally quoted (RFC 7240 section 2); blanks separate as well. */
function preferPairs(headers: Headers, asPrism: boolean): [string, string][] {
  return (headers.prefer ?? [])
    .map(field => (asPrism ? withoutParameters(field) : field))
    .flatMap(field =>
      [...field.matchAll(PREFERENCE)].map(([, name = '', quoted, bare, mode]): [string, string] =>
        mode === undefined
          ? [name.toLowerCase(), quoted ?? bare ?? '']
          : ['validate', mode.toLowerCase() === 'relaxed' ? 'warn' : 'on'],
      ),
    );
}

/** Without what follows a semicolon in each preference. */
function withoutParameters(field: string): string {
  return (field.match(/(?:[^,"]|"[^"]*")+/g) ?? [])
    .map(preference => /^(?:[^;"]|"[^"]*")*/.exec(preference)?.[0] ?? '')
    .join(',');
}
