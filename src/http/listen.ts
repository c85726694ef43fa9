// Opens and closes the port: loopback by default, clean answers to broken HTTP, no connection left behind.
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isRecorded } from '../exchange/exchange.ts';
import { type ProblemCode, problemResponse } from '../mock/problem.ts';
import { type AppOptions, createApp } from './app.ts';
import { http } from './node-http.ts';
import type { Outbound } from './outbound.ts';

export interface ListenOptions extends Omit<AppOptions, 'outbound'> {
  /** Milliseconds of silence after which a real service is given up. */
  readonly upstreamTimeout: number;
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
}

/** Where a server can be reached. */
export interface Place {
  /** "http://127.0.0.1:4010" */
  readonly url: string;
  readonly port: number;
}

export interface Listening extends Place {
  /** Stops taking connections, lets requests under way finish, and then ends what is left. */
  close(graceMilliseconds?: number): Promise<void>;
}

/** Rejects with Node's own error (EADDRINUSE, EACCES ...) when the port cannot be opened. */
export function listen(options: ListenOptions): Promise<Listening> {
  let made: Promise<Outbound> | undefined;
  const outbound = (): Promise<Outbound> => {
    made ??= import('./outbound.ts').then(({ createOutbound }) =>
      createOutbound({ timeout: options.upstreamTimeout }),
    );
    return made;
  };
  const server = http.createServer(createApp({ ...options, outbound }));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    answerBrokenHttp(error, socket as Socket, options.onTrouble),
  );
  const shut = (closed: Promise<void>): Promise<void> =>
    closed.finally(() => made?.then(outbound => outbound.close()));
  return bind(server, options).then(place => ({
    ...place,
    close: grace => shut(close(server, grace ?? 5000)),
  }));
}

/** Rejects with Node's own error (EADDRINUSE, EACCES ...) when the port cannot be opened. */
function bind(server: Server, asked: { readonly port: number; readonly host: string }): Promise<Place> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(asked.port, asked.host, () => {
      server.off('error', reject);
      const { port, address, family } = server.address() as AddressInfo;
      const host = family === 'IPv6' ? `[${address}]` : address;
      resolve({ url: `http://${host}:${port}`, port });
    });
  });
}

function close(server: Server, grace: number): Promise<void> {
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

const CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** What Node's parser rejects never becomes a request, so it is answered on the bare socket. */
function answerBrokenHttp(
  error: NodeJS.ErrnoException,
  socket: Socket,
  onTrouble: AppOptions['onTrouble'],
): void {
  // A peer that closed in the middle of a message wants no answer; receive() reports it where a request had begun.
  if (error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ''] ?? 'bad-request';
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
