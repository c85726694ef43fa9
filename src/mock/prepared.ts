// Answers kept ready: without a seed an answer depends on operation, wish and nothing else, so it is made and judged once.
import type { Operation } from '../contract/contract.ts';
import { judgeResponse } from '../contract/judge.ts';
import type { Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import { type Answer, answer, type Wish } from './answer.ts';

export interface Prepared {
  readonly answer: Answer;
  /** What the judge says of the response; none for a problem. */
  readonly findings: readonly Finding[];
}

/** Clients choose the key (Accept is theirs), so the number of answers kept for one operation is bounded. */
const KEPT = 100;

const SHELVES = new WeakMap<Operation, Map<string, Prepared>>();

const KEPT_RESPONSES = new WeakSet<Response>();

/** Whether the same response will be given again, so that work on it is not done for once. */
export function isPrepared(response: Response): boolean {
  return KEPT_RESPONSES.has(response);
}

/** The answer for a wish with its findings, from the shelf where it can be. */
export function prepare(operation: Operation, wish: Wish): Prepared | Promise<Prepared> {
  if (wish.seed !== undefined) return make(operation, wish);
  let shelf = SHELVES.get(operation);
  if (shelf === undefined) {
    shelf = new Map();
    SHELVES.set(operation, shelf);
  }
  const key = `${wish.status ?? ''} ${wish.example ?? ''}\n${wish.accept ?? ''}`;
  const kept = shelf.get(key);
  if (kept !== undefined) return kept;
  const full = shelf;
  return make(operation, wish).then(made => {
    const oldest = full.size >= KEPT ? full.keys().next().value : undefined;
    if (oldest !== undefined) full.delete(oldest);
    full.set(key, made);
    if ('response' in made.answer) KEPT_RESPONSES.add(made.answer.response);
    return made;
  });
}

async function make(operation: Operation, wish: Wish): Promise<Prepared> {
  const made = await answer(operation, wish);
  return { answer: made, findings: 'response' in made ? judgeResponse(operation, made.response) : [] };
}
