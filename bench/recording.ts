// Writes a HAR of any size: the documented BonifiQ call over and over, as a browser records it, with values that change.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { DocumentedCall } from './request.ts';

/** Response headers that give the entries the size of recorded ones. */
const RESPONSE_HEADERS = [
  ['Date', 'Sat, 21 Nov 2026 04:00:00 GMT'],
  ['Server', 'Kestrel'],
  ['Vary', 'Accept-Encoding'],
  ['Cache-Control', 'no-store, must-revalidate'],
  ['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'],
  ['X-Content-Type-Options', 'nosniff'],
] as const;

/**
 * Writes one call many times.
 * @returns the number of entries
 */
export async function writeRecording(
  file: string,
  bytes: number,
  { request, answer }: DocumentedCall,
): Promise<number> {
  return await writeEntries(file, bytes, 'bench', number => entry(number, request, answer));
}

/**
 * @param makeEntry the JSON of the entry with this number, counted from 0
 * @returns the number of entries
 */
export async function writeEntries(
  file: string,
  bytes: number,
  creator: string,
  makeEntry: (number: number) => string,
): Promise<number> {
  const out = createWriteStream(file);
  let written = 0;
  let entries = 0;
  const write = async (text: string): Promise<void> => {
    written += Buffer.byteLength(text);
    if (!out.write(text)) await once(out, 'drain');
  };
  await write(`{"log":{"version":"1.2","creator":{"name":"${creator}","version":"1"},"entries":[\n`);
  while (written < bytes) {
    const chunk: string[] = [];
    const before = entries > 0;
    for (let index = 0; index < 50; index++) chunk.push(makeEntry(entries++));
    await write(`${before ? ',\n' : ''}${chunk.join(',\n')}`);
  }
  await write('\n]}}\n');
  out.end();
  await finished(out);
  return entries;
}

function entry(number: number, request: DocumentedCall['request'], answer: string): string {
  const fields = (pairs: Iterable<readonly [string, string]>): { name: string; value: string }[] =>
    [...pairs].map(([name, value]) => ({ name, value }));
  const path = request.path.replace(/[^/]+$/, String(1_000_000 + number));
  // No two bodies are equal, so that remembering the last one gains nothing.
  const requestBody = request.body.replace(/("Name":")/, `$1${number} `);
  const responseBody = answer.replaceAll(/("(?:Name|PublicId)":")/g, `$1${number} `);
  return JSON.stringify({
    startedDateTime: new Date(1_795_000_000_000 + number * 37).toISOString(),
    time: 12 + (number % 50),
    request: {
      method: request.method,
      url: `https://api.bonifiq.com.br${path}`,
      httpVersion: 'HTTP/1.1',
      headers: fields(Object.entries(request.headers)),
      queryString: [],
      cookies: [],
      headersSize: -1,
      bodySize: Buffer.byteLength(requestBody),
      postData: { mimeType: 'application/json', text: requestBody },
    },
    response: {
      status: 200,
      statusText: 'OK',
      httpVersion: 'HTTP/1.1',
      headers: fields([...RESPONSE_HEADERS, ['Content-Type', 'application/json; charset=utf-8']]),
      cookies: [],
      redirectURL: '',
      headersSize: -1,
      bodySize: Buffer.byteLength(responseBody),
      content: {
        size: Buffer.byteLength(responseBody),
        mimeType: 'application/json; charset=utf-8',
        text: responseBody,
      },
    },
    cache: {},
    timings: { send: 0, wait: 12, receive: 0 },
  });
}
