// What there is to know about a code that can be reported.

/** What a mock decides on when it refuses a request; each aspect has its own answer (see contract/refusals.ts). */
export type Aspect = 'security' | 'media-type' | 'accept' | 'malformed-body' | 'body' | 'parameters';

/**
 * violation: the contract is broken. difference: an answer is not the one that was recorded, which only a replay shows.
 * undocumented: legal, but the document does not name it. not-checkable: nothing can be said, and that is said.
 * advice: worth knowing. In the order of reports.
 */
export const KINDS = ['violation', 'difference', 'undocumented', 'not-checkable', 'advice'] as const;
type Kind = (typeof KINDS)[number];

export interface Entry {
  /** traffic: what only whoever reads recordings can come upon. */
  readonly about: 'request' | 'response' | 'document' | 'scenario' | 'traffic';
  readonly kind: Kind;
  readonly aspect?: Aspect;
  readonly means: string;
}
