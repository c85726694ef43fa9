// Opens and closes the port: loopback by default, clean errors for malformed HTTP, no connection left open.
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isRecorded } from '../exchange/exchange.ts';
import { type ProblemCode, problemResponse } from '../mock/problem.ts';
import { createRequestListener } from './app.ts';
import type { HttpClient } from './client.ts';
import { http } from './node-http.ts';
import type { AppOptions } from './options.ts';

export interface ListenOptions extends Omit<AppOptions, 'httpClient'> {
  /** Milliseconds of silence after which a real service is given up. */
  readonly upstreamTimeout: number;
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
}

/** Where a server can be reached. */
export interface ListenAddress {
  /** "http://127.0.0.1:4010" */
  readonly url: string;
  readonly port: number;
}

export interface ListeningServer extends ListenAddress {
  /** Stops taking connections, lets requests under way finish, and then ends what is left. */
  close(graceMilliseconds?: number): Promise<void>;
}

/** Rejects with Node's own error (EADDRINUSE, EACCES ...) when the port cannot be opened. */
export function listen(options: ListenOptions): Promise<ListeningServer> {
  let clientPromise: Promise<HttpClient> | undefined;
  const client = (): Promise<HttpClient> => {
    clientPromise ??= import('./client.ts').then(({ createHttpClient: createOutbound }) =>
      createOutbound({ timeout: options.upstreamTimeout }),
    );
    return clientPromise;
  };
  const server = http.createServer(createRequestListener({ ...options, httpClient: client }));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    rejectMalformedHttp(error, socket as Socket, options.onError),
  );
  const shut = (closed: Promise<void>): Promise<void> =>
    closed.finally(() => clientPromise?.then(client => client.close()));
  return bindPort(server, options).then(listenAddress => ({
    ...listenAddress,
    close: grace => shut(closeServer(server, grace ?? 5000)),
  }));
}

/** Rejects with Node's own error (EADDRINUSE, EACCES ...) when the port cannot be opened. */
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

function closeServer(server: Server, grace: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const force = setTimeout(() => server.closeAllConnections(), grace);
    // Node closes the connections that are idle at this moment. A busy one becomes idle later and has to be closed then.
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

/** What Node's parser rejects never becomes a request, so it is answered on the bare socket. */
function rejectMalformedHttp(
  error: NodeJS.ErrnoException,
  socket: Socket,
  onTrouble: AppOptions['onError'],
): void {
  // A peer that closed in the middle of a message wants no answer; receive() reports it where a request had begun.
  if (error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = PROBLEM_BY_PARSER_ERROR[error.code ?? ''] ?? 'bad-request';
  onTrouble({ kind: 'bad-http', code: error.code ?? error.message });
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
