// Checks one recorded exchange: finds its operation, validates it, counts the result and groups its findings into issues.

import type { Exchange } from '../exchange/exchange.ts';
import { type RedactionResult, redactWith, scrubberOf } from '../exchange/redact.ts';
import type { Finding } from '../finding/finding.ts';
import { type ApiSpec, type Contract, type Operation, redactedNames } from '../openapi/model.ts';
import type { RecordedEntry, RecordedExchange } from '../recording/model.ts';
import { createTargetMatcher, type MatchTarget, withoutMockError } from '../routing/match-target.ts';
import type { RecordedServer, UrlMatch } from '../routing/recorded-url.ts';
import type { Match } from '../routing/trie.ts';
import { isNotCheckable, isViolation, validateExchange } from '../validate/exchange.ts';
import { endpointPath, undocumentedOperation } from '../validate/undocumented.ts';
import { CoverageTracker } from './coverage.ts';
import type { Difference } from './difference.ts';
import {
  createIssue,
  fingerprintOf,
  generalizePointer,
  type OperationRef,
  operationRef,
  sideOf,
} from './issue.ts';
import { observedValues } from './observed.ts';
import type { Issue, Report } from './report.ts';
import type { ExchangeOutcome } from './report-terms.ts';
import { outcomeOf } from './report-terms.ts';
import { sampleOf } from './sample.ts';
import {
  createOperationCounts,
  createTally,
  exceedsBounds,
  increment,
  incrementIn,
  MAX_OBSERVED,
  type OperationCounts,
  orderByFile,
  type Tally,
  trimTally,
} from './tally.ts';

export interface ExamineOptions {
  readonly servers: readonly RecordedServer[];
  readonly settings: Report['settings'];
  /** Fingerprints that a baseline accepts today. */
  readonly accepted: ReadonlySet<string>;
  readonly showValues: boolean;
  /** Further secrets to redact, such as those that a replay sends. The caller may add to it. */
  readonly secrets?: ReadonlySet<string>;
}

const NO_SECRETS: ReadonlySet<string> = new Set();

/** Examines recorded entries one by one. `tally` and `coverage` have the results. */
export class Examiner {
  readonly tally: Tally = createTally();
  readonly coverage: CoverageTracker;
  /** Finds the operation of an exchange. Does not change the tally. */
  readonly findTarget: ReturnType<typeof createTargetMatcher>;
  readonly #options: ExamineOptions;
  readonly #files = new Set<string>();
  /** The objects of `tally.operations` by operation, which saves building their keys. */
  readonly #calls = new Map<Operation, OperationCounts>();

  constructor(contract: Contract, options: ExamineOptions) {
    this.coverage = new CoverageTracker(contract);
    this.#options = options;
    this.findTarget = createTargetMatcher(contract, options.servers);
  }

  add(recorded: RecordedEntry): void {
    switch (recorded.kind) {
      case 'unreadable':
        increment(this.tally.unreadable, 'entry');
        this.tally.unreadableEntries.push({ place: recorded.place, message: recorded.message });
        break;
      case 'not-an-exchange':
        increment(this.tally.outOfScope, recorded.reason);
        break;
      case 'exchange':
        this.#addExchange(recorded);
        break;
    }
    this.#trackFile(recorded.place);
  }

  /** Counts and lists an exchange that a replay skips. */
  skip(place: RecordedEntry['place'], reason: string, message: string): void {
    increment(this.tally.skipped, reason);
    this.tally.skippedEntries.push({ place, reason, message });
    this.#trackFile(place);
  }

  #trackFile({ file }: RecordedEntry['place']): void {
    this.#files.add(file);
    if (exceedsBounds(this.tally, this.#options.accepted.size))
      trimTally(this.tally, orderByFile([...this.#files]), this.#options.settings);
  }

  #addExchange(recorded: RecordedExchange): void {
    const matchTarget = this.findTarget(recorded);
    if (matchTarget.kind !== 'out-of-scope') {
      this.examineMatched(recorded, matchTarget);
      return;
    }
    if (matchTarget.reason === 'other-host') incrementIn(this.tally.otherHosts, recorded.origin);
    increment(this.tally.outOfScope, matchTarget.reason);
  }

  /**
   * Validates an exchange whose match target is known.
   * @param differences the differences between the recorded and the current response, in a replay
   */
  examineMatched(
    recorded: RecordedExchange,
    matchTarget: MatchTarget,
    differences: readonly Difference[] = [],
  ): void {
    if (matchTarget.kind === 'undocumented') this.#examineUndocumented(recorded, matchTarget, differences);
    else this.#examineOperation(recorded, matchTarget, differences);
    this.#trackFile(recorded.place);
  }

  #examineUndocumented(
    recorded: RecordedExchange,
    urlMatch: UrlMatch & { kind: 'undocumented' },
    differences: readonly Difference[],
  ): void {
    const { api, declaredPath } = urlMatch;
    const { exchange } = recorded;
    const { method } = exchange.request;
    // The path is shown in the report, so it must not contain secrets of the request.
    const path = declaredPath?.path ?? endpointPath(this.#scrub(exchange, api, urlMatch.path));
    const finding = undocumentedOperation(urlMatch, method, path, exchange.response?.status);
    const target: OperationRef = { api: api.name, id: `${method} ${path}`, method, path };
    // No outcome: the validity of a request without an operation is unknown.
    this.#addIssues(recorded, target, undefined, api, [finding, ...differences], undefined);
    increment(this.tally.notCheckable, finding.code);
  }

  #examineOperation(recorded: RecordedExchange, match: Match, differences: readonly Difference[]): void {
    const { exchange } = recorded;
    const { operation } = match;
    const { findings, requestInvalid, responseInvalid } = validateExchange(match, withoutMockError(exchange));
    const status = exchange.response?.status ?? 0;
    const outcome = outcomeOf(requestInvalid, status);
    const result = this.#classify(operation, exchange, findings, requestInvalid, responseInvalid);
    increment(this.tally.outcomes as Record<string, number>, outcome);
    const isRefused = result === 'failed' && outcome === 'refused' && !responseInvalid;
    this.#countCall(operation, status, isRefused ? 'refused' : result);
    // An exchange with a violation on either side covers nothing, whatever `settings.side` is.
    this.coverage.mark(match, exchange, result === 'passed' && !requestInvalid && !responseInvalid);
    const allFindings = differences.length === 0 ? findings : [...findings, ...differences];
    if (allFindings.length > 0)
      this.#addIssues(recorded, operationRef(operation), operation, operation.api, allFindings, outcome);
  }

  #classify(
    operation: Operation,
    exchange: Exchange,
    findings: readonly Finding[],
    requestInvalid: boolean,
    responseInvalid: boolean,
  ): 'passed' | 'failed' | 'not-checkable' {
    const { accepted, settings } = this.#options;
    const { side } = settings;
    const requestFails = requestInvalid && side !== 'provider';
    const responseFails = responseInvalid && side !== 'client';
    if (requestFails || responseFails) {
      const target = operationRef(operation);
      const isAccepted = findings
        .filter(
          finding => isViolation(finding) && (sideOf(finding) === 'request' ? requestFails : responseFails),
        )
        .every(finding =>
          accepted.has(fingerprintOf(target, finding, generalizePointer(finding.at), exchange)),
        );
      const reason =
        requestFails && responseFails ? 'request-and-response' : requestFails ? 'request' : 'response';
      increment(this.tally.failed, isAccepted ? 'accepted' : reason);
      return 'failed';
    }
    const notCheckable = findings.find(isNotCheckable);
    if (notCheckable !== undefined) {
      increment(this.tally.notCheckable, notCheckable.code);
      return 'not-checkable';
    }
    this.tally.passed++;
    return 'passed';
  }

  #countCall(
    operation: Operation,
    status: number,
    result: 'passed' | 'refused' | 'failed' | 'not-checkable',
  ): void {
    let callCounts = this.#calls.get(operation);
    if (callCounts === undefined) {
      const key = `${operation.api.name} ${operation.id}`;
      callCounts = this.tally.operations.get(key) ?? createOperationCounts();
      this.tally.operations.set(key, callCounts);
      this.#calls.set(operation, callCounts);
    }
    callCounts.calls++;
    increment(callCounts.statuses, String(status));
    if (result === 'refused') increment(callCounts.refusedStatuses, String(status));
    if (result !== 'passed') return;
    callCounts.passed++;
    increment(callCounts.passedStatuses, String(status));
  }

  /** Redacts a text about the exchange. Much cheaper than `#redact`. */
  #scrub(exchange: Exchange, api: ApiSpec, text: string): string {
    const { showValues, secrets = NO_SECRETS } = this.#options;
    return showValues ? text : scrubberOf(exchange, redactedNames(api), { secrets })(text);
  }

  #redact(exchange: Exchange, api: ApiSpec): RedactionResult {
    const { showValues, secrets = NO_SECRETS } = this.#options;
    if (showValues) return { exchange, scrub: text => text, replaced: [] };
    return redactWith(exchange, redactedNames(api), { secrets });
  }

  #addIssues(
    recorded: RecordedExchange,
    target: OperationRef,
    operation: Operation | undefined,
    api: ApiSpec,
    findings: readonly Difference[],
    outcome: ExchangeOutcome | undefined,
  ): void {
    const { place, exchange } = recorded;
    const countedIssues = new Set<Issue>();
    // Redact once for all findings, and only for a new issue.
    let redacted: RedactionResult | undefined;
    for (const finding of findings) {
      const at = generalizePointer(finding.at);
      const fingerprint = fingerprintOf(target, finding, at, exchange);
      let issue = this.tally.issues.get(fingerprint);
      if (issue === undefined) {
        redacted ??= this.#redact(exchange, api);
        issue = createIssue(fingerprint, finding, target, {
          at: redacted.scrub(at),
          message: redacted.scrub(finding.message),
          sample: sampleOf(recorded, redacted, operation !== undefined, api.documents, finding),
          // applyBaseline fills in reason, owner and expiry date at the end.
          ...(this.#options.accepted.has(fingerprint) && { accepted: { reason: '' } }),
        });
        this.tally.issues.set(fingerprint, issue);
      }
      issue.occurrences++;
      for (const value of observedValues(exchange, finding)) {
        if (!issue.observed.includes(value))
          issue.observed = [...issue.observed, value].sort().slice(0, MAX_OBSERVED);
      }
      if (countedIssues.has(issue)) continue;
      countedIssues.add(issue);
      issue.exchanges++;
      if (outcome !== undefined) issue.outcomes[outcome] = (issue.outcomes[outcome] ?? 0) + 1;
      if (issue.places.length < 3) issue.places.push(place);
      if (exchange.startedAt > 0) {
        const time = new Date(exchange.startedAt).toISOString();
        if (issue.firstSeen === undefined || time < issue.firstSeen) issue.firstSeen = time;
        if (issue.lastSeen === undefined || time > issue.lastSeen) issue.lastSeen = time;
      }
    }
  }
}
