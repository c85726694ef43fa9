// Reads what the client requests of the mock: the Prefer header and its query parameters.
import { type Headers, parsePairs, type Request } from '../exchange/exchange.ts';

export interface Preferences {
  readonly code: number | undefined;
  readonly example: string | undefined;
  readonly dynamic: boolean | undefined;
  readonly seed: string | undefined;
}

const NO_PREFERENCES: Preferences = {
  code: undefined,
  example: undefined,
  dynamic: undefined,
  seed: undefined,
};

/** A preference that cannot be understood, in words for the client. */
export interface InvalidPreference {
  readonly message: string;
}

/**
 * Reads `Prefer: code=404, example=name, dynamic=true, seed=x` and `?__code=404&__example=...`; the query wins.
 * Preferences of other software ("return=minimal") are let pass, as RFC 7240 wants.
 * @returns what was asked, and the request as the API would have seen it: without the twins
 */
export function readPreferences(request: Request): {
  wish: Preferences | InvalidPreference;
  request: Request;
} {
  if (request.headers.prefer === undefined && !request.query.includes('__'))
    return { wish: NO_PREFERENCES, request };
  const preferences = new Map<string, string>();
  for (const [name, value] of preferPairs(request.headers)) preferences.set(name, value);
  let stripped = request;
  if (request.query.includes('__')) {
    const remaining: string[] = [];
    for (const piece of request.query.split('&')) {
      const [pair] = parsePairs(piece);
      const name = pair && /^__(code|example|dynamic|seed)$/.exec(pair.name)?.[1];
      if (pair === undefined || name === undefined) remaining.push(piece);
      else preferences.set(name, pair.value);
    }
    stripped = { ...request, query: remaining.join('&') };
  }
  return { wish: preferences.size === 0 ? NO_PREFERENCES : parsePreferences(preferences), request: stripped };
}

function parsePreferences(preferences: ReadonlyMap<string, string>): Preferences | InvalidPreference {
  const code = preferences.get('code');
  if (code !== undefined && !/^[2-5]\d\d$/.test(code))
    return { message: 'code must be a status from 200 to 599, such as 404' };
  const dynamic = preferences.get('dynamic');
  if (dynamic !== undefined && dynamic !== 'true' && dynamic !== 'false')
    return { message: 'dynamic must be true or false' };
  return {
    code: code === undefined ? undefined : Number(code),
    example: preferences.get('example'),
    dynamic: dynamic === undefined ? undefined : dynamic === 'true',
    seed: preferences.get('seed'),
  };
}

/** RFC 7240: pairs separated by commas or semicolons, values perhaps in quotes; Prism's blanks are understood too. */
function preferPairs(headers: Headers): [string, string][] {
  return (headers.prefer ?? []).flatMap(field =>
    [...field.matchAll(/(?:^|[\s,;])(code|example|dynamic|seed)\s*=\s*(?:"([^"]*)"|([^\s,;]*))/gi)].map(
      ([, name = '', quoted, bare]): [string, string] => [name.toLowerCase(), quoted ?? bare ?? ''],
    ),
  );
}
