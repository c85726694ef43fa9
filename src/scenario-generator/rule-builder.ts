// Collects the recorded exchanges of one operation within limits, and builds rules from them.
import type { Operation } from '../openapi/model.ts';
import type { When } from '../scenario/when.ts';
import { inferMatchers } from './infer-matchers.ts';
import { preconditionsOf } from './preconditions.ts';
import type { SkipReason } from './recorded-reply.ts';
import type { AnalyzedExchange, RecordedRequest } from './recorded-step.ts';
import { featureKey } from './request-features.ts';
import type { RecordedStep, StepKeys } from './step-draft.ts';

/** A rule before it is written: its conditions, and its steps in order. */
export interface GeneratedRule {
  readonly operation: Operation;
  readonly when: When | undefined;
  /** More than one: a list with one step per request. */
  readonly steps: readonly RecordedStep[];
  /** Name of the declared example that equals all responses; "" for the first example; undefined: none. */
  readonly example: string | undefined;
  /** Number of recorded exchanges that the rule covers. */
  readonly exchanges: number;
  /** True: an invalid request got a success. */
  readonly evenIfInvalid: boolean;
  /** The statuses in order, such as "404" or "503-200". */
  readonly outcome: string;
}

export const RULE_SKIP_REASONS = {
  overLimit: 'more different exchanges for one operation than the limit',
  indistinguishable: 'no usable condition distinguishes the request from others',
} as const;

interface RequestHistory {
  readonly request: RecordedRequest;
  readonly sequence: { readonly step: RecordedStep; times: number }[];
  /** Number of exchanges, including those equal to another. */
  exchanges: number;
}

/** Limit of kept exchanges per operation. */
const MAX_EXCHANGES = 200;
/** Limit of kept responses to one request that differ only in identifiers. */
const MAX_SIMILAR_RESPONSES = 5;
/** Limit of equal steps in a row in a list. */
const MAX_LIST_STEPS = 100;

export class RuleBuilder {
  readonly operation: Operation;
  readonly #histories = new Map<string, RequestHistory>();
  /** Requests whose responses are in no scenario; no rule may match them. */
  readonly #unanswered = new Map<string, RecordedRequest>();
  /** Number of kept responses by request and response without identifiers. */
  readonly #shapeCounts = new Map<string, number>();
  /** Keys of all kept responses. */
  readonly #responseKeys = new Set<string>();
  readonly #invalidTemplates = new Set<string>();
  #keptCount = 0;

  constructor(operation: Operation) {
    this.operation = operation;
  }

  /**
   * @param bytesLeft memory that kept exchanges may still use, in bytes
   * @returns the memory that the exchange uses, in bytes; or the reason why it is skipped
   */
  add(
    { request, stepDraft }: AnalyzedExchange,
    bytesLeft: number,
  ): SkipReason | typeof RULE_SKIP_REASONS.overLimit | number {
    const history = this.#histories.get(request.key);
    if (history === undefined && this.#keptCount >= MAX_EXCHANGES && this.#unanswered.size >= MAX_EXCHANGES)
      return RULE_SKIP_REASONS.overLimit;
    const draft = stepDraft();
    if (typeof draft === 'string') {
      this.#skip(request);
      return draft;
    }
    const keys = draft.keys(this.#invalidTemplates);
    const last = history?.sequence.at(-1);
    const shape = `${request.key} ${keys.keyWithoutIds}`;
    const similar = this.#shapeCounts.get(shape) ?? 0;
    const isFull =
      this.#keptCount >= MAX_EXCHANGES || draft.size > bytesLeft || similar >= MAX_SIMILAR_RESPONSES;
    if (
      history !== undefined &&
      last !== undefined &&
      (isSameResponse(last.step, keys) || (isFull && similar > 0))
    ) {
      history.exchanges++;
      if (last.step.keyWithoutIds === keys.keyWithoutIds) last.times++;
      return 0;
    }
    if (isFull) {
      // If the response equals a kept one, a rule for that response may match this request.
      if (history === undefined && !this.#responseKeys.has(keys.keyWithoutIds)) this.#skip(request);
      return RULE_SKIP_REASONS.overLimit;
    }
    const step = draft.complete(this.#invalidTemplates);
    if (typeof step === 'string') {
      this.#skip(request);
      return step;
    }
    this.#keptCount++;
    this.#shapeCounts.set(shape, similar + 1);
    this.#responseKeys.add(keys.keyWithoutIds);
    const { sequence, exchanges } = history ?? { sequence: [] as RequestHistory['sequence'], exchanges: 0 };
    sequence.push({ step, times: 1 });
    this.#histories.set(request.key, {
      request: history?.request ?? request,
      sequence,
      exchanges: exchanges + 1,
    });
    return draft.size;
  }

  #skip(request: RecordedRequest): void {
    if (this.#unanswered.size < MAX_EXCHANGES) this.#unanswered.set(request.key, request);
  }

  /**
   * @param finish completes a step with what is known only after the whole recording has been read
   * @returns the rules, and the number of exchanges whose requests no condition distinguishes from others
   */
  buildRules(finish: (step: RecordedStep) => RecordedStep): {
    rules: GeneratedRule[];
    indistinguishable: number;
  } {
    const classes = new Map<string, RequestClass>();
    for (const { request, sequence, exchanges } of this.#histories.values()) {
      const steps = toStepList(
        resolveHeadSteps(sequence.map(({ step, times }) => ({ step: finish(step), times }))),
      );
      const [first] = steps;
      if (first === undefined) continue;
      // A list belongs to one request: any other request would consume one of its steps.
      const fields = preconditionFields(request, steps);
      const key = steps.length > 1 ? `list ${request.key}` : [first.keyWithoutCounters, ...fields].join(' ');
      const requestClass: RequestClass = classes.get(key) ?? new Map();
      classes.set(key, requestClass.set(request, { steps, exchanges }));
    }
    const rules: GeneratedRule[] = [];
    let indistinguishable = 0;
    const all = [...classes.values()];
    const unanswered = [...this.#unanswered.values()].filter(({ key }) => !this.#histories.has(key));
    for (const current of all) {
      const others = [
        ...all.filter(each => each !== current).flatMap(each => [...each.keys()]),
        ...unanswered,
      ];
      const required = [...current].flatMap(([request, { steps }]) => preconditionFields(request, steps));
      const matchers = inferMatchers([...current.keys()], others, [...new Set(required)]);
      if (matchers === undefined) indistinguishable += countExchanges([...current.values()]);
      for (const { requests, when } of matchers ?? []) {
        const members = requests.flatMap(each => current.get(each) ?? []);
        const steps = members[0]?.steps ?? [];
        const evenIfInvalid =
          requests.some(({ call }) => !call.valid) && steps.some(({ status }) => status < 400);
        const exchanges = countExchanges(members);
        const [example, ...otherExamples] = new Set(members.map(each => each.steps[0]?.example));
        rules.push({
          operation: this.operation,
          when,
          steps,
          example: otherExamples.length === 0 ? example : undefined,
          exchanges,
          evenIfInvalid,
          outcome: statusSequence(steps),
        });
      }
    }
    return { rules, indistinguishable };
  }
}

/** The header fields of a request that its responses depend on. */
function preconditionFields({ features }: RecordedRequest, steps: readonly RecordedStep[]): string[] {
  return steps
    .flatMap(({ status }) => preconditionsOf(status))
    .filter(name => features.has(featureKey({ location: 'headers', name })));
}

/** Requests with the same response. */
type RequestClass = Map<RecordedRequest, ClassMember>;

interface ClassMember {
  readonly steps: readonly RecordedStep[];
  readonly exchanges: number;
}

function countExchanges(members: readonly ClassMember[]): number {
  return members.reduce((sum, { exchanges }) => sum + exchanges, 0);
}

function isSameResponse(left: StepKeys, right: StepKeys): boolean {
  return left.isHead === right.isHead && left.key === right.key;
}

type RepeatedSteps = readonly { readonly step: RecordedStep; readonly times: number }[];

/** A response to HEAD equals the response to GET without its body: use the step of GET if it was recorded. */
function resolveHeadSteps(sequence: RepeatedSteps): RepeatedSteps {
  return sequence.map(({ step, times }, index) => {
    if (!step.isHead) return { step, times };
    const isMatchingGet = (each: { step: RecordedStep }): boolean =>
      !each.step.isHead && each.step.status === step.status;
    const getStep =
      sequence.slice(0, index).findLast(isMatchingGet) ?? sequence.slice(index).find(isMatchingGet);
    return { step: getStep?.step ?? step, times };
  });
}

/** One step per request. Equal steps at the end become one, because a list repeats its last step. */
function toStepList(sequence: RepeatedSteps): RecordedStep[] {
  const list: RecordedStep[] = [];
  for (const { step, times } of sequence) {
    const previousOther = list.findLastIndex(each => each.key !== step.key);
    const equalSteps = list.length - 1 - previousOther;
    const count = Math.min(MAX_LIST_STEPS, equalSteps + times);
    for (let index = equalSteps; index < count; index++) list.push(step);
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
