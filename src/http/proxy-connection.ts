// Connections of a proxied exchange: streams a body, detects a disconnected client, closes an incomplete response.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { BodyCollector } from './body-collector.ts';

/** Aborts if the client disconnects before the response is complete. */
export function disconnectSignal(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const onClose = (): void => {
    if (!outgoing.writableFinished) controller.abort();
  };
  outgoing.once('close', onClose);
  if (outgoing.socket === null) {
    // node:http emits no `close` on a pipelined response that has no socket yet.
    const { socket } = outgoing.req;
    socket.setMaxListeners(0);
    socket.once('close', onClose);
    outgoing.once('socket', () => socket.off('close', onClose));
  }
  return controller.signal;
}

/** Collects a response body and sends it to the client, if given. @returns why it is incomplete; undefined: it is complete */
export function pipeBody(
  response: IncomingMessage,
  collector: BodyCollector,
  outgoing: ServerResponse | undefined,
): Promise<string | undefined> {
  return new Promise(resolve => {
    response.on('data', (chunk: Uint8Array) => {
      collector.add(chunk);
      if (outgoing === undefined || outgoing.write(chunk)) return;
      response.pause();
      outgoing.once('drain', () => response.resume());
    });
    response.on('end', () => resolve(undefined));
    const onIncomplete = (): void =>
      resolve(`the connection closed after ${collector.size} bytes of the response body`);
    response.on('error', onIncomplete);
    response.on('close', onIncomplete);
  });
}

/** Closes the connection in the middle of a response, after what was written is sent. */
export function endConnection(outgoing: ServerResponse): void {
  if (outgoing.socket !== null) outgoing.socket.destroySoon();
  // A pipelined response has no socket until the responses before it are sent.
  else outgoing.once('socket', (socket: Socket) => setImmediate(() => socket.destroySoon()));
}
