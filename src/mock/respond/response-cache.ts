// Caches validated responses: one depends only on the operation and the selection.

import { isRecorded, type Response } from '../../exchange/exchange.ts';
import type { Finding } from '../../finding/finding.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import { validateResponse } from '../../validate/response.ts';
import { createResponse, type ResponseOrProblem, type ResponseSelection } from './create-response.ts';

export interface CachedResponse {
  readonly result: ResponseOrProblem;
  /** What the judge says of the response; none for a problem. */
  readonly findings: readonly Finding[];
}

/** Clients choose the key (Accept is theirs), so the number of answers kept for one operation is bounded. */
const MAX_DECLARED = 100;

/** What was made up is another thing for each path; so many are kept for one API, and none of more bytes. */
const MAX_GENERATED = 500;
const MAX_GENERATED_BYTES = 16 * 1024;

type ResponseCache = Map<string, CachedResponse>;
const DECLARED_RESPONSES = new WeakMap<Operation, ResponseCache>();
const GENERATED_RESPONSES = new WeakMap<ApiSpec, ResponseCache>();

const CACHED_RESPONSES = new WeakSet<Response>();

/** Whether the same response will be given again, so that work on it is not done for once. */
export function isCachedResponse(response: Response): boolean {
  return CACHED_RESPONSES.has(response);
}

/** The answer for a wish with its findings, from the shelf where it can be. */
export function getCachedResponse(
  operation: Operation,
  selection: ResponseSelection,
): CachedResponse | Promise<CachedResponse> {
  const { status, example, accept, seed } = selection;
  const key = `${status ?? ''} ${example ?? ''}\n${accept ?? ''}`;
  if (seed === undefined) {
    const cache = cacheOf(DECLARED_RESPONSES, operation);
    return cache.get(key) ?? createAndStore(operation, selection, cache, key);
  }
  const cache = cacheOf(GENERATED_RESPONSES, operation.api);
  // The seed names the operation.
  const whole = `${key}\n${seed}`;
  return cache.get(whole) ?? createAndStore(operation, selection, cache, whole);
}

function cacheOf<Of extends object>(caches: WeakMap<Of, ResponseCache>, of: Of): ResponseCache {
  let cache = caches.get(of);
  if (cache === undefined) {
    cache = new Map();
    caches.set(of, cache);
  }
  return cache;
}

async function createAndStore(
  operation: Operation,
  selection: ResponseSelection,
  cache: ResponseCache,
  key: string,
): Promise<CachedResponse> {
  const created = await createValidated(operation, selection);
  const response = 'response' in created.result ? created.result.response : undefined;
  const isLong =
    response !== undefined && isRecorded(response.body) && response.body.length > MAX_GENERATED_BYTES;
  if (selection.seed !== undefined && isLong) return created;
  const most = selection.seed === undefined ? MAX_DECLARED : MAX_GENERATED;
  const oldest = cache.size >= most ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  cache.set(key, created);
  if (response !== undefined) CACHED_RESPONSES.add(response);
  return created;
}

async function createValidated(operation: Operation, selection: ResponseSelection): Promise<CachedResponse> {
  const created = await createResponse(operation, selection);
  return {
    result: created,
    findings: 'response' in created ? validateResponse(operation, created.response) : [],
  };
}
