// Opens and closes the port: loopback by default, clean errors for malformed HTTP, no connection left open.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Problem, ProblemCode } from '../mock/problem.ts';
import { createRequestListener } from './app.ts';
import type { CallbackOptions } from './callback-receivers.ts';
import type { CallbackSender } from './callback-sender.ts';
import type { HttpClient } from './client.ts';
import {
  closeAfterResponses,
  endInTurn,
  handleInTurn,
  headProblem,
  nodeHttp,
  normalizeTarget,
} from './connection.ts';
import type { AppOptions, Readiness } from './options.ts';
import { type ReachableUrl, reachableUrls } from './reachable-urls.ts';
import { transportOf } from './receive.ts';
import type { TlsCertificate } from './tls-server.ts';

export interface ListenOptions
  extends Omit<AppOptions, 'httpClient' | 'callbackSender' | 'closing' | 'urls' | 'readiness'>,
    Required<CallbackOptions> {
  /** Milliseconds without data from an upstream until the request fails. */
  readonly upstreamTimeout: number;
  /** The HTTP proxy on the way to upstreams; undefined: none. */
  readonly upstreamProxy: string | undefined;
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** The certificate of an HTTPS server; undefined: plain HTTP. */
  readonly tls: TlsCertificate | undefined;
}

export interface ListeningServer {
  /** "http://127.0.0.1:4010" */
  readonly url: string;
  readonly port: number;
  /** Uses another certificate for new connections. Without effect on a server for plain HTTP. */
  replaceCertificate(certificate: TlsCertificate): void;
  /** From now on the server says that it is stopping, and each response closes its connection; new ones are accepted. */
  drain(): void;
  /** Stops accepting connections, lets pending requests finish, then closes all connections. Default: 5000 ms. */
  close(graceMilliseconds?: number): Promise<void>;
}

/** Opens the port. Rejects with the error of Node (EADDRINUSE, EACCES ...) if that fails. */
export async function listen(options: ListenOptions): Promise<ListeningServer> {
  let clientPromise: Promise<HttpClient> | undefined;
  const httpClient = (): Promise<HttpClient> => {
    clientPromise ??= import('./client.ts').then(({ createHttpClient }) =>
      createHttpClient({ timeout: options.upstreamTimeout, proxy: options.upstreamProxy }),
    );
    return clientPromise;
  };
  const closing = new AbortController();
  let senderPromise: Promise<CallbackSender> | undefined;
  const callbackSender = (): Promise<CallbackSender> => {
    senderPromise ??= import('./callback-sender.ts').then(({ createCallbackSender }) =>
      createCallbackSender({
        state: options.state,
        tracing: options.tracing,
        hosts: options.callbackHosts,
        timeout: options.callbackTimeout,
        closing: closing.signal,
        onBug: (error, request) => options.onError({ kind: 'bug', error, request }),
      }),
    );
    return senderPromise;
  };
  const { tls } = options;
  const scheme = tls === undefined ? 'http' : 'https';
  const urls = (): readonly ReachableUrl[] => {
    const { address, port } = server.address() as AddressInfo;
    return reachableUrls(scheme, address, port);
  };
  let readiness: Readiness = 'starting';
  void options.ready.then(() => {
    if (readiness === 'starting') readiness = 'ready';
  });
  const handler = createRequestListener({
    ...options,
    readiness: () => readiness,
    httpClient,
    callbackSender,
    closing: closing.signal,
    urls,
  });
  const { onError } = options;
  const server =
    tls === undefined
      ? nodeHttp.createServer(SERVER_OPTIONS)
      : (await import('./tls-server.ts')).createTlsServer(tls, SERVER_OPTIONS, closing.signal);
  const problemOf = (incoming: IncomingMessage): Problem | undefined =>
    (tls === undefined ? undefined : plainProblem(incoming)) ?? headProblem(incoming);
  server.on('request', (incoming, outgoing) => {
    if (readiness === 'stopping') outgoing.shouldKeepAlive = false;
    handleInTurn(incoming, outgoing, handler, problemOf(incoming) ?? normalizeTarget(incoming), onError);
  });
  // A client that has closed its sending side still reads.
  Object.assign(server, { httpAllowHalfOpen: true });
  // Most of these clients have disconnected, and the server must not wait for their delayed responses when it stops.
  const halfClosed = new Set<Socket>();
  const open = new Set<Socket>();
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    open.add(socket);
    socket.once('end', () => halfClosed.add(socket));
    socket.once('close', () => {
      open.delete(socket);
      halfClosed.delete(socket);
    });
  });
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) =>
    handleInTurn(incoming, outgoing, handler, problemOf(incoming) ?? unmetExpectation(incoming), onError),
  );
  server.on('connect', (_, socket: Socket) => {
    socket.on('error', () => socket.destroy()).resume();
    onError({ kind: 'malformed-http', code: NOT_A_PROXY.code });
    endInTurn(socket, NOT_A_PROXY);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    rejectMalformedHttp(error, socket as Socket, onError),
  );
  const { port, authority } = await bindPort(server, options);
  const drain = (): void => {
    readiness = 'stopping';
    for (const socket of open) closeAfterResponses(socket);
  };
  return {
    url: `${scheme}://${authority}`,
    port,
    replaceCertificate: certificate => {
      if ('setSecureContext' in server) server.setSecureContext(certificate);
    },
    drain,
    close: (graceMilliseconds = 5000) => {
      drain();
      closing.abort();
      return closeServer(server, halfClosed, graceMilliseconds).finally(() =>
        clientPromise?.then(client => client.close()),
      );
    },
  };
}

function bindPort(
  server: Server,
  options: { readonly port: number; readonly host: string },
): Promise<{ readonly port: number; readonly authority: string }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      const { port, address, family } = server.address() as AddressInfo;
      const host = family === 'IPv6' ? `[${address}]` : address;
      resolve({ port, authority: `${host}:${port}` });
    });
  });
}

function closeServer(
  server: Server,
  halfClosed: ReadonlySet<Socket>,
  graceMilliseconds: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
    // closeIdleConnections() closes the connections that are idle now. Repeat it for those that become idle later.
    const idle = setInterval(() => {
      server.closeIdleConnections();
      for (const socket of halfClosed) socket.destroy();
    }, 20);
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

/** Without a Host field node:http would respond itself, without a body. */
const SERVER_OPTIONS = { requireHostHeader: false };

const NOT_A_PROXY: Problem = {
  code: 'not-a-proxy',
  detail: 'CONNECT asks for a tunnel through a proxy, which this server is not',
  hint: 'use this server as the base URL of the client, and not as its proxy',
};

/** Why a request without TLS is rejected; undefined: it came with TLS. */
function plainProblem(incoming: IncomingMessage): Problem | undefined {
  if (transportOf(incoming) !== undefined) return undefined;
  return {
    code: 'tls-required',
    detail: 'the request is plain HTTP, and this server has a certificate',
    hint: `use https://${incoming.headers.host ?? 'localhost'}`,
  };
}

function unmetExpectation({ headers }: IncomingMessage): Problem {
  return {
    code: 'expectation-failed',
    detail: `the request expects ${JSON.stringify(headers.expect)}; only "100-continue" can be met`,
  };
}

/** The parser of node:http creates no request for malformed HTTP. */
function rejectMalformedHttp(
  error: NodeJS.ErrnoException,
  socket: Socket,
  onError: AppOptions['onError'],
): void {
  const { code = error.message } = error;
  // Requests after one with "Connection: close" are not processed (RFC 9112 section 9.6).
  if (code === 'HPE_CLOSED_CONNECTION') return;
  // A client that closed in the middle of a message gets no response; handleRequest() reports it if a request had begun.
  if (code === 'HPE_INVALID_EOF_STATE') endInTurn(socket, undefined);
  else if (!code.startsWith('HPE_') && PROBLEM_BY_PARSER_ERROR[code] === undefined) socket.destroy();
  else {
    const problemCode = PROBLEM_BY_PARSER_ERROR[code] ?? 'bad-request';
    const detail =
      problemCode === 'headers-too-large'
        ? `the header fields are larger than ${nodeHttp.maxHeaderSize} bytes`
        : error.message;
    if (endInTurn(socket, { code: problemCode, detail })) onError({ kind: 'malformed-http', code });
  }
}
