// Captured values of earlier responses (ids, cookies, tokens) and which exchange each of them comes from.
import type { EntryLocation } from '../recording/model.ts';
import type { Scalar } from './body-values.ts';

/** A value in a recorded response that later requests may use. */
export interface Capture {
  /** Identifies the value: see `identifierKey`, `cookieKey` and `tokenKey`. */
  readonly key: string;
  /** The recorded value. */
  readonly value: Scalar;
  /** Position in the response, where the current response has the new value: see `capturableValues`. */
  readonly position: string;
  /** Whether it replaces an earlier capture with the same key: true for cookies and tokens, false for identifiers. */
  readonly replacesEarlier: boolean;
}

/** An exchange that other requests may depend on. Call `settle` once, when its response is known or it is skipped. */
export class CaptureSource {
  readonly place: EntryLocation;
  /** The origin that the request is sent to. */
  readonly targetOrigin: string;
  /** Whether the request creates its values: a read returns values that exist without it. */
  readonly creates: boolean;
  readonly settled: Promise<void>;
  #resolve: () => void = () => {};
  #captures: Capture[] = [];
  readonly #values = new Map<string, Scalar | undefined>();
  #state: 'pending' | 'planned' | 'settled' | 'failed' = 'pending';

  constructor(place: EntryLocation, targetOrigin: string, creates: boolean) {
    this.place = place;
    this.targetOrigin = targetOrigin;
    this.creates = creates;
    this.settled = new Promise(resolve => {
      this.#resolve = resolve;
    });
  }

  addCapture(capture: Capture): void {
    this.#captures.push(capture);
  }

  /** @param values of the current response by position; "planned": the request is only planned; undefined: no response */
  settle(values: ReadonlyMap<string, Scalar> | 'planned' | undefined): void {
    this.#state = values === undefined ? 'failed' : values === 'planned' ? 'planned' : 'settled';
    const existing =
      typeof values === 'object' && !this.creates ? new Set([...values].map(nameAndValue)) : undefined;
    for (const { key, position, replacesEarlier, value: recorded } of this.#captures) {
      if (typeof values !== 'object') break;
      // Items may have been added at the start of a list: a recorded value that is still in the response is still valid.
      const stillExists = !replacesEarlier && existing?.has(nameAndValue([position, recorded]));
      const value = stillExists ? recorded : values.get(position);
      const known = this.#values.get(key);
      // Two different tokens with equal placeholders: it is unknown which one a request uses.
      if (known === undefined || !this.#values.has(key)) this.#values.set(key, value);
      else if (replacesEarlier && value !== undefined && value !== known) this.#values.set(key, undefined);
    }
    // Frees the captures: only the current values are needed from now on.
    this.#captures = [];
    this.#resolve();
  }

  /** The current value of a capture. Call it after `settled`. */
  valueOf(key: string): { readonly value: Scalar } | 'planned' | 'as-recorded' | 'missing' {
    if (this.#state === 'planned') return 'planned';
    const value = this.#values.get(key);
    // "", "." or ".." as a path segment would address a different resource.
    if (value !== undefined && !/^\.{0,2}$/.test(String(value))) return { value };
    // A read did not create the value, so the recorded one may still exist.
    return this.#state === 'settled' && !this.creates ? 'as-recorded' : 'missing';
  }
}

function nameAndValue([position, value]: readonly [string, Scalar]): string {
  return `${position.slice(position.lastIndexOf('/'))} ${value}`;
}

/** Captures that are stored; further values are sent as recorded. No eviction: later requests may use the oldest. */
const MAX_CAPTURES = 200_000;

/** Maps a key to its source. The first response with a value is its source; a value that a request uses first is external. */
export class CaptureRegistry {
  readonly #sources = new Map<string, CaptureSource | 'external'>();

  /** @returns the source of the value; undefined: it has none, and is external from now on */
  claimSource(key: string): CaptureSource | undefined {
    const known = this.#sources.get(key);
    if (known === undefined && this.#sources.size < MAX_CAPTURES) this.#sources.set(key, 'external');
    return known === 'external' ? undefined : known;
  }

  /** As `claimSource`, but does not mark the value as external. */
  findSource(key: string): CaptureSource | undefined {
    const known = this.#sources.get(key);
    return known === 'external' ? undefined : known;
  }

  register(source: CaptureSource, captures: readonly Capture[]): void {
    for (const capture of captures) {
      const known = this.#sources.get(capture.key);
      const isNew = known === undefined && this.#sources.size < MAX_CAPTURES;
      if (isNew || (known !== undefined && known !== source && capture.replacesEarlier))
        this.#sources.set(capture.key, source);
      if (this.#sources.get(capture.key) === source) source.addCapture(capture);
    }
  }
}
