// One recorded exchange: is it about the documents, what is wrong with it, and what is it to be counted as?
import { type ApiSpec, type Contract, type Operation, secretNames } from '../contract/contract.ts';
import type { Match } from '../contract/tree.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { type Redacted, redactWith } from '../exchange/redact.ts';
import type { Finding } from '../finding/finding.ts';
import type { Recorded } from '../recording/recorded.ts';
import { Coverage } from './coverage.ts';
import { endpointOf } from './endpoint.ts';
import { fingerprintOf, kindOf, patternOf, sideOf, type Target, targetOf } from './group.ts';
import { isUnjudged, isViolation, judgeExchange } from './judge-exchange.ts';
import { observedAt } from './observed.ts';
import { outcomeOf } from './outcome.ts';
import type { Group, Outcome, Report } from './report.ts';
import { sampleOf } from './sample.ts';
import type { Scoped, Server } from './scope.ts';
import { createSubjects, type Difference, type RecordedExchange, type Subject } from './subject.ts';
import { bound, count, countIn, isOverfull, MOST_OBSERVED, newTally, orderBy, type Tally } from './tally.ts';
import { undocumented } from './undocumented.ts';

export interface ExamineOptions {
  readonly servers: readonly Server[];
  readonly settings: Report['settings'];
  /** Fingerprints that a baseline accepts today. */
  readonly accepted: ReadonlySet<string>;
  readonly showValues: boolean;
  /** Secrets from elsewhere than the recording, to be taken out wherever they stand. May grow. */
  readonly secrets?: ReadonlySet<string>;
}

/** Takes in what was recorded, one after the other; `tally` and `coverage` are what it has come to. */
export class Examiner {
  readonly tally: Tally = newTally();
  readonly coverage: Coverage;
  /** Counts nothing. */
  readonly subjectOf: ReturnType<typeof createSubjects>;
  readonly #options: ExamineOptions;
  readonly #files = new Set<string>();
  /** The tally's own, to be found without a name being put together. */
  readonly #calls = new Map<Operation, { calls: number; kept: number; statuses: Record<string, number> }>();

  constructor(contract: Contract, options: ExamineOptions) {
    this.coverage = new Coverage(contract);
    this.#options = options;
    this.subjectOf = createSubjects(contract, options.servers);
  }

  take(recorded: Recorded): void {
    switch (recorded.kind) {
      case 'unreadable':
        count(this.tally.unreadable, 'entry');
        this.tally.unreadablePlaces.push({ place: recorded.place, why: recorded.why });
        break;
      case 'stray':
        count(this.tally.outOfScope, recorded.reason);
        break;
      case 'exchange':
        this.#exchange(recorded);
        break;
    }
    this.#met(recorded.place);
  }

  /** Counts what was not asked again, and names it. */
  leave(place: Recorded['place'], reason: string, why: string): void {
    count(this.tally.cannotReplay, reason);
    this.tally.unreplayed.push({ place, reason, why });
    this.#met(place);
  }

  #met({ file }: Recorded['place']): void {
    this.#files.add(file);
    if (isOverfull(this.tally, this.#options.accepted.size))
      bound(this.tally, orderBy([...this.#files]), this.#options.settings);
  }

  #exchange(recorded: RecordedExchange): void {
    const subject = this.subjectOf(recorded);
    if (subject.kind !== 'elsewhere') {
      this.examine(recorded, subject);
      return;
    }
    if (subject.reason === 'other-host') countIn(this.tally.otherHosts, recorded.origin);
    count(this.tally.outOfScope, subject.reason);
  }

  /** @param differences what an answer has become since it was recorded */
  examine(recorded: RecordedExchange, subject: Subject, differences: readonly Difference[] = []): void {
    if (subject.kind === 'undocumented') this.#undocumented(recorded, subject, differences);
    else this.#operation(recorded, subject, differences);
    this.#met(recorded.place);
  }

  #undocumented(
    recorded: RecordedExchange,
    scoped: Scoped & { kind: 'undocumented' },
    differences: readonly Difference[],
  ): void {
    const { api, known } = scoped;
    const { exchange } = recorded;
    const { method } = exchange.request;
    // What was sent as a secret elsewhere is none of a path's name.
    const path = known?.path ?? endpointOf(this.#clean(exchange, api).scrub(scoped.path));
    const finding = undocumented(scoped, method, path);
    const target: Target = { api: api.name, id: `${method} ${path}`, method, path };
    // Whether the request keeps a contract that does not name it, nobody can say.
    this.#group(recorded, target, undefined, api, [finding, ...differences], undefined);
    count(this.tally.notCheckable, finding.code);
  }

  #operation(recorded: RecordedExchange, match: Match, differences: readonly Difference[]): void {
    const { exchange } = recorded;
    const { operation } = match;
    const { findings, requestBroken, responseBroken } = judgeExchange(match, exchange);
    const status = exchange.response?.status ?? 0;
    const outcome = outcomeOf(requestBroken, status);
    const broken = this.#classify(operation, exchange, findings, requestBroken, responseBroken);
    count(this.tally.outcomes as Record<string, number>, outcome);
    this.#called(operation, status, broken === 'kept');
    // Whoever is on trial: what broke the contract covers nothing.
    this.coverage.mark(match, exchange, broken === 'kept' && !requestBroken && !responseBroken);
    const found = differences.length === 0 ? findings : [...findings, ...differences];
    if (found.length > 0)
      this.#group(recorded, targetOf(operation), operation, operation.api, found, outcome);
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
      const target = targetOf(operation);
      const isAccepted = findings
        .filter(finding => isViolation(finding) && (sideOf(finding) === 'request' ? request : response))
        .every(finding => accepted.has(fingerprintOf(target, finding, patternOf(finding.at), exchange)));
      const reason = request && response ? 'request-and-response' : request ? 'request' : 'response';
      count(this.tally.broken, isAccepted ? 'accepted' : reason);
      return 'broken';
    }
    const unjudged = findings.find(isUnjudged);
    if (unjudged !== undefined) {
      count(this.tally.notCheckable, unjudged.code);
      return 'not-checkable';
    }
    this.tally.kept++;
    return 'kept';
  }

  #called(operation: Operation, status: number, kept: boolean): void {
    let called = this.#calls.get(operation);
    if (called === undefined) {
      const key = `${operation.api.name} ${operation.id}`;
      called = this.tally.operations.get(key) ?? { calls: 0, kept: 0, statuses: {} };
      this.tally.operations.set(key, called);
      this.#calls.set(operation, called);
    }
    called.calls++;
    if (kept) called.kept++;
    called.statuses[status] = (called.statuses[status] ?? 0) + 1;
  }

  #clean(exchange: Exchange, api: ApiSpec): Redacted {
    if (this.#options.showValues) return { exchange, scrub: text => text, places: [] };
    return redactWith(exchange, secretNames(api), { secrets: this.#options.secrets ?? new Set() });
  }

  #group(
    recorded: RecordedExchange,
    target: Target,
    operation: Operation | undefined,
    api: ApiSpec,
    findings: readonly Difference[],
    outcome: Outcome | undefined,
  ): void {
    const { place, exchange } = recorded;
    const met = new Set<Group>();
    // Once for all findings, and not at all where every group is known.
    let clean: Redacted | undefined;
    for (const finding of findings) {
      const at = patternOf(finding.at);
      const fingerprint = fingerprintOf(target, finding, at, exchange);
      let group = this.tally.groups.get(fingerprint);
      if (group === undefined) {
        const { api: name, ...named } = target;
        clean ??= this.#clean(exchange, api);
        const { scrub } = clean;
        group = {
          fingerprint,
          code: finding.code,
          kind: kindOf(finding),
          side: sideOf(finding),
          api: name,
          operation: named,
          at: scrub(at),
          message: scrub(finding.message),
          ...(finding.clause !== undefined && { clause: finding.clause }),
          exchanges: 0,
          occurrences: 0,
          outcomes: {},
          observed: [],
          // By whom and why is filled in from the baseline when all is counted.
          ...(this.#options.accepted.has(fingerprint) && { accepted: { reason: '' } }),
          sample: sampleOf(recorded, clean, operation !== undefined, api.sources, finding),
          places: [],
        };
        this.tally.groups.set(fingerprint, group);
      }
      group.occurrences++;
      for (const seen of observedAt(exchange, finding)) {
        if (!group.observed.includes(seen))
          group.observed = [...group.observed, seen].sort().slice(0, MOST_OBSERVED);
      }
      if (met.has(group)) continue;
      met.add(group);
      group.exchanges++;
      if (outcome !== undefined) group.outcomes[outcome] = (group.outcomes[outcome] ?? 0) + 1;
      if (group.places.length < 3) group.places.push(place);
      if (exchange.startedAt > 0) {
        const time = new Date(exchange.startedAt).toISOString();
        if (group.firstSeen === undefined || time < group.firstSeen) group.firstSeen = time;
        if (group.lastSeen === undefined || time > group.lastSeen) group.lastSeen = time;
      }
    }
  }
}
