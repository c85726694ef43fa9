// Collects the recorded exchanges of one operation within limits, and builds rules from them.
import type { Operation } from '../openapi/model.ts';
import type { When } from '../scenario/scenario.ts';
import { inferMatchers } from './infer-matchers.ts';
import type { SkipReason } from './recorded-reply.ts';
import type { AnalyzedExchange, RecordedRequest, RecordedStep, StepKeys } from './recorded-step.ts';

/** A rule that is to be written: its request, and the answers to it in their order. */
export interface GeneratedRule {
  readonly operation: Operation;
  readonly when: When | undefined;
  /** More than one: they are walked request by request. */
  readonly steps: readonly RecordedStep[];
  /** Set where every answer is the document's own: the name of the example, "" for its first. */
  readonly example: string | undefined;
  /** How many exchanges it stands for. */
  readonly exchanges: number;
  /** True: a request that breaks the contract got a success. */
  readonly evenIfInvalid: boolean;
  /** "404", "503-200" */
  readonly outcome: string;
}

export const RULE_SKIP_REASONS = {
  overLimit: 'more different exchanges for one operation than the limit',
  indistinguishable: 'no usable condition distinguishes the request from others',
} as const;

interface RequestHistory {
  readonly request: RecordedRequest;
  readonly sequence: { readonly step: RecordedStep; times: number }[];
  /** Exchanges, those that were like another included. */
  exchanges: number;
}

/** Exchanges that are kept of one operation. */
const MAX_EXCHANGES = 200;
/** Answers to one request that differ in identifiers alone, which may turn out to be no difference. */
const MAX_SIMILAR_RESPONSES = 5;
/** Steps of one list, where the same answer came again and again before another. */
const MAX_LIST_STEPS = 100;

export class RuleBuilder {
  readonly operation: Operation;
  readonly #histories = new Map<string, RequestHistory>();
  /** Requests whose answers are in no scenario; no rule may answer them in passing. */
  readonly #unanswered = new Map<string, RecordedRequest>();
  /** How often an answer of this shape was kept for one request. */
  readonly #shapeCounts = new Map<string, number>();
  /** Of all that is kept. */
  readonly #responseKeys = new Set<string>();
  readonly #invalidTemplates = new Set<string>();
  #keptCount = 0;

  constructor(operation: Operation) {
    this.operation = operation;
  }

  /**
   * @param room bytes that may still be kept
   * @returns why it was left out, or how many bytes it takes to keep it
   */
  add(
    { request, stepDraft: read }: AnalyzedExchange,
    room: number,
  ): SkipReason | typeof RULE_SKIP_REASONS.overLimit | number {
    const identity = this.#histories.get(request.key);
    if (identity === undefined && this.#keptCount >= MAX_EXCHANGES && this.#unanswered.size >= MAX_EXCHANGES)
      return RULE_SKIP_REASONS.overLimit;
    const draft = read();
    if (typeof draft === 'string') {
      this.#skip(request);
      return draft;
    }
    const keys = draft.keys(this.#invalidTemplates);
    const last = identity?.sequence.at(-1);
    const shape = `${request.key} ${keys.keyWithoutIds}`;
    const alike = this.#shapeCounts.get(shape) ?? 0;
    const isFull = this.#keptCount >= MAX_EXCHANGES || draft.size > room || alike >= MAX_SIMILAR_RESPONSES;
    if (
      identity !== undefined &&
      last !== undefined &&
      (isSameResponse(last.step, keys) || (isFull && alike > 0))
    ) {
      identity.exchanges++;
      if (last.step.keyWithoutIds === keys.keyWithoutIds) last.times++;
      return 0;
    }
    if (isFull) {
      // Where it was answered as others were, the rule that answers those may answer it, too.
      if (identity === undefined && !this.#responseKeys.has(keys.keyWithoutIds)) this.#skip(request);
      return RULE_SKIP_REASONS.overLimit;
    }
    const step = draft.complete(this.#invalidTemplates);
    if (typeof step === 'string') {
      this.#skip(request);
      return step;
    }
    this.#keptCount++;
    this.#shapeCounts.set(shape, alike + 1);
    this.#responseKeys.add(keys.keyWithoutIds);
    const { sequence, exchanges } = identity ?? { sequence: [] as RequestHistory['sequence'], exchanges: 0 };
    sequence.push({ step, times: 1 });
    this.#histories.set(request.key, {
      request: identity?.request ?? request,
      sequence,
      exchanges: exchanges + 1,
    });
    return draft.size;
  }

  #skip(asked: RecordedRequest): void {
    if (this.#unanswered.size < MAX_EXCHANGES) this.#unanswered.set(asked.key, asked);
  }

  /** @param finished what is known of an answer only when everything was read; equal keys are equal answers */
  buildRules(finished: (step: RecordedStep) => RecordedStep): { rules: GeneratedRule[]; alike: number } {
    const classes = new Map<string, RequestClass>();
    for (const { request, sequence, exchanges } of this.#histories.values()) {
      const steps = toStepList(
        resolveHeadSteps(sequence.map(({ step, times }) => ({ step: finished(step), times }))),
      );
      const [first] = steps;
      if (first === undefined) continue;
      // Who walks a list walks it alone: a request of another kind would take a step of it away.
      const key = steps.length > 1 ? `list ${request.key}` : first.keyWithoutCounters;
      const same: RequestClass = classes.get(key) ?? new Map();
      classes.set(key, same.set(request, { steps, exchanges }));
    }
    const rules: GeneratedRule[] = [];
    let alike = 0;
    const all = [...classes.values()];
    const silent = [...this.#unanswered.values()].filter(({ key }) => !this.#histories.has(key));
    for (const one of all) {
      const others = [...all.filter(each => each !== one).flatMap(each => [...each.keys()]), ...silent];
      const apart = inferMatchers([...one.keys()], others);
      if (apart === undefined) alike += countExchanges([...one.values()]);
      for (const { asked: request, when } of apart ?? []) {
        const answered = request.flatMap(each => one.get(each) ?? []);
        const steps = answered[0]?.steps ?? [];
        const evenIfInvalid =
          request.some(({ call }) => !call.valid) && steps.some(({ status }) => status < 400);
        const exchanges = countExchanges(answered);
        const [example, ...further] = new Set(answered.map(each => each.steps[0]?.example));
        rules.push({
          operation: this.operation,
          when,
          steps,
          example: further.length === 0 ? example : undefined,
          exchanges,
          evenIfInvalid,
          outcome: statusSequence(steps),
        });
      }
    }
    return { rules, alike };
  }
}

/** Requests that are answered alike. */
type RequestClass = Map<RecordedRequest, ClassMember>;

interface ClassMember {
  readonly steps: readonly RecordedStep[];
  readonly exchanges: number;
}

function countExchanges(answered: readonly ClassMember[]): number {
  return answered.reduce((sum, { exchanges }) => sum + exchanges, 0);
}

function isSameResponse(one: StepKeys, other: StepKeys): boolean {
  return one.isHead === other.isHead && one.key === other.key;
}

type RepeatedSteps = readonly { readonly step: RecordedStep; readonly times: number }[];

/** The answer to HEAD is that to GET without its body, where GET was asked as well. */
function resolveHeadSteps(sequence: RepeatedSteps): RepeatedSteps {
  return sequence.map(({ step, times }, index) => {
    if (!step.isHead) return { step, times };
    const fits = (each: { step: RecordedStep }): boolean =>
      !each.step.isHead && each.step.status === step.status;
    const full = sequence.slice(0, index).findLast(fits) ?? sequence.slice(index).find(fits);
    return { step: full?.step ?? step, times };
  });
}

/** One step a request; the last stands for all that come after it. */
function toStepList(sequence: RepeatedSteps): RecordedStep[] {
  const list: RecordedStep[] = [];
  for (const { step, times } of sequence) {
    const before = list.findLastIndex(each => each.key !== step.key);
    const already = list.length - 1 - before;
    for (let time = already; time < Math.min(MAX_LIST_STEPS, already + times); time++) list.push(step);
  }
  const last = list.at(-1);
  while (list.length > 1 && list.at(-2)?.key === last?.key) list.pop();
  return list;
}

function statusSequence(steps: readonly RecordedStep[]): string {
  const statuses = steps
    .map(({ status }) => status)
    .filter((status, index, all) => status !== all[index - 1]);
  const shown = statuses.slice(0, 5).join('-');
  return statuses.length > 5 ? `${shown}-and-on` : shown;
}
