// Plays the requests of a fixture against a server, and compares what two servers reply.
import { readFileSync } from 'node:fs';
import http from 'node:http';

export interface PlayedRequest {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly json?: unknown;
  /** The construct that the import names as lost, because of which the replies differ. */
  readonly differs?: string;
  /** True: only the values of the JSON bodies are equal. */
  readonly sameValue?: boolean;
  /** True: only the names and types of the JSON bodies are equal. Random values differ. */
  readonly sameShape?: boolean;
  /** Header fields that the import names as lost, or as added. */
  readonly lostFields?: readonly string[];
}

export interface PlayedReply {
  /** 0: no response. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function requestsOf(file: string): PlayedRequest[] {
  return JSON.parse(readFileSync(file, 'utf8')) as PlayedRequest[];
}

/** Fields that every server sets in its own way. */
const OWN_FIELDS =
  /^(?:date|connection|keep-alive|transfer-encoding|content-length|vary|server|matched-stub-.*|x-request-id|x-deadringer.*|access-control-.*|timing-.*|etag|x-powered-by|allow|cache-control)$/;

export async function playAll(origin: string, requests: readonly PlayedRequest[]): Promise<PlayedReply[]> {
  const replies: PlayedReply[] = [];
  // One after the other: states change.
  for (const request of requests) replies.push(await play(origin, request));
  return replies;
}

function play(
  origin: string,
  { path: target, method = 'GET', headers = {}, body, json }: PlayedRequest,
): Promise<PlayedReply> {
  const sent = json === undefined ? body : JSON.stringify(json);
  const fields = { ...(json !== undefined && { 'Content-Type': 'application/json' }), ...headers };
  return new Promise(resolve => {
    const failed = (): void => resolve({ status: 0, headers: {}, body: '' });
    const request = http.request(
      `${origin}${target}`,
      { method, headers: fields, agent: false },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', failed);
        response.on('end', () => {
          const shown = Object.entries(response.headers)
            .filter(([name]) => !OWN_FIELDS.test(name))
            .map(([name, value]) => [
              name,
              String(value)
                .replace(/;\s*charset=/i, ';charset=')
                .toLowerCase(),
            ]);
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(shown) as Record<string, string>,
            body: Buffer.concat(chunks).toString('latin1'),
          });
        });
      },
    );
    request.on('error', failed);
    request.end(sent);
  });
}
