// Builds HAR entries from short descriptions, and checks them through the public API.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Issue, Report } from '../../src/check/report.ts';
import { type CheckTrafficOptions, checkTraffic } from '../../src/index.ts';

export const SHOP = 'test/check/shop.yaml';
export const HOST = 'https://eu.shop.example/v1';
const TOKEN = 'Bearer FAKE-token-of-a-test';

type Fields = Readonly<Record<string, string | readonly string[]>>;

export interface Call {
  readonly method?: string;
  /** A path below HOST, or an absolute URL. */
  readonly url: string;
  readonly headers?: Fields;
  /** The text of the request body, or the HAR `postData`. */
  readonly send?: string | object;
  readonly status?: number;
  readonly answer?: Fields;
  /** The text of the response body, or the HAR `content`. */
  readonly body?: string | object;
  readonly startedDateTime?: string;
  /** Merged into the entry. */
  readonly more?: object;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** A call without violations. */
export const GOOD: Call = { url: '/orders/7', body: '{"id":7,"name":"tea"}' };

export function entry(call: Call): Record<string, unknown> {
  const {
    method = 'GET',
    url,
    send,
    status = 200,
    body,
    startedDateTime = '2026-11-21T04:00:00.000Z',
  } = call;
  const headers = { Authorization: TOKEN, ...(typeof send === 'string' && JSON_TYPE), ...call.headers };
  const answer = { ...(typeof body === 'string' && body !== '' && JSON_TYPE), ...call.answer };
  return {
    startedDateTime,
    time: 12,
    request: {
      method,
      url: url.includes(':') ? url : HOST + url,
      httpVersion: 'HTTP/1.1',
      headers: fields(headers),
      queryString: [],
      cookies: [],
      headersSize: -1,
      bodySize: typeof send === 'string' ? Buffer.byteLength(send) : send === undefined ? 0 : -1,
      ...(send !== undefined && {
        postData: typeof send === 'string' ? { mimeType: 'application/json', text: send } : send,
      }),
    },
    response: {
      status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      headers: fields(answer),
      cookies: [],
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
      content:
        typeof body === 'object'
          ? body
          : { size: Buffer.byteLength(body ?? ''), mimeType: 'application/json', text: body ?? '' },
    },
    cache: {},
    timings: { send: 0, wait: 12, receive: 0 },
    ...call.more,
  };
}

function fields(given: Fields): { name: string; value: string }[] {
  return Object.entries(given).flatMap(([name, values]) => [values].flat().map(value => ({ name, value })));
}

export function har(calls: readonly Call[], creator = 'a test'): string {
  const log = { version: '1.2', creator: { name: creator, version: '1' }, entries: calls.map(entry) };
  return JSON.stringify({ log }, undefined, 1);
}

/** A folder with files, which is removed after the test. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'deadringer-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

export async function check(
  calls: readonly Call[],
  options: Partial<CheckTrafficOptions> & { creator?: string } = {},
): Promise<Report> {
  const { creator, ...rest } = options;
  const file = path.join(folderWith({ 'traffic.har': har(calls, creator) }), 'traffic.har');
  return await checkTraffic({ specs: [SHOP], traffic: [file], ...rest });
}

/** "response-body-schema /response/body/name" for each issue that is not advice. */
export function findingLines({ findings }: Report): string[] {
  return findings.filter(({ kind }) => kind !== 'advice').map(({ code, at }) => `${code} ${at}`);
}

export function only({ findings }: Report): Issue {
  const [first, ...others] = findings;
  if (first === undefined || others.length > 0) throw new Error(`there are ${findings.length} findings`);
  return first;
}
