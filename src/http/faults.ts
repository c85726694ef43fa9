// Delayed, throttled and broken responses, on the socket itself.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../scenario/delivery.ts';
import type { Fault } from '../scenario/scenario.ts';

/** Waits as the delivery says; false when the client has gone meanwhile. */
export async function delayResponse(milliseconds: number, outgoing: ServerResponse): Promise<boolean> {
  if (milliseconds > 0) {
    const disconnected = new AbortController();
    const leave = (): void => disconnected.abort();
    outgoing.once('close', leave);
    // Timers end together with the connection, so that neither a client nor a shutdown has to wait for them.
    await sleep(milliseconds, undefined, { signal: disconnected.signal }).catch(() => undefined);
    outgoing.off('close', leave);
  }
  // An answer that waits for its turn behind others on the connection has no socket yet; its request has.
  return !outgoing.destroyed && !outgoing.req.socket.destroyed;
}

/** Sends a body piece by piece, at so many bytes a second. */
export async function throttleBody(
  outgoing: ServerResponse,
  body: Uint8Array,
  bytesASecond: number,
): Promise<void> {
  const step = Math.max(1, Math.ceil(bytesASecond / 20));
  for (let at = 0; at < body.length; at += step) {
    if (!outgoing.write(body.subarray(at, at + step)))
      await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')]);
    if (at + step < body.length && !(await delayResponse((step / bytesASecond) * 1000, outgoing))) return;
  }
  outgoing.end();
}

/** The head that would have been sent, and the body. */
export interface IntendedResponse {
  readonly status: number;
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
}

/** Breaks the answer. Every fault ends the connection but `hang`, which leaves it open until the client or the server goes. */
export function injectFault(
  fault: Fault,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, fields, body }: IntendedResponse,
): void {
  const { socket } = incoming;
  const half = body.subarray(0, Math.ceil(body.length / 2));
  const head = { ...fields } as Record<string, string | string[]>;
  switch (fault) {
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'empty':
      socket.destroy();
      return;
    case 'hang':
      return;
    case 'garbage':
      socket.end('\u0007this is not HTTP\r\n\r\n\u0000\u0001\u0002');
      return;
    case 'reset-mid-body':
      outgoing.writeHead(status, head);
      // A reset throws away what the client has not read yet, so it is given a moment to read.
      outgoing.write(half, () => setTimeout(() => socket.resetAndDestroy(), 50));
      return;
    case 'truncate':
      // The length is right and the body is not: what a proxy that was cut off would pass on.
      outgoing.writeHead(status, head);
      outgoing.write(half, () => socket.destroySoon());
      return;
    case 'wrong-length':
      outgoing.writeHead(status, { ...head, 'content-length': String(body.length + 10) });
      outgoing.write(body, () => socket.destroySoon());
      return;
  }
}

export function isImmediate({ delay, bytesPerSecond: rate, fault }: Delivery): boolean {
  return delay === 0 && rate === undefined && fault === undefined;
}
