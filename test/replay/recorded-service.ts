// A service that is asked again: a plain HTTP server that remembers every request, and the replay of calls against it.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type ReplayTrafficOptions, type Report, replayTraffic } from '../../src/index.ts';
import { type Call, folderWith, har, SHOP } from '../check/traffic.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
}

export interface Vendor {
  readonly url: string;
  /** Every request that arrived, in order. */
  readonly asked: Asked[];
}

/** @param answer undefined: the connection is cut */
export async function vendor(
  answer: (asked: Asked) => Reply | undefined | Promise<Reply | undefined>,
): Promise<Vendor> {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '', headers } = request;
      const question = { method, url, headers, body: Buffer.concat(chunks).toString() };
      asked.push(question);
      const reply = await answer(question);
      if (reply === undefined) {
        response.destroy();
        return;
      }
      const { status = 200, headers: fields = {}, body } = reply;
      const type =
        body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' };
      response.writeHead(status, { ...type, ...fields });
      response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

export type Options = Partial<ReplayTrafficOptions>;

/** Against a target, with a token where one was recorded. */
export async function replay(calls: readonly Call[], options: Options = {}): Promise<Report> {
  const file = path.join(folderWith({ 'traffic.har': har(calls) }), 'traffic.har');
  return await replayTraffic({ specs: [SHOP], traffic: [file], environment: {}, ...options });
}

/** "difference answer-member-gone /response/body/name" of every finding. */
export function found({ findings }: Report): string[] {
  return findings.map(({ kind, code, at }) => `${kind} ${code} ${at}`);
}
