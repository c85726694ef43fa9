// All that was recorded of one operation: kept within bounds while it is read, and then told as rules by outcome.
import type { Operation } from '../contract/contract.ts';
import type { When } from '../scenario/scenario.ts';
import type { LeftOut } from './answer.ts';
import type { Asked, Keys, Read, Take } from './take.ts';
import { tellApart } from './tell-apart.ts';

/** A rule that is to be written: its request, and the answers to it in their order. */
export interface Told {
  readonly operation: Operation;
  readonly when: When | undefined;
  /** More than one: they are walked request by request. */
  readonly takes: readonly Take[];
  /** Set where every answer is the document's own: the name of the example, "" for its first. */
  readonly example: string | undefined;
  /** How many exchanges it stands for. */
  readonly exchanges: number;
  /** True: a request that breaks the contract got a success. */
  readonly evenIfInvalid: boolean;
  /** "404", "503-200" */
  readonly outcome: string;
}

export const UNTOLD = {
  overfull: 'more different exchanges of one operation than are kept',
  alike: 'nothing that may be a condition tells the request from others',
} as const;

interface Identity {
  readonly asked: Asked;
  readonly sequence: { readonly take: Take; times: number }[];
  /** Exchanges, those that were like another included. */
  exchanges: number;
}

/** Exchanges that are kept of one operation. */
const MOST = 200;
/** Answers to one request that differ in identifiers alone, which may turn out to be no difference. */
const ALIKE = 5;
/** Steps of one list, where the same answer came again and again before another. */
const LONGEST = 100;

export class OperationStories {
  readonly operation: Operation;
  readonly #identities = new Map<string, Identity>();
  /** Requests whose answers are in no scenario; no rule may answer them in passing. */
  readonly #silent = new Map<string, Asked>();
  /** How often an answer of this shape was kept for one request. */
  readonly #shapes = new Map<string, number>();
  /** Of all that is kept. */
  readonly #answers = new Set<string>();
  readonly #unsound = new Set<string>();
  #kept = 0;

  constructor(operation: Operation) {
    this.operation = operation;
  }

  /**
   * @param room bytes that may still be kept
   * @returns why it was left out, or how many bytes it takes to keep it
   */
  add({ asked, draft: read }: Read, room: number): LeftOut | typeof UNTOLD.overfull | number {
    const identity = this.#identities.get(asked.key);
    if (identity === undefined && this.#kept >= MOST && this.#silent.size >= MOST) return UNTOLD.overfull;
    const draft = read();
    if (typeof draft === 'string') {
      this.#leave(asked);
      return draft;
    }
    const keys = draft.keys(this.#unsound);
    const last = identity?.sequence.at(-1);
    const shape = `${asked.key} ${keys.shapeKey}`;
    const alike = this.#shapes.get(shape) ?? 0;
    const isFull = this.#kept >= MOST || draft.size > room || alike >= ALIKE;
    if (identity !== undefined && last !== undefined && (isSame(last.take, keys) || (isFull && alike > 0))) {
      identity.exchanges++;
      if (last.take.shapeKey === keys.shapeKey) last.times++;
      return 0;
    }
    if (isFull) {
      // Where it was answered as others were, the rule that answers those may answer it, too.
      if (identity === undefined && !this.#answers.has(keys.shapeKey)) this.#leave(asked);
      return UNTOLD.overfull;
    }
    const take = draft.settle(this.#unsound);
    if (typeof take === 'string') {
      this.#leave(asked);
      return take;
    }
    this.#kept++;
    this.#shapes.set(shape, alike + 1);
    this.#answers.add(keys.shapeKey);
    const { sequence, exchanges } = identity ?? { sequence: [] as Identity['sequence'], exchanges: 0 };
    sequence.push({ take, times: 1 });
    this.#identities.set(asked.key, { asked: identity?.asked ?? asked, sequence, exchanges: exchanges + 1 });
    return draft.size;
  }

  #leave(asked: Asked): void {
    if (this.#silent.size < MOST) this.#silent.set(asked.key, asked);
  }

  /** @param finished what is known of an answer only when everything was read; equal keys are equal answers */
  tell(finished: (take: Take) => Take): { rules: Told[]; alike: number } {
    const classes = new Map<string, Class>();
    for (const { asked, sequence, exchanges } of this.#identities.values()) {
      const takes = listOf(withHeads(sequence.map(({ take, times }) => ({ take: finished(take), times }))));
      const [first] = takes;
      if (first === undefined) continue;
      // Who walks a list walks it alone: a request of another kind would take a step of it away.
      const key = takes.length > 1 ? `list ${asked.key}` : first.looseKey;
      const same: Class = classes.get(key) ?? new Map();
      classes.set(key, same.set(asked, { takes, exchanges }));
    }
    const rules: Told[] = [];
    let alike = 0;
    const all = [...classes.values()];
    const silent = [...this.#silent.values()].filter(({ key }) => !this.#identities.has(key));
    for (const one of all) {
      const others = [...all.filter(each => each !== one).flatMap(each => [...each.keys()]), ...silent];
      const apart = tellApart([...one.keys()], others);
      if (apart === undefined) alike += exchangesOf([...one.values()]);
      for (const { asked, when } of apart ?? []) {
        const answered = asked.flatMap(each => one.get(each) ?? []);
        const takes = answered[0]?.takes ?? [];
        const evenIfInvalid =
          asked.some(({ call }) => !call.valid) && takes.some(({ status }) => status < 400);
        const exchanges = exchangesOf(answered);
        const [example, ...further] = new Set(answered.map(each => each.takes[0]?.example));
        rules.push({
          operation: this.operation,
          when,
          takes,
          example: further.length === 0 ? example : undefined,
          exchanges,
          evenIfInvalid,
          outcome: outcomeOf(takes),
        });
      }
    }
    return { rules, alike };
  }
}

/** Requests that are answered alike. */
type Class = Map<Asked, Answered>;

interface Answered {
  readonly takes: readonly Take[];
  readonly exchanges: number;
}

function exchangesOf(answered: readonly Answered[]): number {
  return answered.reduce((sum, { exchanges }) => sum + exchanges, 0);
}

function isSame(one: Keys, other: Keys): boolean {
  return one.head === other.head && one.key === other.key;
}

type Repeated = readonly { readonly take: Take; readonly times: number }[];

/** The answer to HEAD is that to GET without its body, where GET was asked as well. */
function withHeads(sequence: Repeated): Repeated {
  return sequence.map(({ take, times }, index) => {
    if (!take.head) return { take, times };
    const fits = (each: { take: Take }): boolean => !each.take.head && each.take.status === take.status;
    const full = sequence.slice(0, index).findLast(fits) ?? sequence.slice(index).find(fits);
    return { take: full?.take ?? take, times };
  });
}

/** One step a request; the last stands for all that come after it. */
function listOf(sequence: Repeated): Take[] {
  const list: Take[] = [];
  for (const { take, times } of sequence) {
    const before = list.findLastIndex(each => each.key !== take.key);
    const already = list.length - 1 - before;
    for (let time = already; time < Math.min(LONGEST, already + times); time++) list.push(take);
  }
  const last = list.at(-1);
  while (list.length > 1 && list.at(-2)?.key === last?.key) list.pop();
  return list;
}

function outcomeOf(takes: readonly Take[]): string {
  const statuses = takes
    .map(({ status }) => status)
    .filter((status, index, all) => status !== all[index - 1]);
  const shown = statuses.slice(0, 5).join('-');
  return statuses.length > 5 ? `${shown}-and-on` : shown;
}
