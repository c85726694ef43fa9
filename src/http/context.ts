// From the head of a request to its context: clients send the same head again and again, so contexts are remembered.
import type { IncomingMessage } from 'node:http';
import { createCache } from '../exchange/bounded-cache.ts';
import { type Address, addressOf } from '../mock/address.ts';
import type { Stage } from '../mock/stage.ts';
import { receiveHead } from './receive.ts';

export type ContextReader = (incoming: IncomingMessage) => Address;

/** Heads remembered, and the characters of the longest of them: together 4 MB at most. */
const KEPT = 1024;
const LONGEST_KEPT = 4096;

/**
 * A context depends on the head, on the configuration that is served and on the table of upstream services. It is read anew
 * when the configuration was reloaded, and each time while there are upstream services, since their table may change.
 */
export function createContextReader(stage: Stage): ContextReader {
  let { world } = stage;
  let contexts = createCache<string, Address>(KEPT);
  return incoming => {
    if (!stage.upstreams.isEmpty) return addressOf(stage, receiveHead(incoming));
    if (stage.world !== world) {
      ({ world } = stage);
      // A context refers to the configuration: an old one must not be kept alive.
      contexts = createCache(KEPT);
    }
    // No field holds a line break, so two heads with the same text are the same head (RFC 9110 section 5.5).
    const text = `${incoming.method} ${incoming.url}\n${incoming.rawHeaders.join('\n')}`;
    const known = contexts.get(text);
    if (known !== undefined) return known;
    const context = addressOf(stage, receiveHead(incoming));
    if (text.length <= LONGEST_KEPT) contexts.set(text, context);
    return context;
  };
}
