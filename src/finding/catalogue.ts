// The catalogue: every code that a finding can have, with its subject, its kind and its meaning.

import type { CatalogueEntry, FindingKind } from './catalogue-entry.ts';
import { DOCUMENT_CODES } from './document-codes.ts';
import { REQUEST_CODES } from './request-codes.ts';
import { RESPONSE_CODES } from './response-codes.ts';
import { TRAFFIC_CODES } from './traffic-codes.ts';

/** All codes, in the order of docs/codes.md. A finding with a code that is not in it does not compile. */
export const CATALOGUE = {
  ...REQUEST_CODES,
  ...RESPONSE_CODES,
  ...TRAFFIC_CODES,
  ...DOCUMENT_CODES,
} as const satisfies Record<string, CatalogueEntry>;

export type FindingCode = keyof typeof CATALOGUE;

/** @returns the entry as CatalogueEntry, so that optional members can be read for any code */
export function catalogueEntry(code: FindingCode): CatalogueEntry {
  return CATALOGUE[code];
}

export function kindOf({ code }: { readonly code: FindingCode }): FindingKind {
  return CATALOGUE[code].kind;
}
