// Findings with one cause are one group: its fingerprint, and the place with everything that differs from run to run left out.
import { createHash } from 'node:crypto';
import type { Operation } from '../contract/contract.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { UUID } from '../exchange/forms.ts';
import { CATALOGUE } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { pointer, splitPointer } from '../finding/pointer.ts';
import { distinctionOf } from './observed.ts';
import type { Gate, Group } from './report.ts';

/** What an exchange was taken for: an operation, or an endpoint that no document names. */
export type Target = Group['operation'] & { readonly api: string };

export function targetOf({ api, id, method, path }: Operation): Target {
  return { api: api.name, id, method, path };
}

export function kindOf({ code }: Finding): Gate {
  return CATALOGUE[code].kind;
}

export function sideOf({ at }: Finding): 'request' | 'response' {
  return at.startsWith('/response') ? 'response' : 'request';
}

const PATTERNS = new Map<string, string>();

/** The place, indexes and names that look like ids as "*": "/response/body/items/0/price" has "*" for its 0. */
export function patternOf(at: string): string {
  let pattern = PATTERNS.get(at);
  if (pattern === undefined) {
    const [half = '', part = '', ...steps] = splitPointer(at);
    pattern =
      part === 'status' || steps.length === 0
        ? at
        : pointer(half, part) + steps.map(step => (isVolatile(step) ? '/*' : pointer(step))).join('');
    if (PATTERNS.size < 10_000) PATTERNS.set(at, pattern);
  }
  return pattern;
}

/** Indexes, numbers, dates, UUIDs, hashes, mail addresses: names that are data. */
export function isVolatile(step: string): boolean {
  return (
    /^\d+$|\d{4,}|[^@]@[^@]/.test(step) ||
    step.length > 64 ||
    UUID.test(step) ||
    (/^[0-9a-f]{12,}$/i.test(step) && /\d/.test(step)) ||
    // Letters and digits without a break: a key or a token.
    (/^[\w~-]{16,}$/.test(step) && /\d/.test(step) && /[a-z]/i.test(step))
  );
}

const FINGERPRINTS = new Map<string, string>();

/**
 * Sixteen hexadecimal digits. Values and lines are not part of it, so it outlives edits elsewhere in the document; the
 * pointer of the clause is, so that two rules about one place stay two.
 */
export function fingerprintOf(target: Target, finding: Finding, pattern: string, exchange: Exchange): string {
  const { code, clause } = finding;
  const { api, method, path } = target;
  const distinction = distinctionOf(exchange, finding);
  const key = JSON.stringify([code, api, method, path, clause?.pointer ?? '', pattern, distinction]);
  let fingerprint = FINGERPRINTS.get(key);
  if (fingerprint === undefined) {
    fingerprint = createHash('sha256').update(key).digest('hex').slice(0, 16);
    if (FINGERPRINTS.size < 10_000) FINGERPRINTS.set(key, fingerprint);
  }
  return fingerprint;
}
