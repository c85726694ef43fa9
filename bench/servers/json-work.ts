// The work that both bare servers do: read the body, parse it, serialise the same answer each time.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** An object, so that each response has to be serialised. */
export const answer: unknown = JSON.parse(process.argv[3] ?? '{}');
export const port = Number(process.argv[2]);

export function doTheWork(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof body !== 'object' || body === null) {
      outgoing.writeHead(400).end();
      return;
    }
    const text = JSON.stringify(answer);
    outgoing.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    outgoing.end(text);
  });
}
