// Generates scenarios from recordings, and counts for every entry what became of it.

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
  /** Files and folders; "-" is `stdin`. */
  readonly traffic: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** "https://staging.example.com/v2" or "petstore=https://..." */
  readonly servers: readonly string[];
  readonly onProgress?: (progress: { readonly entries: number; readonly bytes: number }) => void;
  /** Told of files in folders and archives that are no recordings. */
  readonly onSkippedFile?: (file: string, why: string) => void;
  readonly signal?: AbortSignal;
}

export interface GeneratorResult {
  readonly files: readonly ScenarioFile[];
  /** `total` is the sum of the others. */
  readonly accounting: {
    readonly total: number;
    /** Exchanges that are an answer of a scenario. */
    readonly told: number;
    /** Exchanges that such an answer stands for as well. */
    readonly merged: number;
    /** How many were left out, by reason. */
    readonly leftOut: Readonly<Record<string, number>>;
  };
  /** What could not be read, as "traffic.har entry 7: it is not valid JSON". */
  readonly incomplete: readonly string[];
  /** The origins of what went to no server of the documents, most first. */
  readonly otherOrigins: readonly string[];
}

/** Bytes of exchanges that are kept while the rest is read. */
const MAX_KEPT_BYTES = 48 * 1024 * 1024;

/** @throws InputError when a recording cannot be used */
export async function generateScenarios(
  contract: Contract,
  options: GeneratorOptions,
): Promise<GeneratorResult> {
  const collector = new ExchangeCollector(contract, options);
  let bytes = 0;
  const input: ReadTrafficOptions = {
    ...(options.stdin !== undefined && { stdin: options.stdin }),
    ...(options.signal !== undefined && { signal: options.signal }),
    onBytes: more => {
      bytes += more;
    },
  };
  for await (const group of readTraffic(options.traffic, input)) {
    for (const next of group) collector.add(next);
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
  #earliest = Number.POSITIVE_INFINITY;
  #latest = 0;
  #bytesLeft = MAX_KEPT_BYTES;

  constructor(contract: Contract, options: GeneratorOptions) {
    this.#contract = contract;
    this.#options = options;
    this.#targetOf = createTargetMatcher(
      contract,
      options.servers.map(text => parseRecordedServer(text, contract)),
    );
  }

  add(next: TrafficItem): void {
    const { nameOf, onSkippedFile: onPassedOver } = this.#options;
    switch (next.kind) {
      case 'skipped':
        onPassedOver?.(next.file, next.message);
        return;
      case 'end':
        this.#files.add(nameOf(next.end.file));
        // What was truncated is one entry more, of which nothing can be said.
        if (next.end.truncated !== undefined) {
          this.total++;
          this.#skip('truncated');
          this.#incomplete.push(`${nameOf(next.end.file)}: ${next.end.truncated}`);
        }
        return;
      case 'unreadable':
        this.total++;
        this.#unreadable(next.place, next.message);
        return;
      case 'entry':
        this.total++;
        this.#recorded(readRecordedEntry(next.entry));
    }
  }

  #skip(reason: string, times = 1): void {
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + times;
  }

  #unreadable(place: RecordedEntry['place'], why: string): void {
    this.#skip('unreadable');
    if (this.#incomplete.length < 20)
      this.#incomplete.push(`${entryLabel(place, this.#options.nameOf)}: ${why}`);
  }

  #recorded(recorded: RecordedEntry): void {
    if (recorded.kind === 'unreadable') this.#unreadable(recorded.place, recorded.message);
    else if (recorded.kind === 'not-an-exchange') this.#skip(`out of scope: ${recorded.reason}`);
    else this.#exchange(recorded);
  }

  #exchange(recorded: RecordedExchange): void {
    const { exchange, origin, place } = recorded;
    const { startedAt } = exchange;
    const target = this.#targetOf(recorded);
    if (target.kind === 'elsewhere') {
      const isOther = target.reason === 'other-host' || target.reason === 'outside-servers';
      if (isOther && this.#otherOrigins.size < 1000)
        this.#otherOrigins.set(origin, (this.#otherOrigins.get(origin) ?? 0) + 1);
      this.#skip(`out of scope: ${target.reason}`);
    } else if (target.kind === 'undocumented') {
      this.#skip('undocumented operation');
    } else {
      this.#identifiers.add(exchange);
      if (startedAt > 0) {
        this.#earliest = Math.min(this.#earliest, startedAt);
        this.#latest = Math.max(this.#latest, startedAt);
      }
      const { operation } = target;
      const builder = this.#builders.get(operation) ?? new RuleBuilder(operation);
      this.#builders.set(operation, builder);
      const added = builder.add(analyzeExchange(target, exchange, place), this.#bytesLeft);
      if (typeof added === 'number') this.#bytesLeft -= added;
      else this.#skip(added);
    }
  }

  finish(): GeneratorResult {
    const generatedRules: GeneratedRule[] = [];
    for (const builder of this.#builders.values()) {
      const { operation } = builder;
      const { rules, alike } = builder.buildRules(step =>
        finishStep(operation, step, id => this.#identifiers.isUnique(id)),
      );
      generatedRules.push(...rules);
      if (alike > 0) this.#skip(RULE_SKIP_REASONS.alike, alike);
    }
    const answers = generatedRules.reduce((sum, { steps }) => sum + steps.length, 0);
    const exchanges = generatedRules.reduce((sum, each) => sum + each.exchanges, 0);
    const leftOut = Object.fromEntries(
      Object.entries(this.#skipped).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
    const left = Object.values(leftOut).reduce((sum, times) => sum + times, 0);
    if (exchanges + left !== this.total)
      throw new Error(
        `the counts do not add up: ${exchanges} used and ${left} skipped of ${this.total} read`,
      );
    return {
      files: writeScenarios(this.#contract, generatedRules, this.#recordings(), this.#options),
      accounting: { total: this.total, told: answers, merged: exchanges - answers, leftOut },
      incomplete: this.#incomplete,
      otherOrigins: [...this.#otherOrigins].sort(([, left], [, right]) => right - left).map(([host]) => host),
    };
  }

  /** "traffic.har, recorded 2026-11-21" */
  #recordings(): string {
    const files = [...this.#files];
    const named =
      files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
    if (this.#latest === 0) return named;
    const [from, to] = [this.#earliest, this.#latest].map(time => new Date(time).toISOString().slice(0, 10));
    return `${named}, recorded ${from}${from === to ? '' : ` to ${to}`}`;
  }
}
