// Delays, throttles and breaks responses.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bytesPerPart, type Delivery } from '../scenario/delivery.ts';
import type { Fault } from '../scenario/fault.ts';

/** A longer timer of Node ends at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits. @returns false if the client disconnected meanwhile */
export async function delayResponse(milliseconds: number, outgoing: ServerResponse): Promise<boolean> {
  if (milliseconds > 0) {
    const disconnected = new AbortController();
    const onClose = (): void => disconnected.abort();
    outgoing.once('close', onClose);
    for (let left = milliseconds; left > 0 && !disconnected.signal.aborted; left -= MAX_TIMER_MS) {
      // The timer ends with the connection, so a shutdown does not wait for it.
      const options = { signal: disconnected.signal };
      await sleep(Math.min(left, MAX_TIMER_MS), undefined, options).catch(() => undefined);
    }
    outgoing.off('close', onClose);
  }
  return !outgoing.destroyed && !outgoing.req.socket.destroyed;
}

/** Sends a body at a limited rate. */
export async function throttleBody(
  outgoing: ServerResponse,
  body: Uint8Array,
  bytesPerSecond: number,
): Promise<void> {
  const step = bytesPerPart(bytesPerSecond);
  for (let at = 0; at < body.length; at += step) {
    if (!outgoing.write(body.subarray(at, at + step)))
      await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')]);
    if (at + step < body.length && !(await delayResponse((step / bytesPerSecond) * 1000, outgoing))) return;
  }
  outgoing.end();
}

/** Sends the items of a stream, each as a chunk. @param interval milliseconds between them */
export async function sendItems(
  outgoing: ServerResponse,
  items: readonly Uint8Array[],
  interval: number,
): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index > 0 && interval > 0 && !(await delayResponse(interval, outgoing))) return;
    if (!outgoing.write(item)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')]);
    if (outgoing.destroyed) return;
  }
  outgoing.end();
}

/** The response without the fault. */
export interface IntendedResponse {
  readonly status: number;
  /** Names and values in turn. */
  readonly fields: string[];
  readonly body: Uint8Array;
}

/** Breaks the response. Each fault closes the connection, except `hang`: it stays open until the client or the server closes it. */
export function injectFault(
  fault: Fault,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, fields, body }: IntendedResponse,
): void {
  const { socket } = incoming;
  const half = body.subarray(0, Math.ceil(body.length / 2));
  switch (fault) {
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'empty':
      socket.destroy();
      return;
    case 'hang':
      closeWithClient(socket);
      return;
    case 'garbage':
      socket.end('\u0007this is not HTTP\r\n\r\n\u0000\u0001\u0002');
      return;
    case 'reset-mid-body':
      outgoing.writeHead(status, fields);
      // A reset discards data that the client has not read yet, so give it time to read.
      outgoing.write(half, () => setTimeout(() => socket.resetAndDestroy(), 50));
      return;
    case 'truncate':
      // Content-Length is correct, and the connection closes in the middle of the body.
      outgoing.writeHead(status, fields);
      outgoing.write(half, () => socket.destroySoon());
      return;
    case 'wrong-length':
      outgoing.writeHead(status, withContentLength(fields, body.length + 10));
      outgoing.write(body, () => socket.destroySoon());
      return;
  }
}

/** Closes a connection when the client closes its side: nothing is sent on it that would show that the client has left. */
export function closeWithClient(socket: Socket): void {
  if (socket.readableEnded) socket.destroy();
  else socket.once('end', () => socket.destroy());
}

function withContentLength(fields: readonly string[], length: number): string[] {
  const others = fields.filter((_, index) => fields[index - (index % 2)] !== 'content-length');
  return [...others, 'content-length', String(length)];
}

export function isImmediate({ delay, bytesPerSecond, fault, interval }: Delivery): boolean {
  return delay === 0 && bytesPerSecond === undefined && fault === undefined && interval === undefined;
}
