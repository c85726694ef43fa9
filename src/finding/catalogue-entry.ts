// The type of an entry in the catalogue of finding codes.

/** What a mock decides on when it refuses a request; each aspect has its own answer (see contract/refusals.ts). */
export type RefusalReason = 'security' | 'media-type' | 'accept' | 'malformed-body' | 'body' | 'parameters';

/**
 * violation: the contract is broken. difference: an answer is not the one that was recorded, which only a replay shows.
 * undocumented: legal, but the document does not name it. not-checkable: nothing can be said, and that is said.
 * advice: worth knowing. In the order of reports.
 */
export const FINDING_KINDS = ['violation', 'difference', 'undocumented', 'not-checkable', 'advice'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface CatalogueEntry {
  /** traffic: what only whoever reads recordings can come upon. */
  readonly about: 'request' | 'response' | 'document' | 'scenario' | 'traffic';
  readonly kind: FindingKind;
  readonly refusalReason?: RefusalReason;
  readonly meaning: string;
}
