// Caches validated responses, which depend only on the operation and the selection.

import { LRUCache } from 'lru-cache';
import { isRecorded, type Response } from '../../exchange/exchange.ts';
import type { Finding } from '../../finding/finding.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import { validateResponse } from '../../validate/response.ts';
import { createResponse, type ResponseOrProblem, type ResponseSelection } from './create-response.ts';

export interface CachedResponse {
  readonly result: ResponseOrProblem;
  /** Findings about the response; empty for a problem. */
  readonly findings: readonly Finding[];
}

/** Responses per operation. The key contains the Accept header, so clients could create any number of them. */
const MAX_DECLARED = 100;

/** Generated responses per API, and the size of the largest: they differ for each path. */
const MAX_GENERATED = 500;
const MAX_GENERATED_BYTES = 16 * 1024;

type ResponseCache = LRUCache<string, CachedResponse>;
const DECLARED_RESPONSES = new WeakMap<Operation, ResponseCache>();
const GENERATED_RESPONSES = new WeakMap<ApiSpec, ResponseCache>();

const CACHED_RESPONSES = new WeakSet<Response>();

/** Whether the response is in a cache and will probably be sent again. */
export function isCachedResponse(response: Response): boolean {
  return CACHED_RESPONSES.has(response);
}

/** Says that a response will probably be sent again: what is made of it to send it is kept. */
export function keepParts(response: Response): void {
  CACHED_RESPONSES.add(response);
}

/** The response for a selection, validated. A promise only if it is not cached. */
export function getCachedResponse(
  operation: Operation,
  selection: ResponseSelection,
): CachedResponse | Promise<CachedResponse> {
  if (isUncacheable(selection)) return createValidated(operation, selection);
  const { cache, key } = placeOf(operation, selection);
  return cache.get(key) ?? createAndStore(operation, selection, cache, key);
}

/** As getCachedResponse, without creating it. @returns undefined if it is not cached */
export function findCachedResponse(
  operation: Operation,
  selection: ResponseSelection,
): CachedResponse | undefined {
  if (isUncacheable(selection)) return undefined;
  const { cache, key } = placeOf(operation, selection);
  return cache.get(key);
}

function isUncacheable({ isOnce, seed }: ResponseSelection): boolean {
  return isOnce === true && seed !== undefined;
}

function placeOf(
  operation: Operation,
  { status, example, accept, seed, asPrism }: ResponseSelection,
): { readonly cache: ResponseCache; readonly key: string } {
  const key =
    asPrism === undefined
      ? `${status ?? ''} ${example ?? ''}\n${accept ?? ''}`
      : `${status} ${example ?? ''}\n${asPrism.content?.node.pointer ?? ''} ${asPrism.mediaType ?? ''}`;
  if (seed === undefined) {
    return { cache: cacheOf(DECLARED_RESPONSES, operation, MAX_DECLARED), key };
  }
  // The seed contains the id of the operation.
  return { cache: cacheOf(GENERATED_RESPONSES, operation.api, MAX_GENERATED), key: `${key}\n${seed}` };
}

function cacheOf<Owner extends object>(
  caches: WeakMap<Owner, ResponseCache>,
  owner: Owner,
  max: number,
): ResponseCache {
  let cache = caches.get(owner);
  if (cache === undefined) {
    cache = new LRUCache({ max: max });
    caches.set(owner, cache);
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
  const isLarge =
    response !== undefined && isRecorded(response.body) && response.body.length > MAX_GENERATED_BYTES;
  if (selection.seed !== undefined && isLarge) return created;
  cache.set(key, created);
  if (response !== undefined) keepParts(response);
  return created;
}

async function createValidated(operation: Operation, selection: ResponseSelection): Promise<CachedResponse> {
  const created = await createResponse(operation, selection);
  return {
    result: created,
    findings: 'response' in created ? validateResponse(operation, created.response) : [],
  };
}
