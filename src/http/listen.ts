// Opens and closes the port: loopback by default, clean answers to broken HTTP, no connection left behind.
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecorded } from '../exchange/exchange.ts';
import { type ProblemCode, problemResponse } from '../mock/problem.ts';
import { type AppOptions, createApp, type Decided } from './app.ts';
import { http } from './node-http.ts';
import type { Outbound } from './outbound.ts';
import { createWire, type Wire } from './wire.ts';

export interface ListenOptions extends Omit<AppOptions, 'outbound' | 'decided'> {
  /** Milliseconds of silence after which a real service is given up. */
  readonly upstreamTimeout: number;
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** Set where another process has the port: is given what takes the connections that come from there. */
  readonly onDoor?: ((take: (socket: Socket) => void) => void) | undefined;
  /** False: node:http reads every request. It makes no difference but speed, and the tests hold it to that. */
  readonly wire?: boolean;
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

/** Rejects as `bind` does. */
export function listen(options: ListenOptions): Promise<Listening> {
  let made: Promise<Outbound> | undefined;
  const outbound = (): Promise<Outbound> => {
    made ??= import('./outbound.ts').then(({ createOutbound }) =>
      createOutbound({ timeout: options.upstreamTimeout }),
    );
    return made;
  };
  const decided: Decided = new WeakMap();
  const server = http.createServer(createApp({ ...options, outbound, decided }));
  const wire = options.wire === false ? undefined : putBefore(server, options, decided);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    answerBrokenHttp(error, socket as Socket, options.onTrouble),
  );
  const shut = (closed: Promise<void>): Promise<void> =>
    closed.finally(() => made?.then(outbound => outbound.close()));
  if (options.onDoor !== undefined) {
    const { port, host } = options;
    const open = admit(server, options.onDoor);
    return Promise.resolve({
      url: `http://${host}:${port}`,
      port,
      close: grace => shut(drain(server, wire, open, grace ?? 5000)),
    });
  }
  return bind(server, options).then(place => ({
    ...place,
    close: grace => shut(close(server, wire, grace ?? 5000)),
  }));
}

/** Rejects with Node's own error (EADDRINUSE, EACCES ...) when the port cannot be had. */
export function bind(
  server: Server,
  asked: { readonly port: number; readonly host: string },
): Promise<Place> {
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

/** @returns the connections that are open */
function admit(server: HttpServer, onDoor: NonNullable<ListenOptions['onDoor']>): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  // Without this, Node would keep no list of connections, and none of its timeouts.
  server.emit('listening');
  onDoor(socket => {
    // As every connection of an HTTP server: a client may have said all, and still listen.
    socket.allowHalfOpen = true;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    server.emit('connection', socket);
  });
  return open;
}

/** Every connection begins on the wire; node:http gets those that ask for anything out of the ordinary. */
function putBefore(server: HttpServer, options: ListenOptions, decided: Decided): Wire {
  const speakHttp = server.listeners('connection') as ((this: HttpServer, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  const wire = createWire({
    ...options,
    patience: server.headersTimeout,
    keepAlive: server.keepAliveTimeout,
    giveAway: (socket, answer) => {
      if (answer !== undefined) decided.set(socket, answer);
      for (const listener of speakHttp) listener.call(server, socket);
    },
  });
  server.on('connection', wire.accept);
  return wire;
}

interface Ends {
  readonly idle: () => void;
  readonly all: () => void;
}

function endsOf(server: HttpServer, wire: Wire | undefined): Ends {
  return {
    idle() {
      server.closeIdleConnections();
      wire?.closeIdle();
    },
    all() {
      server.closeAllConnections();
      wire?.closeAll();
    },
  };
}

function close(server: HttpServer, wire: Wire | undefined, grace: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = endsOf(server, wire);
    const force = setTimeout(end.all, grace);
    // Node closes what is idle now; what was busy stays open for requests that nobody answers any more.
    const idle = setInterval(end.idle, 20);
    server.close(error => {
      clearTimeout(force);
      clearInterval(idle);
      if (error === undefined) resolve();
      else reject(error);
    });
    end.idle();
  });
}

/** The same for a server that has no port. */
async function drain(
  server: HttpServer,
  wire: Wire | undefined,
  open: ReadonlySet<Socket>,
  grace: number,
): Promise<void> {
  const end = endsOf(server, wire);
  const force = setTimeout(end.all, grace);
  for (end.idle(); open.size > 0; end.idle()) await sleep(20);
  clearTimeout(force);
  // Ends the timeouts as well.
  server.close();
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
