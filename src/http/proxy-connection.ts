// Connections of a proxied exchange: streams a body, detects a disconnected client.
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
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

/**
 * Sends a 1xx response of the upstream (RFC 9110 section 15.2). Node 22 has no method for it that takes any status and any fields.
 * @param rawHeaders names and values in turn, as node:http has parsed them
 */
export function sendInterimResponse(
  outgoing: ServerResponse,
  statusCode: number,
  rawHeaders: readonly string[],
): void {
  let head = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\n`;
  for (const [index, text] of rawHeaders.entries()) head += text + (index % 2 === 0 ? ': ' : '\r\n');
  outgoing.socket?.write(`${head}\r\n`, 'latin1');
}

/** Sends a response body to the client, and collects it. @returns why it is incomplete; undefined: it is complete */
export function pipeBody(
  response: IncomingMessage,
  collector: BodyCollector,
  outgoing: ServerResponse,
): Promise<string | undefined> {
  return readBody(response, collector, chunk => {
    collector.add(chunk);
    if (outgoing.write(chunk)) return;
    response.pause();
    outgoing.once('drain', () => response.resume());
  });
}

/** Collects a response body. @returns fits false: it is larger than the limit, and the rest can still be read */
export async function collectBody(
  response: IncomingMessage,
  collector: BodyCollector,
): Promise<{ readonly fits: boolean; readonly failure?: string | undefined }> {
  const { promise: full, resolve: setFull } = Promise.withResolvers<{ fits: false }>();
  const onData = (chunk: Uint8Array): void => {
    if (collector.hasRoomFor(chunk)) {
      collector.add(chunk);
      return;
    }
    response.off('data', onData);
    response.pause();
    response.unshift(chunk);
    setFull({ fits: false });
  };
  const end = readBody(response, collector, onData).then(failure => ({ fits: true, failure }));
  return await Promise.race([full, end]);
}

function readBody(
  response: IncomingMessage,
  collector: BodyCollector,
  onData: (chunk: Uint8Array) => void,
): Promise<string | undefined> {
  return new Promise(resolve => {
    response.on('data', onData);
    response.on('end', () => resolve(undefined));
    const onIncomplete = (): void =>
      resolve(`the connection closed after ${collector.size} bytes of the response body`);
    response.on('error', onIncomplete);
    response.on('close', onIncomplete);
    // It is paused if the beginning was collected.
    response.resume();
  });
}
