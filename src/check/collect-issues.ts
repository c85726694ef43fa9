// Groups the findings of an exchange into the issues of a tally.

import type { Exchange } from '../exchange/exchange.ts';
import { type RedactionResult, redactWith, scrubberOf } from '../exchange/redact.ts';
import { type ApiSpec, redactedNames } from '../openapi/model.ts';
import type { RecordedExchange } from '../recording/model.ts';
import type { RecordedServer } from '../routing/recorded-url.ts';
import type { Difference } from './difference.ts';
import { createIssue, generalizePointer, type IssueIdentity, identify, type OperationRef } from './issue.ts';
import { observedValues } from './observed.ts';
import type { Issue, Report } from './report.ts';
import type { ExchangeOutcome } from './report-terms.ts';
import { sampleOf } from './sample.ts';
import { addOperation, MAX_OBSERVED, type Tally } from './tally.ts';

export interface ExamineOptions {
  readonly servers: readonly RecordedServer[];
  readonly settings: Report['settings'];
  /** Fingerprints that a baseline accepts today. */
  readonly accepted: ReadonlySet<string>;
  /** All fingerprints of the baseline, also those that have expired. */
  readonly baselined: ReadonlySet<string>;
  readonly showValues: boolean;
  /** True: the server is a mock. It rejects requests because they violate the document, so no request counts as rejected. */
  readonly isMock?: boolean;
  /** Further secrets to redact, such as those that a replay sends. The caller may add to it. */
  readonly secrets?: ReadonlySet<string>;
}

const NO_SECRETS: ReadonlySet<string> = new Set();

/** What is known about an exchange before its findings are grouped. */
export interface Examined {
  readonly recorded: RecordedExchange;
  readonly target: OperationRef;
  readonly api: ApiSpec;
  /** Undefined: no operation, so the validity of the request is unknown. */
  readonly outcome: ExchangeOutcome | undefined;
  /** Whether the request was invalid and correctly rejected. */
  readonly isRejected: boolean;
}

export function collectIssues(
  tally: Tally,
  options: ExamineOptions,
  { recorded, target, api, outcome, isRejected }: Examined,
  findings: readonly Difference[],
): void {
  const { place, exchange } = recorded;
  const countedIssues = new Set<Issue>();
  // Redact once for all findings, and only for a new issue.
  let redacted: RedactionResult | undefined;
  for (const finding of findings) {
    const at = generalizePointer(finding.at);
    const identity = identify(target, finding, at, exchange, isRejected);
    const entry = matchBaseline(tally, options, identity);
    let issue = tally.issues.get(identity.fingerprint);
    if (issue === undefined) {
      redacted ??= redact(exchange, api, options);
      issue = createIssue(identity, finding, target, {
        at: redacted.scrub(at),
        message: redacted.scrub(finding.message),
        sample: sampleOf(recorded, redacted, outcome !== undefined, api.documents, finding),
        // applyBaseline replaces the fingerprint of the entry by its reason, owner and expiry date at the end.
        ...(entry !== undefined && { accepted: { reason: entry } }),
      });
      tally.issues.set(identity.fingerprint, issue);
    } else if (entry === undefined) {
      // An older baseline accepts operations one by one. All of them must be accepted.
      delete issue.accepted;
    }
    issue.occurrences++;
    addOperation(issue, target);
    for (const value of observedValues(exchange, finding)) {
      if (!issue.observed.includes(value))
        issue.observed = [...issue.observed, value].sort().slice(0, MAX_OBSERVED);
    }
    if (countedIssues.has(issue)) continue;
    countedIssues.add(issue);
    countExchange(issue, exchange, place, outcome);
  }
}

function countExchange(
  issue: Issue,
  { startedAt }: Exchange,
  place: Issue['places'][number],
  outcome: ExchangeOutcome | undefined,
): void {
  issue.exchanges++;
  if (outcome !== undefined) issue.outcomes[outcome] = (issue.outcomes[outcome] ?? 0) + 1;
  if (issue.places.length < 3) issue.places.push(place);
  if (startedAt <= 0) return;
  const time = new Date(startedAt).toISOString();
  if (issue.firstSeen === undefined || time < issue.firstSeen) issue.firstSeen = time;
  if (issue.lastSeen === undefined || time > issue.lastSeen) issue.lastSeen = time;
}

/** @returns the fingerprint under which the baseline accepts the issue today */
export function acceptedAs(
  { accepted }: ExamineOptions,
  { fingerprint, former }: IssueIdentity,
): string | undefined {
  return [fingerprint, former].find(each => accepted.has(each));
}

/** Remembers which entries of the baseline are found. */
function matchBaseline(tally: Tally, options: ExamineOptions, identity: IssueIdentity): string | undefined {
  if (options.baselined.size === 0) return undefined;
  const { fingerprint, former } = identity;
  for (const listed of new Set([fingerprint, former])) {
    if (!options.baselined.has(listed)) continue;
    const issues = tally.baselineMatches.get(listed) ?? new Set();
    tally.baselineMatches.set(listed, issues.add(fingerprint));
  }
  return acceptedAs(options, identity);
}

/** Redacts a text about the exchange. Much cheaper than `redact`. */
export function scrub(
  exchange: Exchange,
  api: ApiSpec,
  { showValues, secrets = NO_SECRETS }: ExamineOptions,
  text: string,
): string {
  return showValues ? text : scrubberOf(exchange, redactedNames(api), { secrets })(text);
}

function redact(
  exchange: Exchange,
  api: ApiSpec,
  { showValues, secrets = NO_SECRETS }: ExamineOptions,
): RedactionResult {
  if (showValues) return { exchange, scrub: text => text, redactText: text => text, replaced: [] };
  return redactWith(exchange, redactedNames(api), { secrets });
}
