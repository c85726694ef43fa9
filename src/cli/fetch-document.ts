// Fetches a document from a server on this machine. Documents elsewhere are to be downloaded: they would change unseen.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shellWord } from '../exchange/curl.ts';
import { BodyCollector } from '../http/body-collector.ts';
import { isLoopback } from '../start-options.ts';
import { UsageError } from './command.ts';

export interface FetchedDocument {
  /** The path; that of a copy if the document has a URL. */
  readonly file: string;
  /** Removes the copy. */
  readonly remove: () => Promise<void>;
}

const MAX_BYTES = 50 * 1024 ** 2;
const TIMEOUT_MS = 30_000;
/** File systems take about 255 bytes. */
const MAX_NAME_LENGTH = 100;

/** @param document a path, or a URL of this machine */
export async function fetchDocument(document: string): Promise<FetchedDocument> {
  if (!/^https?:\/\//i.test(document)) return { file: document, remove: async () => {} };
  const url = URL.parse(document);
  if (url === null) throw new UsageError('the URL of the document is not valid');
  const name = fileName(url);
  const download = `download it: curl -o ${name} ${shellWord(url.origin + url.pathname + url.search)}, and name the file`;
  if (!isLoopback(url.hostname.replace(/^\[|\]$/g, '')))
    throw new UsageError(`the document is on another machine; ${download}`);
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`the URL of the document has credentials, which are not sent; ${download}`);
  const text = await fetchText(url);
  const folder = await mkdtemp(path.join(tmpdir(), 'deadringer-'));
  const file = path.join(folder, name);
  await writeFile(file, text);
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function fetchText(url: URL): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    if (!response.ok)
      throw new UsageError(`${url.href} responds with ${response.status} instead of a document`);
    const body = new BodyCollector(MAX_BYTES);
    for await (const chunk of response.body ?? []) {
      body.add(chunk);
      // The end of the loop closes the connection: the server may never stop sending.
      if (body.size > MAX_BYTES)
        throw new UsageError(`${url.href} has more than 50 MB; download it, and name the file`);
    }
    return body.bytes ?? new Uint8Array();
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
    throw new UsageError(`${url.href} cannot be fetched: ${cause}; start its server, or name a file`);
  }
}

/** The last piece of the path with an extension that documents have. */
function fileName({ pathname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1).replace(/%[\da-f]{2}|[^\w.-]/gi, '_');
  const name = last.slice(-MAX_NAME_LENGTH) || 'openapi';
  return /\.(ya?ml|json)$/i.test(name) ? name : `${name}.yaml`;
}
