// Creates issues and identifies them: the fingerprint, and the pointer with volatile names replaced by "*".

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Exchange } from '../exchange/exchange.ts';
import { jsonPointer, splitPointer } from '../exchange/json-pointer.ts';
import { isVolatileName } from '../exchange/value-formats.ts';
import { kindOf } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import { fingerprintDetail } from './observed.ts';
import type { Issue } from './report.ts';

/** The operation of an exchange, or an endpoint that no document declares. */
export type OperationRef = Issue['operation'] & { readonly api: string };

export function operationRef({ api, id, method, path }: Operation): OperationRef {
  return { api: api.name, id, method, path };
}

export function sideOf({ at }: Finding): 'request' | 'response' {
  return at.startsWith('/response') ? 'response' : 'request';
}

/** Generalized pointers by pointer. */
const generalizedPointers = new LRUCache<string, string>({ max: 2000 });

/** Replaces indexes and names that look like ids by "*": the "0" of "/response/body/items/0/price" becomes "*". */
export function generalizePointer(at: string): string {
  let generalized = generalizedPointers.get(at);
  if (generalized === undefined) {
    const [side = '', part = '', ...steps] = splitPointer(at);
    generalized =
      part === 'status' || steps.length === 0
        ? at
        : jsonPointer(side, part) +
          steps.map(step => (isVolatileName(step) ? '/*' : jsonPointer(step))).join('');
    generalizedPointers.set(at, generalized);
  }
  return generalized;
}

/** Fingerprints by their input, because hashing costs more than building the key. */
const fingerprints = new LRUCache<string, string>({ max: 2000 });

/**
 * Sixteen hexadecimal digits that identify an issue. Values and lines are not part of it, so it survives edits elsewhere in
 * the document. The pointer of the violated rule is part of it, so that two rules for one place are two issues.
 * @param generalized the pointer of the finding, from `generalizePointer`
 */
export function fingerprintOf(
  target: OperationRef,
  finding: Finding,
  generalized: string,
  exchange: Exchange,
): string {
  const { code, location } = finding;
  const { api, method, path } = target;
  const detail = fingerprintDetail(exchange, finding);
  const key = JSON.stringify([code, api, method, path, location?.pointer ?? '', generalized, detail]);
  let fingerprint = fingerprints.get(key);
  if (fingerprint === undefined) {
    fingerprint = createHash('sha256').update(key).digest('hex').slice(0, 16);
    fingerprints.set(key, fingerprint);
  }
  return fingerprint;
}

/**
 * An issue without exchanges; the caller counts them.
 * @param content the parts that depend on the exchange, redacted
 */
export function createIssue(
  fingerprint: string,
  finding: Finding,
  { api, ...operation }: OperationRef,
  content: Pick<Issue, 'at' | 'message' | 'sample' | 'accepted'>,
): Issue {
  return {
    fingerprint,
    code: finding.code,
    kind: kindOf(finding),
    side: sideOf(finding),
    api,
    operation,
    ...content,
    ...(finding.location !== undefined && { location: finding.location }),
    exchanges: 0,
    occurrences: 0,
    outcomes: {},
    observed: [],
    places: [],
  };
}
