// Identity of an issue: its fingerprint, and the pointer with volatile names replaced by "*".

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Exchange } from '../exchange/exchange.ts';
import { jsonPointer, splitPointer } from '../exchange/json-pointer.ts';
import { isVolatileName } from '../exchange/value-formats.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import { fingerprintDetail } from './observed.ts';
import type { Issue } from './report.ts';

/** What an exchange was taken for: an operation, or an endpoint that no document names. */
export type OperationRef = Issue['operation'] & { readonly api: string };

export function operationRef({ api, id, method, path }: Operation): OperationRef {
  return { api: api.name, id, method, path };
}

export function sideOf({ at }: Finding): 'request' | 'response' {
  return at.startsWith('/response') ? 'response' : 'request';
}

/** Patterns, by the place of a finding. */
const generalizedPointers = new LRUCache<string, string>({ max: 2000 });

/** The place, indexes and names that look like ids as "*": "/response/body/items/0/price" has "*" for its 0. */
export function generalizePointer(at: string): string {
  let pattern = generalizedPointers.get(at);
  if (pattern === undefined) {
    const [side = '', part = '', ...steps] = splitPointer(at);
    pattern =
      part === 'status' || steps.length === 0
        ? at
        : jsonPointer(side, part) +
          steps.map(step => (isVolatileName(step) ? '/*' : jsonPointer(step))).join('');
    generalizedPointers.set(at, pattern);
  }
  return pattern;
}

/** Fingerprints, by all that they are made of: a hash costs more than the key. */
const fingerprints = new LRUCache<string, string>({ max: 2000 });

/**
 * Sixteen hexadecimal digits. Values and lines are not part of it, so it outlives edits elsewhere in the document; the
 * pointer of the clause is, so that two rules about one place stay two.
 */
export function fingerprintOf(
  target: OperationRef,
  finding: Finding,
  pattern: string,
  exchange: Exchange,
): string {
  const { code, location } = finding;
  const { api, method, path } = target;
  const distinction = fingerprintDetail(exchange, finding);
  const key = JSON.stringify([code, api, method, path, location?.pointer ?? '', pattern, distinction]);
  let fingerprint = fingerprints.get(key);
  if (fingerprint === undefined) {
    fingerprint = createHash('sha256').update(key).digest('hex').slice(0, 16);
    fingerprints.set(key, fingerprint);
  }
  return fingerprint;
}
