// Answers kept ready: an answer depends on operation and wish and nothing else, so it is made and judged once.
import type { Operation } from '../contract/contract.ts';
import { judgeResponse } from '../contract/judge.ts';
import { isRecorded, type Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import { type Answer, answer, type Wish } from './answer.ts';

export interface Prepared {
  readonly answer: Answer;
  /** What the judge says of the response; none for a problem. */
  readonly findings: readonly Finding[];
}

/**
 * Clients choose the key (Accept is theirs, and what made-up bodies begin with), so the number of answers kept for one
 * operation is bounded, and what was made up does not drive out what the document says.
 */
const KEPT = 100;
/** Bytes of the longest body that is kept. */
const LONGEST = 64 * 1024;

type Shelf = Map<string, Prepared>;
const DECLARED = new WeakMap<Operation, Shelf>();
const MADE_UP = new WeakMap<Operation, Shelf>();

const KEPT_RESPONSES = new WeakSet<Response>();

/** Whether the same response will be given again, so that work on it is not done for once. */
export function isPrepared(response: Response): boolean {
  return KEPT_RESPONSES.has(response);
}

/** The answer for a wish with its findings, from the shelf where it can be. */
export function prepare(operation: Operation, wish: Wish): Prepared | Promise<Prepared> {
  const shelves = wish.seed === undefined ? DECLARED : MADE_UP;
  let shelf = shelves.get(operation);
  if (shelf === undefined) {
    shelf = new Map();
    shelves.set(operation, shelf);
  }
  const key = `${wish.status ?? ''} ${wish.example ?? ''}\n${wish.accept ?? ''}\n${wish.seed ?? ''}`;
  return shelf.get(key) ?? makeAndKeep(operation, wish, shelf, key);
}

async function makeAndKeep(operation: Operation, wish: Wish, shelf: Shelf, key: string): Promise<Prepared> {
  const made = await make(operation, wish);
  const response = 'response' in made.answer ? made.answer.response : undefined;
  if (response !== undefined && isRecorded(response.body) && response.body.length > LONGEST) return made;
  const oldest = shelf.size >= KEPT ? shelf.keys().next().value : undefined;
  if (oldest !== undefined) shelf.delete(oldest);
  shelf.set(key, made);
  if (response !== undefined) KEPT_RESPONSES.add(response);
  return made;
}

async function make(operation: Operation, wish: Wish): Promise<Prepared> {
  const made = await answer(operation, wish);
  return { answer: made, findings: 'response' in made ? judgeResponse(operation, made.response) : [] };
}
