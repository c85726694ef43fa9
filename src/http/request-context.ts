// Derives the context of a request from its head. Clients repeat the same heads, so contexts are cached.
import type { IncomingMessage } from 'node:http';
import { createCache } from '../exchange/bounded-cache.ts';
import { createRequestContext, type RequestContext } from '../mock/request-context.ts';
import type { ServerState } from '../mock/server-state.ts';
import { readHead } from './receive.ts';

export type ContextReader = (incoming: IncomingMessage) => RequestContext;

/** Cached contexts, and the length of the longest cached head: at most 4 MB in total. */
const MAX_CONTEXTS = 1024;
const MAX_HEAD_LENGTH = 4096;

/**
 * A context depends on the head, the configuration and the upstream table. A reload of the configuration clears the cache.
 * With upstreams nothing is cached, because their table can change.
 */
export function createContextReader(state: ServerState): ContextReader {
  let { config } = state;
  let contexts = createCache<string, RequestContext>(MAX_CONTEXTS);
  return incoming => {
    if (!state.upstreams.isEmpty) return createRequestContext(state, readHead(incoming));
    if (state.config !== config) {
      ({ config } = state);
      // A context refers to the configuration, and the cache must not keep an old one alive.
      contexts = createCache(MAX_CONTEXTS);
    }
    // Header fields contain no line breaks (RFC 9110 section 5.5), so equal texts are equal heads.
    const text = `${incoming.method} ${incoming.url}\n${incoming.rawHeaders.join('\n')}`;
    const cached = contexts.get(text);
    if (cached !== undefined) return cached;
    const context = createRequestContext(state, readHead(incoming));
    if (text.length <= MAX_HEAD_LENGTH) contexts.set(text, context);
    return context;
  };
}
