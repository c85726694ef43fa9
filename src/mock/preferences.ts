// What the client asks the mock for: the Prefer header, and its twins in the query for clients that cannot set headers.
import { type Headers, parsePairs, type Request } from '../exchange/exchange.ts';

export interface Preferences {
  readonly code: number | undefined;
  readonly example: string | undefined;
  readonly dynamic: boolean | undefined;
  readonly seed: string | undefined;
}

const NONE: Preferences = { code: undefined, example: undefined, dynamic: undefined, seed: undefined };

/** A preference that cannot be understood, in words for the client. */
export interface BadPreference {
  readonly complaint: string;
}

/**
 * Reads `Prefer: code=404, example=name, dynamic=true, seed=x` and `?__code=404&__example=...`; the query wins.
 * Preferences of other software ("return=minimal") are let pass, as RFC 7240 wants.
 * @returns what was asked, and the request as the API would have seen it: without the twins
 */
export function readPreferences(request: Request): { wish: Preferences | BadPreference; request: Request } {
  if (request.headers.prefer === undefined && !request.query.includes('__')) return { wish: NONE, request };
  const asked = new Map<string, string>();
  for (const [name, value] of preferPairs(request.headers)) asked.set(name, value);
  let stripped = request;
  if (request.query.includes('__')) {
    const kept: string[] = [];
    for (const piece of request.query.split('&')) {
      const [pair] = parsePairs(piece);
      const name = pair && /^__(code|example|dynamic|seed)$/.exec(pair.name)?.[1];
      if (pair === undefined || name === undefined) kept.push(piece);
      else asked.set(name, pair.value);
    }
    stripped = { ...request, query: kept.join('&') };
  }
  return { wish: asked.size === 0 ? NONE : understand(asked), request: stripped };
}

function understand(asked: ReadonlyMap<string, string>): Preferences | BadPreference {
  const code = asked.get('code');
  if (code !== undefined && !/^[2-5]\d\d$/.test(code))
    return { complaint: 'code must be a final status such as 404' };
  const dynamic = asked.get('dynamic');
  if (dynamic !== undefined && dynamic !== 'true' && dynamic !== 'false')
    return { complaint: 'dynamic must be true or false' };
  return {
    code: code === undefined ? undefined : Number(code),
    example: asked.get('example'),
    dynamic: dynamic === undefined ? undefined : dynamic === 'true',
    seed: asked.get('seed'),
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
