// Rate limits: how many requests a client may send in which time, as `x-deadringer.rate-limit` declares it.

import type { DocumentNode } from '../document/documents.ts';
import { parseDuration } from '../finding/duration.ts';

export interface Rate {
  /** "1000/1d": so many requests in such a time. */
  readonly text: string;
  readonly requests: number;
  /** Milliseconds. */
  readonly window: number;
}

const MAX_WINDOW = 366 * 86_400_000;

/** @returns undefined: the text is no rate */
export function parseRate(text: string): Rate | undefined {
  const [, requests, duration = ''] = /^([1-9]\d{0,8})\/(.+)$/.exec(text) ?? [];
  const window = parseDuration(duration) ?? 0;
  if (requests === undefined || window < 1 || window > MAX_WINDOW) return undefined;
  return { text, requests: Number(requests), window };
}

export const RATE_MESSAGE =
  'must be a number of requests in a time of at most 366 days, such as 5/1m or 1000/1d';

/** The numbers of a rate limit that a header of a name of its own can have. */
export const RATE_HEADER_ROLES = ['limit', 'remaining', 'used', 'reset'] as const;

export type RateHeaders = { readonly [role in (typeof RATE_HEADER_ROLES)[number]]?: string | undefined };

/** What the extension declares at one level. False: no limit. */
export type DeclaredRateLimit =
  | false
  | {
      readonly rate?: Rate | undefined;
      readonly enabled?: boolean | undefined;
      readonly headers?: RateHeaders | undefined;
    };

export interface RateLimit {
  /** Undefined: none is declared. */
  readonly rate: Rate | undefined;
  /** False: the limit holds only where a switch says `rate: on`. */
  readonly enabled: boolean;
  /** Which of the declared response headers have the numbers, where their names do not say so. */
  readonly headers: RateHeaders;
  /** Where the rate is declared: the operations of that document, path item or operation share the limit. */
  readonly scope: Pick<DocumentNode, 'uri' | 'pointer'> | undefined;
}

export const NO_RATE_LIMIT: RateLimit = { rate: undefined, enabled: true, headers: {}, scope: undefined };

/** The rate limit of an outer level, overridden key by key by that of an inner one. @param level the inner one */
export function overrideRateLimit(
  outer: RateLimit,
  inner: DeclaredRateLimit | undefined,
  { uri, pointer }: DocumentNode,
): RateLimit {
  if (inner === undefined) return outer;
  if (inner === false) return { ...outer, rate: undefined, scope: undefined };
  return {
    rate: inner.rate ?? outer.rate,
    enabled: inner.enabled ?? outer.enabled,
    headers: { ...outer.headers, ...inner.headers },
    scope: inner.rate === undefined ? outer.scope : { uri, pointer: `${pointer}/x-deadringer/rate-limit` },
  };
}
