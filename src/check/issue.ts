// Creates issues and identifies them: the fingerprint, and the pointer with volatile names replaced by "*".

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Exchange } from '../exchange/exchange.ts';
import { jsonPointer, splitPointer } from '../exchange/json-pointer.ts';
import { isVolatileName } from '../exchange/value-formats.ts';
import { type FindingCode, kindOf } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import { fingerprintDetail } from './observed.ts';
import type { Issue } from './report.ts';
import type { IssueKind } from './report-terms.ts';

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

/** What identifies the issue of a finding. */
export interface IssueIdentity {
  readonly kind: IssueKind;
  /** Sixteen hexadecimal digits. */
  readonly fingerprint: string;
  /** The fingerprint of earlier versions, which baselines may list: one for each operation and status, also if the request was rejected. */
  readonly former: string;
}

/** Identities by what they follow from, because hashing costs more than building the key. */
const identities = new LRUCache<string, IssueIdentity>({ max: 4000 });

/**
 * Values and lines are not part of a fingerprint, so it survives edits elsewhere in the document. The pointer of the violated
 * rule is part of it, so that two rules for one place are two issues. A rule that operations share is one issue for all.
 * @param generalized the pointer of the finding, from `generalizePointer`
 * @param isRejected whether the request of the exchange was invalid and correctly rejected
 */
export function identify(
  target: OperationRef,
  finding: Finding,
  generalized: string,
  exchange: Exchange,
  isRejected: boolean,
): IssueIdentity {
  const { code, location } = finding;
  const { api, method, path } = target;
  const codeKind = kindOf(finding);
  const kind = isRejected && codeKind === 'violation' ? 'rejected' : codeKind;
  const detail = fingerprintDetail(exchange, finding);
  const formerKey = [code, api, method, path, location?.pointer ?? '', generalized, detail];
  const key = JSON.stringify([formerKey, kind, location?.file]);
  let identity = identities.get(key);
  if (identity === undefined) {
    const shared = sharedRule(finding, generalized, exchange.response?.status);
    const ownKey = shared === undefined ? formerKey : [code, api, ...shared];
    identity = {
      kind,
      fingerprint: fingerprintOf(kind === 'rejected' ? [...ownKey, kind] : ownKey),
      former: fingerprintOf(formerKey),
    };
    identities.set(key, identity);
  }
  return identity;
}

function fingerprintOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** Codes about a schema, a parameter or a header, which operations can share. */
const SHARED_CODES: ReadonlySet<FindingCode> = new Set([
  'parameter-missing',
  'parameter-malformed',
  'parameter-schema',
  'request-body-schema',
  'request-property-read-only',
  'request-property-undocumented',
  'response-body-schema',
  'response-header-missing',
  'response-header-malformed',
  'response-header-schema',
  'response-property-write-only',
  'response-property-undocumented',
]);

/** In the path item of an operation: no other operation has it. */
const IN_OPERATION = /^\/(?:paths|webhooks)\/[^/]*\/(?!parameters\/)/;

/** The rule and the name of the value, for a rule that operations can share: in `components`, in another file, at a path. */
function sharedRule(finding: Finding, generalized: string, status = 0): readonly string[] | undefined {
  const { code, location } = finding;
  if (location === undefined || !SHARED_CODES.has(code) || IN_OPERATION.test(location.pointer))
    return undefined;
  const file = location.file.split(/[\\/]/).at(-1) ?? '';
  const [, part = '', ...steps] = splitPointer(generalized);
  const name = steps.at(-1) ?? '*';
  // An item of a list and a whole body are the same value in two responses.
  const value = part === 'body' && name === '*' ? '' : name;
  // A success and an error that share a schema are two issues.
  const statusClass = sideOf(finding) === 'response' ? `${Math.floor(status / 100)}XX` : '';
  return [file, location.pointer, value, statusClass];
}

/**
 * An issue without exchanges; the caller counts them.
 * @param content the parts that depend on the exchange, redacted
 */
export function createIssue(
  { kind, fingerprint }: IssueIdentity,
  finding: Finding,
  { api, ...operation }: OperationRef,
  content: Pick<Issue, 'at' | 'message' | 'sample' | 'accepted'>,
): Issue {
  return {
    fingerprint,
    code: finding.code,
    kind,
    side: sideOf(finding),
    api,
    operation,
    operations: [],
    ...content,
    ...(finding.location !== undefined && { location: finding.location }),
    exchanges: 0,
    occurrences: 0,
    outcomes: {},
    observed: [],
    places: [],
  };
}
