// What there is to know about a code that can be reported.

/** What a mock decides on when it refuses a request; each aspect has its own answer (see contract/refusals.ts). */
export type Aspect = 'security' | 'media-type' | 'accept' | 'malformed-body' | 'body' | 'parameters';

/**
 * violation: the contract is broken. undocumented: legal, but the document does not name it.
 * not-checkable: nothing can be said, and that is said. advice: worth knowing.
 */
type Kind = 'violation' | 'undocumented' | 'not-checkable' | 'advice';

export interface Entry {
  /** traffic: what only whoever reads recordings can come upon. */
  readonly about: 'request' | 'response' | 'document' | 'scenario' | 'traffic';
  readonly kind: Kind;
  readonly aspect?: Aspect;
  readonly means: string;
}
