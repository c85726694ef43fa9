// Opens and closes the port: loopback by default, clean errors for malformed HTTP, no connection left open.

import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import { isRecorded } from '../exchange/exchange.ts';
import { type ProblemCode, problemResponse } from '../mock/problem.ts';
import { createRequestListener } from './app.ts';
import type { HttpClient } from './client.ts';
import type { AppOptions } from './options.ts';

/** `import` evaluates all exports of node:http, one of which is a WebSocket client that takes 40 ms to load. `require` does not. */
const http = createRequire(import.meta.url)('node:http') as typeof import('node:http');

export interface ListenOptions extends Omit<AppOptions, 'httpClient'> {
  /** Milliseconds without data from an upstream until the request fails. */
  readonly upstreamTimeout: number;
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
}

/** The address of a server. */
interface ListenAddress {
  /** "http://127.0.0.1:4010" */
  readonly url: string;
  readonly port: number;
}

export interface ListeningServer extends ListenAddress {
  /** Stops accepting connections, lets pending requests finish, then closes all connections. Default: 5000 ms. */
  close(graceMilliseconds?: number): Promise<void>;
}

/** Opens the port. Rejects with the error of Node (EADDRINUSE, EACCES ...) if that fails. */
export function listen(options: ListenOptions): Promise<ListeningServer> {
  let clientPromise: Promise<HttpClient> | undefined;
  const httpClient = (): Promise<HttpClient> => {
    clientPromise ??= import('./client.ts').then(({ createHttpClient }) =>
      createHttpClient({ timeout: options.upstreamTimeout }),
    );
    return clientPromise;
  };
  const server = http.createServer(createRequestListener({ ...options, httpClient }));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    rejectMalformedHttp(error, socket as Socket, options.onError),
  );
  return bindPort(server, options).then(listenAddress => ({
    ...listenAddress,
    close: (graceMilliseconds = 5000) =>
      closeServer(server, graceMilliseconds).finally(() => clientPromise?.then(client => client.close())),
  }));
}

function bindPort(
  server: Server,
  options: { readonly port: number; readonly host: string },
): Promise<ListenAddress> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      const { port, address, family } = server.address() as AddressInfo;
      const host = family === 'IPv6' ? `[${address}]` : address;
      resolve({ url: `http://${host}:${port}`, port });
    });
  });
}

function closeServer(server: Server, graceMilliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
    // closeIdleConnections() closes the connections that are idle now. Repeat it for those that become idle later.
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    server.close(error => {
      clearTimeout(force);
      clearInterval(idle);
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeIdleConnections();
  });
}

const PROBLEM_BY_PARSER_ERROR: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** The parser of node:http creates no request for malformed HTTP, so the problem is written to the socket directly. */
function rejectMalformedHttp(
  error: NodeJS.ErrnoException,
  socket: Socket,
  onError: AppOptions['onError'],
): void {
  // A client that closed in the middle of a message gets no response; handleRequest() reports it if a request had begun.
  if (error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = PROBLEM_BY_PARSER_ERROR[error.code ?? ''] ?? 'bad-request';
  onError({ kind: 'malformed-http', code: error.code ?? error.message });
  const detail =
    code === 'headers-too-large'
      ? `the header fields are larger than ${http.maxHeaderSize} bytes`
      : error.message;
  const { status, headers, body } = problemResponse({ code, detail });
  const fields = Object.entries(headers).map(([name, values]) => `${name}: ${values?.join(', ')}\r\n`);
  const bytes = isRecorded(body) ? body : new Uint8Array();
  socket.write(
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${fields.join('')}connection: close\r\ncontent-length: ${bytes.length}\r\n\r\n`,
  );
  socket.end(bytes);
}
