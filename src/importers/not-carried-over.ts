// The error of a construct of another mock server that cannot be carried over.

/** Thrown when a rule cannot be carried over: without the construct it would answer other requests than before. */
export class NotCarriedOver extends Error {
  readonly construct: string;
  readonly remedy: string;
  /** Steps below the place of the rule. */
  readonly at: string;

  constructor(construct: string, reason: string, remedy: string, at = '') {
    super(reason);
    this.construct = construct;
    this.remedy = remedy;
    this.at = at;
  }
}
