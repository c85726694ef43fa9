// Derives the context of a request from its head. Clients repeat the same heads, so contexts are cached.
import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { createRequestContext, type RequestContext } from '../mock/request-context.ts';
import type { ServedConfig } from '../mock/served-config.ts';
import type { ServerState } from '../mock/server-state.ts';
import { readHead, transportOf } from './receive.ts';

export type ContextReader = (incoming: IncomingMessage) => RequestContext;

/** Cached contexts, and the length of the longest cached head: at most 4 MB in total. */
const MAX_CONTEXTS = 1024;
const MAX_HEAD_LENGTH = 4096;

/**
 * A context depends on the head, the configuration and the upstream table. The cache of a configuration ends with it: a
 * reload must not keep the old documents in memory. With upstreams nothing is cached, because their table can change.
 */
export function createContextReader(state: ServerState): ContextReader {
  const caches = new WeakMap<ServedConfig, LRUCache<string, RequestContext>>();
  return incoming => {
    if (!state.upstreams.isEmpty) return createRequestContext(state, readHead(incoming));
    let contexts = caches.get(state.config);
    if (contexts === undefined) {
      contexts = new LRUCache({ max: MAX_CONTEXTS });
      caches.set(state.config, contexts);
    }
    // Header fields contain no line breaks (RFC 9110 section 5.5), so equal texts are equal heads.
    const version = transportOf(incoming)?.httpVersion ?? '';
    const text = `${version}${incoming.method} ${incoming.url}\n${incoming.rawHeaders.join('\n')}`;
    const cached = contexts.get(text);
    if (cached !== undefined) return cached;
    const context = createRequestContext(state, readHead(incoming));
    if (text.length <= MAX_HEAD_LENGTH) contexts.set(text, context);
    return context;
  };
}
