// Finds the operation that a request is an instance of: by API prefix, by bare path, or by Host.
import { decodePercent } from '../exchange/exchange.ts';
import type { ApiSpec, Contract, Operation } from './contract.ts';
import { nearest } from './nearest.ts';
import { type Match, type Place, plant } from './tree.ts';

export type { Match } from './tree.ts';

export type Matched =
  | Match
  /** The path exists, the method does not. `allow`: the methods that do, upper case. */
  | {
      readonly kind: 'method';
      readonly api: ApiSpec;
      readonly path: string;
      readonly allow: readonly string[];
    }
  /** `closest`: operations whose path looks most like this one, nearest first. */
  | { readonly kind: 'path'; readonly closest: readonly Operation[] };

interface Locator {
  /** Upper case. */
  readonly method: string;
  /** As sent. */
  readonly path: string;
  /** The Host header. */
  readonly host: string | undefined;
}

export type Matcher = (request: Locator) => Matched;

/**
 * An API answers at /<name>/<base path>/..., at /<name>/..., and at /<base path>/... for its own Host. Tried in that
 * order; the first place with the right method wins, else the first with the path.
 */
export function createMatcher(contract: Contract): Matcher {
  const places = plant(contract);

  return ({ method, path, host }) => {
    const pieces = path.split('/').slice(1);
    let wrongMethod: Matched | undefined;
    const attempt = (
      tree: Place['full'],
      api: ApiSpec,
      rest: readonly string[],
      onHost: string | undefined,
    ): Match | undefined => {
      const found = tree.find(rest, method, onHost);
      if (found === undefined || found.kind === 'operation') return found;
      wrongMethod ??= { kind: 'method', api, path: found.path, allow: found.allow };
      return undefined;
    };
    const named = places.get(decodePercent(pieces[0] ?? ''));
    const rest = pieces.slice(1);
    let match =
      named &&
      (attempt(named.full, named.api, rest, undefined) ?? attempt(named.bare, named.api, rest, undefined));
    if (match === undefined && host !== undefined) {
      const lower = host.toLowerCase();
      for (const { api, full } of places.values()) {
        match = attempt(full, api, pieces, lower);
        if (match !== undefined) break;
      }
    }
    return match ?? wrongMethod ?? { kind: 'path', closest: nearest(contract, method, path) };
  };
}
