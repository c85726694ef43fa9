// Generates scenarios from recordings and counts the outcome of every entry.

import { hasLinkTo } from '../exchange/links.ts';
import type { Contract, Operation } from '../openapi/model.ts';
import type { RecordedEntry, RecordedExchange, TrafficItem } from '../recording/model.ts';
import { readRecordedEntry } from '../recording/read-entry.ts';
import { type ReadTrafficOptions, readTraffic } from '../recording/read-traffic.ts';
import { createTargetMatcher } from '../routing/match-target.ts';
import { parseRecordedServer } from '../routing/recorded-url.ts';
import { IdentifierCounts } from './identifier-counts.ts';
import { analyzeExchange, finishStep } from './recorded-step.ts';
import { type GeneratedRule, RULE_SKIP_REASONS, RuleBuilder } from './rule-builder.ts';
import { entryLabel, type ScenarioFile, type WriteOptions, writeScenarios } from './write-scenarios.ts';

export interface GeneratorOptions extends WriteOptions {
  /** Recordings: files and folders; "-" is `stdin`. */
  readonly traffic: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Base URLs of recorded servers: "https://staging.example.com/v2" or "petstore=https://...". */
  readonly servers: readonly string[];
  readonly onProgress?: (progress: { readonly entries: number; readonly bytes: number }) => void;
  /** Called for each file in a folder or archive that is not a recording. */
  readonly onSkippedFile?: (file: string, reason: string) => void;
  readonly signal?: AbortSignal;
}

/** The generated files, not yet written, and what became of each recorded exchange. */
export interface GeneratorResult {
  readonly files: readonly ScenarioFile[];
  /** Counts of recorded exchanges; `total` is the sum of the others. */
  readonly accounting: {
    readonly total: number;
    /** Exchanges that became a reply of a scenario. */
    readonly inScenarios: number;
    /** Exchanges that are equal to one of those, so that the same reply covers them. */
    readonly merged: number;
    /** Exchanges that are in no scenario, by reason. */
    readonly skipped: Readonly<Record<string, number>>;
  };
  /** Input that could not be read, as "traffic.har entry 7: it is not valid JSON". */
  readonly incomplete: readonly string[];
  /** Origins of requests to servers that no document declares, most frequent first. */
  readonly otherOrigins: readonly string[];
  /** Origins of recorded services to which bodies of responses have links. */
  readonly linkedOrigins: readonly string[];
}

/** Limit of the exchanges that are kept in memory while the input is read, in bytes. */
const MAX_BUFFERED_BYTES = 48 * 1024 * 1024;

/**
 * Generates scenarios from recordings. Writes no files.
 * @throws InputError when a recording cannot be read
 */
export async function generateScenarios(
  contract: Contract,
  options: GeneratorOptions,
): Promise<GeneratorResult> {
  const collector = new ExchangeCollector(contract, options);
  let bytes = 0;
  const input: ReadTrafficOptions = {
    ...(options.stdin !== undefined && { stdin: options.stdin }),
    ...(options.signal !== undefined && { signal: options.signal }),
    onBytes: count => {
      bytes += count;
    },
  };
  for await (const group of readTraffic(options.traffic, input)) {
    for (const item of group) collector.add(item);
    options.onProgress?.({ entries: collector.total, bytes });
  }
  return collector.finish();
}

class ExchangeCollector {
  total = 0;
  readonly #contract: Contract;
  readonly #options: GeneratorOptions;
  readonly #targetOf: ReturnType<typeof createTargetMatcher>;
  readonly #builders = new Map<Operation, RuleBuilder>();
  readonly #identifiers = new IdentifierCounts();
  readonly #skipped: Record<string, number> = {};
  readonly #incomplete: string[] = [];
  readonly #files = new Set<string>();
  readonly #otherOrigins = new Map<string, number>();
  readonly #linkedOrigins = new Set<string>();
  #earliest = Number.POSITIVE_INFINITY;
  #latest = 0;
  #bytesLeft = MAX_BUFFERED_BYTES;

  constructor(contract: Contract, options: GeneratorOptions) {
    this.#contract = contract;
    this.#options = options;
    this.#targetOf = createTargetMatcher(
      contract,
      options.servers.map(text => parseRecordedServer(text, contract)),
    );
  }

  add(item: TrafficItem): void {
    const { nameOf, onSkippedFile } = this.#options;
    switch (item.kind) {
      case 'skipped':
        onSkippedFile?.(item.file, item.message);
        return;
      case 'end':
        this.#files.add(nameOf(item.end.file));
        // A truncated file counts as one more entry, which is skipped.
        if (item.end.truncated !== undefined) {
          this.total++;
          this.#skip('truncated');
          this.#incomplete.push(`${nameOf(item.end.file)}: ${item.end.truncated}`);
        }
        return;
      case 'unreadable':
        this.total++;
        this.#skipUnreadable(item.place, item.message);
        return;
      case 'entry':
        this.total++;
        this.#addEntry(readRecordedEntry(item.entry));
    }
  }

  #skip(reason: string, count = 1): void {
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + count;
  }

  #skipUnreadable(place: RecordedEntry['place'], message: string): void {
    this.#skip('unreadable');
    if (this.#incomplete.length < 20)
      this.#incomplete.push(`${entryLabel(place, this.#options.nameOf)}: ${message}`);
  }

  #addEntry(recorded: RecordedEntry): void {
    if (recorded.kind === 'unreadable') this.#skipUnreadable(recorded.place, recorded.message);
    else if (recorded.kind === 'not-an-exchange') this.#skip(`out of scope: ${recorded.reason}`);
    else this.#addExchange(recorded);
  }

  #addExchange(recorded: RecordedExchange): void {
    const { exchange, origin } = recorded;
    const { startedAt } = exchange;
    const target = this.#targetOf(recorded);
    if (target.kind === 'out-of-scope') {
      const isOther = target.reason === 'other-host' || target.reason === 'outside-servers';
      if (isOther && this.#otherOrigins.size < 1000)
        this.#otherOrigins.set(origin, (this.#otherOrigins.get(origin) ?? 0) + 1);
      this.#skip(`out of scope: ${target.reason}`);
    } else if (target.kind === 'undocumented') {
      this.#skip('undocumented operation');
    } else {
      this.#identifiers.add(exchange);
      if (hasLinkTo(origin, exchange.response)) this.#linkedOrigins.add(origin);
      if (startedAt > 0) {
        this.#earliest = Math.min(this.#earliest, startedAt);
        this.#latest = Math.max(this.#latest, startedAt);
      }
      const { operation } = target;
      const builder = this.#builders.get(operation) ?? new RuleBuilder(operation);
      this.#builders.set(operation, builder);
      const added = builder.add(analyzeExchange(target, recorded), this.#bytesLeft);
      if (typeof added === 'number') this.#bytesLeft -= added;
      else this.#skip(added);
    }
  }

  finish(): GeneratorResult {
    const generatedRules: GeneratedRule[] = [];
    for (const builder of this.#builders.values()) {
      const { operation } = builder;
      const { rules, indistinguishable } = builder.buildRules(step =>
        finishStep(operation, step, id => this.#identifiers.isUnique(id)),
      );
      generatedRules.push(...rules);
      if (indistinguishable > 0) this.#skip(RULE_SKIP_REASONS.indistinguishable, indistinguishable);
    }
    const { files, rejected } = writeScenarios(
      this.#contract,
      generatedRules,
      this.#recordings(),
      this.#options,
    );
    let inScenarios = generatedRules.reduce((sum, { steps }) => sum + steps.length, 0);
    let covered = generatedRules.reduce((sum, { exchanges }) => sum + exchanges, 0);
    for (const { message, exchanges, steps } of rejected) {
      this.#skip('scenario that would be invalid', exchanges);
      this.#incomplete.push(message);
      covered -= exchanges;
      inScenarios -= steps;
    }
    const skipped = Object.fromEntries(
      Object.entries(this.#skipped).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
    const skippedCount = Object.values(skipped).reduce((sum, count) => sum + count, 0);
    if (covered + skippedCount !== this.total)
      throw new Error(
        `the counts do not add up: ${covered} used and ${skippedCount} skipped of ${this.total} read`,
      );
    return {
      files,
      accounting: { total: this.total, inScenarios, merged: covered - inScenarios, skipped },
      incomplete: this.#incomplete,
      otherOrigins: [...this.#otherOrigins].sort(([, left], [, right]) => right - left).map(([each]) => each),
      linkedOrigins: [...this.#linkedOrigins],
    };
  }

  /** Names and dates of the recordings: "traffic.har, recorded 2026-11-21". */
  #recordings(): string {
    const files = [...this.#files];
    const names =
      files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
    if (this.#latest === 0) return names;
    const [from, to] = [this.#earliest, this.#latest].map(time => new Date(time).toISOString().slice(0, 10));
    return `${names}, recorded ${from}${from === to ? '' : ` to ${to}`}`;
  }
}
