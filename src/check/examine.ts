// Checks one recorded exchange: finds its operation, validates it, counts the result and groups its findings into issues.

import type { Exchange } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Contract, Operation } from '../openapi/model.ts';
import type { RecordedEntry, RecordedExchange } from '../recording/model.ts';
import { createTargetMatcher, type MatchTarget, withoutMockError } from '../routing/match-target.ts';
import type { UrlMatch } from '../routing/recorded-url.ts';
import type { Match } from '../routing/trie.ts';
import { isNotCheckable, isViolation, validateExchange } from '../validate/exchange.ts';
import { endpointPath, undocumentedOperation } from '../validate/undocumented.ts';
import { acceptedAs, collectIssues, type ExamineOptions, scrub } from './collect-issues.ts';
import { CoverageTracker } from './coverage.ts';
import type { Difference } from './difference.ts';
import { generalizePointer, identify, type OperationRef, operationRef, sideOf } from './issue.ts';
import { isCorrectlyRejected, outcomeOf } from './report-terms.ts';
import {
  createOperationCounts,
  createTally,
  exceedsBounds,
  increment,
  incrementIn,
  type OperationCounts,
  orderByFile,
  type Tally,
  trimTally,
} from './tally.ts';

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
    const path = declaredPath?.path ?? endpointPath(scrub(exchange, api, this.#options, urlMatch.path));
    const finding = undocumentedOperation(urlMatch, method, path, exchange.response?.status);
    const target: OperationRef = { api: api.name, id: `${method} ${path}`, method, path };
    collectIssues(
      this.tally,
      this.#options,
      { recorded, target, api, outcome: undefined, isRejected: false },
      [finding, ...differences],
    );
    increment(this.tally.notCheckable, finding.code);
  }

  #examineOperation(recorded: RecordedExchange, match: Match, differences: readonly Difference[]): void {
    const { exchange } = recorded;
    const { operation } = match;
    const { findings, requestInvalid, responseInvalid } = validateExchange(match, withoutMockError(exchange));
    const status = exchange.response?.status ?? 0;
    const outcome = outcomeOf(requestInvalid, status);
    const isRejected = this.#options.isMock !== true && isCorrectlyRejected(outcome, responseInvalid);
    increment(this.tally.outcomes as Record<string, number>, outcome);
    if (isRejected) increment(this.tally.rejected, String(status));
    const result = isRejected
      ? 'rejected'
      : this.#classify(operation, exchange, findings, requestInvalid, responseInvalid);
    this.#countCall(operation, status, result);
    // An exchange with a violation on either side is no example of the contract, whatever `settings.side` is.
    this.coverage.mark(match, exchange, result === 'passed' && !requestInvalid && !responseInvalid);
    const allFindings = differences.length === 0 ? findings : [...findings, ...differences];
    if (allFindings.length > 0)
      collectIssues(
        this.tally,
        this.#options,
        { recorded, target: operationRef(operation), api: operation.api, outcome, isRejected },
        allFindings,
      );
  }

  /** Counts an exchange that is not rejected. */
  #classify(
    operation: Operation,
    exchange: Exchange,
    findings: readonly Finding[],
    requestInvalid: boolean,
    responseInvalid: boolean,
  ): 'passed' | 'failed' | 'not-checkable' {
    const { side } = this.#options.settings;
    const requestFails = requestInvalid && side !== 'provider';
    const responseFails = responseInvalid && side !== 'client';
    if (requestFails || responseFails) {
      const target = operationRef(operation);
      const isAccepted = findings
        .filter(
          finding => isViolation(finding) && (sideOf(finding) === 'request' ? requestFails : responseFails),
        )
        .every(finding => {
          const identity = identify(target, finding, generalizePointer(finding.at), exchange, false);
          return acceptedAs(this.#options, identity) !== undefined;
        });
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
    result: 'passed' | 'rejected' | 'failed' | 'not-checkable',
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
    if (result === 'rejected') increment(callCounts.rejectedStatuses, String(status));
    if (result !== 'passed') return;
    callCounts.passed++;
    increment(callCounts.passedStatuses, String(status));
  }
}
