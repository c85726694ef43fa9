// Answers kept ready: an answer depends on operation and wish and nothing else, so it is made and judged once.
import type { ApiSpec, Operation } from '../contract/contract.ts';
import { judgeResponse } from '../contract/judge.ts';
import { isRecorded, type Response } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import { type Answer, answer, type Wish } from './answer.ts';

export interface Prepared {
  readonly answer: Answer;
  /** What the judge says of the response; none for a problem. */
  readonly findings: readonly Finding[];
}

/** Clients choose the key (Accept is theirs), so the number of answers kept for one operation is bounded. */
const KEPT = 100;

/** What was made up is another thing for each path; so many are kept for one API, and none of more bytes. */
const MADE_UP_KEPT = 500;
const MADE_UP_LONGEST = 16 * 1024;

type Shelf = Map<string, Prepared>;
const DECLARED = new WeakMap<Operation, Shelf>();
const MADE_UP = new WeakMap<ApiSpec, Shelf>();

const KEPT_RESPONSES = new WeakSet<Response>();

/** Whether the same response will be given again, so that work on it is not done for once. */
export function isPrepared(response: Response): boolean {
  return KEPT_RESPONSES.has(response);
}

/** The answer for a wish with its findings, from the shelf where it can be. */
export function prepare(operation: Operation, wish: Wish): Prepared | Promise<Prepared> {
  const { status, example, accept, seed } = wish;
  const key = `${status ?? ''} ${example ?? ''}\n${accept ?? ''}`;
  if (seed === undefined) {
    const shelf = shelfOf(DECLARED, operation);
    return shelf.get(key) ?? makeAndKeep(operation, wish, shelf, key);
  }
  const shelf = shelfOf(MADE_UP, operation.api);
  // The seed names the operation.
  const whole = `${key}\n${seed}`;
  return shelf.get(whole) ?? makeAndKeep(operation, wish, shelf, whole);
}

function shelfOf<Of extends object>(shelves: WeakMap<Of, Shelf>, of: Of): Shelf {
  let shelf = shelves.get(of);
  if (shelf === undefined) {
    shelf = new Map();
    shelves.set(of, shelf);
  }
  return shelf;
}

async function makeAndKeep(operation: Operation, wish: Wish, shelf: Shelf, key: string): Promise<Prepared> {
  const made = await make(operation, wish);
  const response = 'response' in made.answer ? made.answer.response : undefined;
  const isLong =
    response !== undefined && isRecorded(response.body) && response.body.length > MADE_UP_LONGEST;
  if (wish.seed !== undefined && isLong) return made;
  const most = wish.seed === undefined ? KEPT : MADE_UP_KEPT;
  const oldest = shelf.size >= most ? shelf.keys().next().value : undefined;
  if (oldest !== undefined) shelf.delete(oldest);
  shelf.set(key, made);
  if (response !== undefined) KEPT_RESPONSES.add(response);
  return made;
}

async function make(operation: Operation, wish: Wish): Promise<Prepared> {
  const made = await answer(operation, wish);
  return { answer: made, findings: 'response' in made ? judgeResponse(operation, made.response) : [] };
}
