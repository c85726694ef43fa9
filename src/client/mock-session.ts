// The types of the methods of a session, with their documentation.
import type { ControlBody, ControlResult, ControlSchema } from './control-operation.ts';
import type { ClockOfSession } from './session-clock.ts';
import type { StateOfSession } from './session-state.ts';

/** Milliseconds, or a time with its unit: "250ms", "2s", "1m". */
export type Duration = number | string;

/** A fixed delay, a random one between two bounds, or a distribution with two percentiles. */
export type Delay =
  | Duration
  | { readonly min: Duration; readonly max: Duration }
  | { readonly p50: Duration; readonly p99: Duration };

type Nullable<T> = { readonly [Key in keyof T]?: T[Key] | null };

/** What a switch changes. Null removes a member that an earlier change has set. */
export interface SwitchChange extends Nullable<Omit<ControlSchema<'SwitchPatch'>, 'deliver'>> {
  /** How the response is delivered: `delay`, `drip` (bytes per second), `interval`, `fault`, `percent`. */
  readonly deliver?:
    | (Nullable<Omit<ControlSchema<'Delivery'>, 'delay'>> & { readonly delay?: Delay | null })
    | null;
}

/** Which calls are delayed. */
export interface DelayOptions {
  /** An API ("petstore") or an operation ("petstore.getPet"). Default: everything. */
  readonly on?: string | undefined;
  /** The number of calls to delay; later ones are as before. Default: all. */
  readonly times?: number | undefined;
  /** The number of calls that come before the first delayed one. Default: 0. */
  readonly after?: number | undefined;
}

/** Filters of a journal. An exchange has to pass all of them. */
export interface JournalQuery {
  /** Name of an API. */
  readonly api?: string | undefined;
  /** An operationId, or method and path template where the document declares none. */
  readonly operation?: string | undefined;
  /** 404, "4XX", or several such as "404,5XX". */
  readonly status?: number | string | undefined;
  /** "passed", "failed", "problem", or several such as "failed,problem". */
  readonly verdict?: string | undefined;
  /** True: only exchanges that did not pass. */
  readonly failed?: boolean | undefined;
  /** Only exchanges with this text, in any case, in the method, path, query, ids, status, rules or codes. */
  readonly text?: string | undefined;
  /** Only exchanges after this sequence number. */
  readonly after?: number | undefined;
  /** Only exchanges before this sequence number. */
  readonly before?: number | undefined;
  /** The number of exchanges at most; the newest are returned. */
  readonly limit?: number | undefined;
}

/** Calls that a session must have received (`expected`, `ordered`), and calls that it must not have received (`forbidden`). */
export type CallExpectations = ControlBody<'/sessions/{id}/verify', 'post'>;

/** What a session covered: totals, and details of each operation. */
export type CoverageCounts = ControlResult<'/sessions/{id}/coverage', 'get'>;

/** An HTTP Archive (HAR 1.2). */
export type HarFile = ControlResult<'/sessions/{id}/journal.har', 'get'>;

/** The methods of one session. Every method rejects with ControlRefusal or NoServer, which are InputErrors. */
export interface MockSession {
  /** Name of the session. */
  readonly name: string;
  /**
   * Base URL whose requests belong to the session, without a slash at the end: "http://127.0.0.1:4010/~anna"; for the default
   * session, the URL of the server. A client that can add header fields may send `headers` instead.
   */
  readonly url: string;
  /** Requests with these header fields belong to the session. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Enables scenarios. The last one has priority. A scenario that is already enabled restarts.
   * @param scenarios ids such as "petstore/not-found", or patterns with "*". "petstore/state" turns stored items on.
   * @throws ControlRefusal if there is no such scenario
   * @example
   * await mock.use('petstore/not-found');
   */
  use(scenarios: string | readonly string[]): Promise<void>;
  /**
   * Disables scenarios. Default: all that were enabled.
   * @example
   * await mock.disable('petstore/not-found');
   */
  disable(scenarios?: string | readonly string[]): Promise<void>;
  /**
   * Delays responses, and keeps other changes of the target. `delay(0)` removes the delays of scenarios.
   * @example
   * await mock.delay('2s', { on: 'petstore.getPet', times: 1 });
   */
  delay(delay: Delay, options?: DelayOptions): Promise<void>;
  /**
   * Changes the responses of a target: status, example, delivery (delay, fault ...), rate limit.
   * @param target everything ("*"), an API ("petstore") or an operation ("petstore.getPet")
   * @param change a merge patch of the earlier changes; null removes them
   * @example
   * await mock.change('petstore.getPet', { status: 503, times: 2 });
   * await mock.change('*', { deliver: { fault: 'reset' } });
   * await mock.change('petstore.getPet', null);
   */
  change(target: string, change: SwitchChange | null): Promise<void>;
  /**
   * Makes the session new: only the scenarios that are on by default, no changes, no bound credentials, an empty journal, the seeds
   * as stored items, real time.
   * @example
   * afterEach(() => mock.reset());
   */
  reset(): Promise<void>;
  /**
   * The exchanges of the session, oldest first. Secrets are replaced by placeholders.
   * @example
   * const [first] = await mock.journal({ operation: 'addPet' });
   * expect(JSON.parse(first?.request.body.text ?? '')).toEqual({ name: 'Rex' });
   */
  journal(query?: JournalQuery): Promise<ControlSchema<'Entry'>[]>;
  /** The same exchanges as an HTTP Archive (HAR 1.2), which `deadringer check` reads. */
  har(query?: JournalQuery): Promise<HarFile>;
  /**
   * Verifies that the session received the expected calls. The format is that of `deadringer verify`.
   * @throws VerificationError with one sentence for each expectation that is not met
   * @example
   * await mock.verify({ expected: [{ on: 'addPet', when: { body: { '/name': 'Rex' } }, times: 1 }], forbidden: [{ on: 'removePet' }] });
   */
  verify(expectations: CallExpectations): Promise<void>;
  /**
   * Verifies that no request and no response in the journal violates the document. Responses that a
   * scenario or a switch makes off-contract are not violations; requests that no document declares are.
   * @throws ContractViolation with each violating exchange, the rule, and its line in the document; Error if there is no exchange,
   * which would show nothing
   * @example
   * await mock.verifyContract();
   */
  verifyContract(): Promise<void>;
  /** Which operations and statuses the session covered. */
  coverage(): Promise<CoverageCounts>;
  /** The stored items of a stateful mock. */
  readonly state: StateOfSession;
  /** The time that the app under test sees in templates, the field Date and rate limits. */
  readonly clock: ClockOfSession;
  /**
   * Deletes the session with its journal and stored items. A later request with its name creates a new one.
   * @example
   * await session.end();
   */
  end(): Promise<void>;
}
