// A client that sends bytes on a bare socket, piece by piece, and collects everything that comes back.
import { once } from 'node:events';
import net from 'node:net';

/**
 * Sends the pieces on a connection of their own, each in its own packet.
 * @param isComplete ends the connection when it holds for what was received so far; without it the client ends its sending
 * side at once, and the server closes the connection
 * @returns everything that was received, one character a byte
 */
export async function exchangeBytes(
  port: number,
  pieces: readonly Uint8Array[],
  isComplete?: (answer: string) => boolean,
): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let answer = '';
  socket.on('data', chunk => {
    answer += chunk.toString('latin1');
    if (isComplete?.(answer)) socket.destroy();
  });
  // A server that rejects a request may reset the connection; what it sent before counts.
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  for (const piece of pieces) {
    if (socket.destroyed) break;
    await new Promise<void>(resolve => socket.write(piece, () => resolve()));
    // One turn of the event loop, so that the server reads this piece alone.
    await new Promise(setImmediate);
  }
  if (isComplete === undefined) socket.end();
  await closed;
  return answer;
}

/** The status codes of all answers in what a connection received. */
export function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}
