// Captured values of earlier responses (ids, cookies, tokens) and which exchange each of them comes from.
import type { EntryLocation } from '../recording/model.ts';
import type { Scalar } from './body-values.ts';

/** A value that a recorded answer holds. */
export interface Capture {
  /** What it is known by. */
  readonly key: string;
  /** As it was recorded. */
  readonly value: Scalar;
  /** Where another answer has its own: see `offersOf`. */
  readonly position: string;
  /** Whether a later gift of the same key takes its place: so it is with cookies and tokens, and not with identifiers. */
  readonly replacesEarlier: boolean;
}

/** An exchange that others may depend on. `settle` is called once, when it is known what became of it. */
export class CaptureSource {
  readonly place: EntryLocation;
  /** The origin that is asked this time. */
  readonly targetOrigin: string;
  /** Whether what it gives was made by it: a read gives what is there without it. */
  readonly creates: boolean;
  readonly settled: Promise<void>;
  #resolve: () => void = () => {};
  #captures: Capture[] = [];
  readonly #values = new Map<string, Scalar | undefined>();
  #state: 'pending' | 'planned' | 'answered' | 'failed' = 'pending';

  constructor(place: EntryLocation, home: string, makes: boolean) {
    this.place = place;
    this.targetOrigin = home;
    this.creates = makes;
    this.settled = new Promise(resolve => {
      this.#resolve = resolve;
    });
  }

  addCapture(gift: Capture): void {
    this.#captures.push(gift);
  }

  /** @param offers what an answer has by place; "planned": it would be asked, but nobody is; undefined: it has none */
  settle(offers: ReadonlyMap<string, Scalar> | 'planned' | undefined): void {
    this.#state = offers === undefined ? 'failed' : offers === 'planned' ? 'planned' : 'answered';
    const all =
      typeof offers === 'object' && !this.creates ? new Set([...offers].map(nameAndValue)) : undefined;
    for (const { key, position: place, replacesEarlier, value: recorded } of this.#captures) {
      if (typeof offers !== 'object') break;
      // A list may have become longer at its beginning: what is still in it is still meant.
      const isThere = !replacesEarlier && all?.has(nameAndValue([place, recorded]));
      const value = isThere ? recorded : offers.get(place);
      const known = this.#values.get(key);
      // Two tokens whose placeholders are alike: which of them was meant, nobody can say.
      if (known === undefined || !this.#values.has(key)) this.#values.set(key, value);
      else if (replacesEarlier && value !== undefined && value !== known) this.#values.set(key, undefined);
    }
    // Whatever the answer was, it is not kept for what it has given.
    this.#captures = [];
    this.#resolve();
  }

  /** To be asked once it is settled. */
  valueOf(key: string): { readonly value: Scalar } | 'planned' | 'as-recorded' | 'missing' {
    if (this.#state === 'planned') return 'planned';
    const value = this.#values.get(key);
    // Of nothing, or of dots, a path would be made that is another one.
    if (value !== undefined && !/^\.{0,2}$/.test(String(value))) return { value };
    // What was there without it is still there, whatever the answer calls it now.
    return this.#state === 'answered' && !this.creates ? 'as-recorded' : 'missing';
  }
}

function nameAndValue([place, value]: readonly [string, Scalar]): string {
  return `${place.slice(place.lastIndexOf('/'))} ${value}`;
}

/** Most values that are remembered; with more, the oldest still count, and further ones are taken as recorded. */
const MAX_CAPTURES = 200_000;

/** Who gives what, as the recording has it: the first that shows a value gives it, and nobody gives what came from outside. */
export class CaptureRegistry {
  readonly #sources = new Map<string, CaptureSource | 'outside'>();

  /** @returns who gives it; undefined: it came from outside, and from now on always does */
  claimSource(key: string): CaptureSource | undefined {
    const known = this.#sources.get(key);
    if (known === undefined && this.#sources.size < MAX_CAPTURES) this.#sources.set(key, 'outside');
    return known === 'outside' ? undefined : known;
  }

  /** As `giverOf`, without a consequence. */
  findSource(key: string): CaptureSource | undefined {
    const known = this.#sources.get(key);
    return known === 'outside' ? undefined : known;
  }

  register(giver: CaptureSource, gifts: readonly Capture[]): void {
    for (const capture of gifts) {
      const known = this.#sources.get(capture.key);
      const isNew = known === undefined && this.#sources.size < MAX_CAPTURES;
      if (isNew || (known !== undefined && known !== giver && capture.replacesEarlier))
        this.#sources.set(capture.key, giver);
      if (this.#sources.get(capture.key) === giver) giver.addCapture(capture);
    }
  }
}
