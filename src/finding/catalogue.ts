// Every code that can be reported, in one closed table: what it is about, how it weighs by default, what it means.
import { ANSWER_CODES } from './answer-codes.ts';
import { DOCUMENT_CODES } from './document-codes.ts';
import type { Entry } from './entry.ts';
import { EXCHANGE_CODES } from './exchange-codes.ts';

export const CATALOGUE = { ...EXCHANGE_CODES, ...ANSWER_CODES, ...DOCUMENT_CODES } as const satisfies Record<
  string,
  Entry
>;

export type FindingCode = keyof typeof CATALOGUE;

export function describe(code: FindingCode): Entry {
  return CATALOGUE[code];
}
