// A client that sends bytes on a socket, in parts, and collects everything that it receives.
import { once } from 'node:events';
import net from 'node:net';

/**
 * Sends the parts on a new connection, each in its own packet.
 * @param isComplete if it returns true for the text received so far, the client closes the connection; without it the client
 * ends its sending side at once, and the server closes the connection
 * @returns the received text, one character per byte
 */
export async function exchangeBytes(
  port: number,
  parts: readonly Uint8Array[],
  isComplete?: (received: string) => boolean,
): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  socket.on('data', chunk => {
    received += chunk.toString('latin1');
    if (isComplete?.(received)) socket.destroy();
  });
  // A server that rejects a request may reset the connection after its response.
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (const part of parts) {
    if (socket.destroyed) break;
    await new Promise<void>(resolve => socket.write(part, () => resolve()));
    // Wait for one tick, so that the server reads this part alone.
    await new Promise(setImmediate);
  }
  if (isComplete === undefined) socket.end();
  await closed;
  return received;
}

/** The status codes of all responses in the received text. */
export function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}
