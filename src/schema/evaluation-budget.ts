// Bounds how many schemas are evaluated for one value: references can lead to the same schema in exponentially many ways.

/** Enough for every value of a moderate size. */
const BASE = 250_000;
/** So many evaluations for each value inside a larger value. */
const PER_VALUE = 30;
/** Large values get this much, and few evaluations for each value. */
const MOST = 2_000_000;
const LEAST_PER_VALUE = 4;

interface Result {
  /** JSON Pointer to the value. */
  readonly at: string;
  readonly errors: readonly unknown[];
}

/** More evaluations than a value of this size may take. */
export class TooManyEvaluations extends Error {}

/** What is left for the value that is validated now. Generated code counts `left` down and calls `extend` below zero. */
export class EvaluationBudget {
  left = 0;
  #value: unknown;
  #isOpen = false;
  #isExtended = false;
  /** Results of validators by value, for schemas that may be evaluated more than once for a value. */
  #results = new Map<object, Map<object, Result>>();

  /** Calls an action that validates a value or parts of it. An action inside another shares its budget. */
  open<Result>(value: unknown, action: () => Result): Result {
    if (this.#isOpen) return action();
    this.#isOpen = true;
    this.#isExtended = false;
    this.#value = value;
    this.left = BASE;
    try {
      return action();
    } finally {
      this.#isOpen = false;
      this.#value = undefined;
      this.forget();
    }
  }

  /** @throws TooManyEvaluations */
  extend(): void {
    if (!this.#isOpen) return;
    if (!this.#isExtended) {
      this.#isExtended = true;
      const values = countValues(this.#value);
      this.left += Math.min(values * PER_VALUE, MOST + values * LEAST_PER_VALUE);
    }
    if (this.left < 0) throw new TooManyEvaluations();
  }

  /** @throws TooManyEvaluations */
  spend(evaluations: number): void {
    this.left -= evaluations;
    if (this.left < 0) this.extend();
  }

  /** The errors that a validator finds in a value at a place: it is called once for each object and array. */
  resultOf<Found>(
    validator: object,
    value: unknown,
    at: string,
    find: () => readonly Found[],
  ): readonly Found[] {
    if (typeof value !== 'object' || value === null) return find();
    let results = this.#results.get(validator);
    if (results === undefined) {
      results = new Map();
      this.#results.set(validator, results);
    }
    const earlier = results.get(value);
    if (earlier?.at === at) return earlier.errors as readonly Found[];
    const errors = find();
    results.set(value, { at, errors });
    return errors;
  }

  /** Forgets results: an assumption has changed on which they may depend. */
  forget(): void {
    if (this.#results.size > 0) this.#results = new Map();
  }
}

/** The values inside a value, and itself. */
export function countValues(value: unknown): number {
  let count = 0;
  const pending = [value];
  const seen = new Set<unknown>();
  while (pending.length > 0) {
    const each = pending.pop();
    count++;
    if (typeof each !== 'object' || each === null || seen.has(each)) continue;
    seen.add(each);
    for (const inner of Object.values(each)) pending.push(inner);
  }
  return count;
}
