// Every code that can be reported, in one closed table: what it is about, how it weighs by default, what it means.

import type { CatalogueEntry, FindingKind } from './catalogue-entry.ts';
import { DOCUMENT_CODES } from './document-codes.ts';
import { EXCHANGE_CODES } from './exchange-codes.ts';
import { REPLAY_CODES } from './replay-codes.ts';

export const CATALOGUE = { ...EXCHANGE_CODES, ...REPLAY_CODES, ...DOCUMENT_CODES } as const satisfies Record<
  string,
  CatalogueEntry
>;

export type FindingCode = keyof typeof CATALOGUE;

export function catalogueEntry(code: FindingCode): CatalogueEntry {
  return CATALOGUE[code];
}

export function kindOf({ code }: { readonly code: FindingCode }): FindingKind {
  return CATALOGUE[code].kind;
}
