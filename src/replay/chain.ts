// What earlier answers gave: identifiers, cookies and tokens that a later request takes up in place of the recorded ones.
import type { Place } from '../recording/recorded.ts';
import type { Scalar } from './body-values.ts';

/** A value that a recorded answer holds. */
export interface Gift {
  /** What it is known by. */
  readonly key: string;
  /** As it was recorded. */
  readonly value: Scalar;
  /** Where another answer has its own: see `offersOf`. */
  readonly place: string;
  /** Whether a later gift of the same key takes its place: so it is with cookies and tokens, and not with identifiers. */
  readonly renews: boolean;
}

/** An exchange that others may depend on. `settle` is called once, when it is known what became of it. */
export class Giver {
  readonly place: Place;
  /** The origin that is asked this time. */
  readonly home: string;
  /** Whether what it gives was made by it: a read gives what is there without it. */
  readonly makes: boolean;
  readonly settled: Promise<void>;
  #resolve: () => void = () => {};
  #gifts: Gift[] = [];
  readonly #values = new Map<string, Scalar | undefined>();
  #state: 'pending' | 'planned' | 'answered' | 'failed' = 'pending';

  constructor(place: Place, home: string, makes: boolean) {
    this.place = place;
    this.home = home;
    this.makes = makes;
    this.settled = new Promise(resolve => {
      this.#resolve = resolve;
    });
  }

  promise(gift: Gift): void {
    this.#gifts.push(gift);
  }

  /** @param offers what an answer has by place; "planned": it would be asked, but nobody is; undefined: it has none */
  settle(offers: ReadonlyMap<string, Scalar> | 'planned' | undefined): void {
    this.#state = offers === undefined ? 'failed' : offers === 'planned' ? 'planned' : 'answered';
    const all =
      typeof offers === 'object' && !this.makes ? new Set([...offers].map(nameAndValue)) : undefined;
    for (const { key, place, renews, value: recorded } of this.#gifts) {
      if (typeof offers !== 'object') break;
      // A list may have become longer at its beginning: what is still in it is still meant.
      const isThere = !renews && all?.has(nameAndValue([place, recorded]));
      const value = isThere ? recorded : offers.get(place);
      const known = this.#values.get(key);
      // Two tokens whose placeholders are alike: which of them was meant, nobody can say.
      if (known === undefined || !this.#values.has(key)) this.#values.set(key, value);
      else if (renews && value !== undefined && value !== known) this.#values.set(key, undefined);
    }
    // Whatever the answer was, it is not kept for what it has given.
    this.#gifts = [];
    this.#resolve();
  }

  /** To be asked once it is settled. */
  give(key: string): { readonly value: Scalar } | 'planned' | 'as-recorded' | 'missing' {
    if (this.#state === 'planned') return 'planned';
    const value = this.#values.get(key);
    // Of nothing, or of dots, a path would be made that is another one.
    if (value !== undefined && !/^\.{0,2}$/.test(String(value))) return { value };
    // What was there without it is still there, whatever the answer calls it now.
    return this.#state === 'answered' && !this.makes ? 'as-recorded' : 'missing';
  }
}

function nameAndValue([place, value]: readonly [string, Scalar]): string {
  return `${place.slice(place.lastIndexOf('/'))} ${value}`;
}

/** Most values that are remembered; with more, the oldest still count, and further ones are taken as recorded. */
const MOST = 200_000;

/** Who gives what, as the recording has it: the first that shows a value gives it, and nobody gives what came from outside. */
export class Chain {
  readonly #givers = new Map<string, Giver | 'outside'>();

  /** @returns who gives it; undefined: it came from outside, and from now on always does */
  giverOf(key: string): Giver | undefined {
    const known = this.#givers.get(key);
    if (known === undefined && this.#givers.size < MOST) this.#givers.set(key, 'outside');
    return known === 'outside' ? undefined : known;
  }

  /** As `giverOf`, without a consequence. */
  known(key: string): Giver | undefined {
    const known = this.#givers.get(key);
    return known === 'outside' ? undefined : known;
  }

  add(giver: Giver, gifts: readonly Gift[]): void {
    for (const gift of gifts) {
      const known = this.#givers.get(gift.key);
      const isNew = known === undefined && this.#givers.size < MOST;
      if (isNew || (known !== undefined && known !== giver && gift.renews)) this.#givers.set(gift.key, giver);
      if (this.#givers.get(gift.key) === giver) giver.promise(gift);
    }
  }
}
