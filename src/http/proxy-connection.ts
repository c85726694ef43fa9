// Connections of a proxied exchange: streams a body, detects a disconnected client.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyCollector } from './body-collector.ts';

/**
 * Aborts if the client disconnects before the response is complete. A client that closes its sending side counts as
 * disconnected, because most such clients do not read the response.
 */
export function disconnectSignal(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const { socket } = outgoing.req;
  const onEnd = (): void => {
    socket.destroy();
  };
  socket.once('end', onEnd);
  outgoing.once('close', () => {
    socket.off('end', onEnd);
    if (!outgoing.writableFinished) controller.abort();
  });
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
