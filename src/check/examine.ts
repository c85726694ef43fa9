// Checks one recorded exchange: finds its operation, validates it, counts the result and groups its findings into issues.

import type { Exchange } from '../exchange/exchange.ts';
import { type RedactionResult, redactWith } from '../exchange/redact.ts';
import { kindOf } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { type ApiSpec, type Contract, type Operation, secretNames } from '../openapi/model.ts';
import type { RecordedEntry, RecordedExchange } from '../recording/model.ts';
import { createTargetMatcher, type MatchTarget } from '../routing/match-target.ts';
import type { RecordedServer, UrlMatch } from '../routing/recorded-url.ts';
import type { Match } from '../routing/trie.ts';
import { isNotCheckable, isViolation, validateExchange } from '../validate/exchange.ts';
import { undocumentedOperation } from '../validate/undocumented.ts';
import { CoverageTracker } from './coverage.ts';
import type { Difference } from './difference.ts';
import { endpointPath } from './endpoint.ts';
import { fingerprintOf, generalizePointer, type OperationRef, operationRef, sideOf } from './issue.ts';
import { observedValues } from './observed.ts';
import { outcomeOf } from './outcome.ts';
import type { ExchangeOutcome, Issue, Report } from './report.ts';
import { sampleOf } from './sample.ts';
import {
  createTally,
  exceedsBounds,
  increment,
  incrementIn,
  MAX_OBSERVED,
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
  /** Secrets from elsewhere than the recording, to be taken out wherever they stand. May grow. */
  readonly secrets?: ReadonlySet<string>;
}

/** Takes in what was recorded, one after the other; `tally` and `coverage` are what it has come to. */
export class Examiner {
  readonly tally: Tally = createTally();
  readonly coverage: CoverageTracker;
  /** Counts nothing. */
  readonly findTarget: ReturnType<typeof createTargetMatcher>;
  readonly #options: ExamineOptions;
  readonly #files = new Set<string>();
  /** The tally's own, to be found without a name being put together. */
  readonly #calls = new Map<Operation, { calls: number; passed: number; statuses: Record<string, number> }>();

  constructor(contract: Contract, options: ExamineOptions) {
    this.coverage = new CoverageTracker(contract);
    this.#options = options;
    this.findTarget = createTargetMatcher(contract, options.servers);
  }

  add(recorded: RecordedEntry): void {
    switch (recorded.kind) {
      case 'unreadable':
        increment(this.tally.unreadable, 'entry');
        this.tally.unreadableEntries.push({ place: recorded.place, message: recorded.why });
        break;
      case 'stray':
        increment(this.tally.outOfScope, recorded.reason);
        break;
      case 'exchange':
        this.#addExchange(recorded);
        break;
    }
    this.#trackFile(recorded.place);
  }

  /** Counts what was not asked again, and names it. */
  skip(place: RecordedEntry['place'], reason: string, why: string): void {
    increment(this.tally.skipped, reason);
    this.tally.skippedEntries.push({ place, reason, message: why });
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

  /** @param differences what an answer has become since it was recorded */
  examineMatched(
    recorded: RecordedExchange,
    subject: MatchTarget,
    differences: readonly Difference[] = [],
  ): void {
    if (subject.kind === 'undocumented') this.#examineUndocumented(recorded, subject, differences);
    else this.#examineOperation(recorded, subject, differences);
    this.#trackFile(recorded.place);
  }

  #examineUndocumented(
    recorded: RecordedExchange,
    scoped: UrlMatch & { kind: 'undocumented' },
    differences: readonly Difference[],
  ): void {
    const { api, declaredPath: known } = scoped;
    const { exchange } = recorded;
    const { method } = exchange.request;
    // What was sent as a secret elsewhere is none of a path's name.
    const path = known?.path ?? endpointPath(this.#redact(exchange, api).scrub(scoped.path));
    const finding = undocumentedOperation(scoped, method, path);
    const target: OperationRef = { api: api.name, id: `${method} ${path}`, method, path };
    // Whether the request keeps a contract that does not name it, nobody can say.
    this.#addIssues(recorded, target, undefined, api, [finding, ...differences], undefined);
    increment(this.tally.notCheckable, finding.code);
  }

  #examineOperation(recorded: RecordedExchange, match: Match, differences: readonly Difference[]): void {
    const { exchange } = recorded;
    const { operation } = match;
    const {
      findings,
      requestInvalid: requestBroken,
      responseInvalid: responseBroken,
    } = validateExchange(match, exchange);
    const status = exchange.response?.status ?? 0;
    const outcome = outcomeOf(requestBroken, status);
    const result = this.#classify(operation, exchange, findings, requestBroken, responseBroken);
    increment(this.tally.outcomes as Record<string, number>, outcome);
    this.#countCall(operation, status, result === 'kept');
    // Whoever is on trial: what broke the contract covers nothing.
    this.coverage.mark(match, exchange, result === 'kept' && !requestBroken && !responseBroken);
    const allFindings = differences.length === 0 ? findings : [...findings, ...differences];
    if (allFindings.length > 0)
      this.#addIssues(recorded, operationRef(operation), operation, operation.api, allFindings, outcome);
  }

  #classify(
    operation: Operation,
    exchange: Exchange,
    findings: readonly Finding[],
    requestBroken: boolean,
    responseBroken: boolean,
  ): 'kept' | 'broken' | 'not-checkable' {
    const { accepted, settings } = this.#options;
    const { side } = settings;
    const request = requestBroken && side !== 'provider';
    const response = responseBroken && side !== 'client';
    if (request || response) {
      const target = operationRef(operation);
      const isAccepted = findings
        .filter(finding => isViolation(finding) && (sideOf(finding) === 'request' ? request : response))
        .every(finding =>
          accepted.has(fingerprintOf(target, finding, generalizePointer(finding.at), exchange)),
        );
      const reason = request && response ? 'request-and-response' : request ? 'request' : 'response';
      increment(this.tally.failed, isAccepted ? 'accepted' : reason);
      return 'broken';
    }
    const unjudged = findings.find(isNotCheckable);
    if (unjudged !== undefined) {
      increment(this.tally.notCheckable, unjudged.code);
      return 'not-checkable';
    }
    this.tally.passed++;
    return 'kept';
  }

  #countCall(operation: Operation, status: number, kept: boolean): void {
    let callCounts = this.#calls.get(operation);
    if (callCounts === undefined) {
      const key = `${operation.api.name} ${operation.id}`;
      callCounts = this.tally.operations.get(key) ?? { calls: 0, passed: 0, statuses: {} };
      this.tally.operations.set(key, callCounts);
      this.#calls.set(operation, callCounts);
    }
    callCounts.calls++;
    if (kept) callCounts.passed++;
    callCounts.statuses[status] = (callCounts.statuses[status] ?? 0) + 1;
  }

  #redact(exchange: Exchange, api: ApiSpec): RedactionResult {
    if (this.#options.showValues) return { exchange, scrub: text => text, replaced: [] };
    return redactWith(exchange, secretNames(api), { secrets: this.#options.secrets ?? new Set() });
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
    const counted = new Set<Issue>();
    // Once for all findings, and not at all where every group is known.
    let redacted: RedactionResult | undefined;
    for (const finding of findings) {
      const at = generalizePointer(finding.at);
      const fingerprint = fingerprintOf(target, finding, at, exchange);
      let issue = this.tally.issues.get(fingerprint);
      if (issue === undefined) {
        const { api: name, ...named } = target;
        redacted ??= this.#redact(exchange, api);
        const { scrub } = redacted;
        issue = {
          fingerprint,
          code: finding.code,
          kind: kindOf(finding),
          side: sideOf(finding),
          api: name,
          operation: named,
          at: scrub(at),
          message: scrub(finding.message),
          ...(finding.location !== undefined && { location: finding.location }),
          exchanges: 0,
          occurrences: 0,
          outcomes: {},
          observed: [],
          // By whom and why is filled in from the baseline when all is counted.
          ...(this.#options.accepted.has(fingerprint) && { accepted: { reason: '' } }),
          sample: sampleOf(recorded, redacted, operation !== undefined, api.documents, finding),
          places: [],
        };
        this.tally.issues.set(fingerprint, issue);
      }
      issue.occurrences++;
      for (const seen of observedValues(exchange, finding)) {
        if (!issue.observed.includes(seen))
          issue.observed = [...issue.observed, seen].sort().slice(0, MAX_OBSERVED);
      }
      if (counted.has(issue)) continue;
      counted.add(issue);
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
