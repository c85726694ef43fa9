// The target of replays in tests: an HTTP server that stores every request. `replay` replays calls as a HAR file.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type ReplayTrafficOptions, type Report, replayTraffic } from '../../src/index.ts';
import { type Call, folderWith, har, SHOP } from '../check/traffic.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** A string is sent unchanged, anything else as JSON. */
  readonly body?: unknown;
}

export interface Service {
  readonly url: string;
  /** All received requests, in order. */
  readonly requests: ReceivedRequest[];
}

/** @param respond undefined: the connection is closed without a response */
export async function startService(
  respond: (request: ReceivedRequest) => Reply | undefined | Promise<Reply | undefined>,
): Promise<Service> {
  const requests: ReceivedRequest[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '', headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(received);
      const reply = await respond(received);
      if (reply === undefined) {
        response.destroy();
        return;
      }
      const { status = 200, headers: replyHeaders = {}, body } = reply;
      const type =
        body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' };
      response.writeHead(status, { ...type, ...replyHeaders });
      response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

export type ReplayTestOptions = Partial<ReplayTrafficOptions>;

/** Replays the calls against the targets in `options`; no secret is set by default. */
export async function replay(calls: readonly Call[], options: ReplayTestOptions = {}): Promise<Report> {
  const file = path.join(folderWith({ 'traffic.har': har(calls) }), 'traffic.har');
  return await replayTraffic({ specs: [SHOP], traffic: [file], environment: {}, ...options });
}

/** "difference answer-member-gone /response/body/name" for every finding. */
export function describeFindings({ findings }: Report): string[] {
  return findings.map(({ kind, code, at }) => `${kind} ${code} ${at}`);
}
