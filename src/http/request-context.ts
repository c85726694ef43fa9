// From the head of a request to its context: clients send the same head again and again, so contexts are remembered.
import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { createRequestContext, type RequestContext } from '../mock/request-context.ts';
import type { ServerState } from '../mock/server-state.ts';
import { readHead } from './receive.ts';

export type ContextReader = (incoming: IncomingMessage) => RequestContext;

/** Heads remembered, and the characters of the longest of them: together 4 MB at most. */
const MAX_CONTEXTS = 1024;
const MAX_HEAD_LENGTH = 4096;

/**
 * A context depends on the head, on the configuration that is served and on the table of upstream services. It is read anew
 * when the configuration was reloaded, and each time while there are upstream services, since their table may change.
 */
export function createContextReader(state: ServerState): ContextReader {
  let { config } = state;
  const contexts = new LRUCache<string, RequestContext>({ max: MAX_CONTEXTS });
  return incoming => {
    if (!state.upstreams.isEmpty) return createRequestContext(state, readHead(incoming));
    if (state.config !== config) {
      ({ config } = state);
      // A context refers to the configuration: an old one must not be kept alive.
      contexts.clear();
    }
    // No field holds a line break, so two heads with the same text are the same head (RFC 9110 section 5.5).
    const text = `${incoming.method} ${incoming.url}\n${incoming.rawHeaders.join('\n')}`;
    const known = contexts.get(text);
    if (known !== undefined) return known;
    const context = createRequestContext(state, readHead(incoming));
    if (text.length <= MAX_HEAD_LENGTH) contexts.set(text, context);
    return context;
  };
}
