// The work that both bare servers do: collect the body, parse it, write the same answer anew.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The answer as an object, so that each response has to be turned into text. */
export const answer: unknown = JSON.parse(process.argv[3] ?? '{}');
export const port = Number(process.argv[2]);

export function doTheWork(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const asked: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof asked !== 'object' || asked === null) {
      outgoing.writeHead(400).end();
      return;
    }
    const body = JSON.stringify(answer);
    outgoing.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    outgoing.end(body);
  });
}
