// The server for TLS: HTTP/1.1 and HTTP/2 over it, and an error for plain HTTP. Loaded only if the server has a certificate.

import { performServerHandshake, type ServerHttp2Session } from 'node:http2';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { serveStream } from './http2-stream.ts';

/** A certificate with its private key, in PEM. */
export interface TlsCertificate {
  /** The certificate, followed by those of intermediate authorities. */
  readonly cert: string;
  readonly key: string;
  /** Of the key, if it is encrypted. */
  readonly passphrase?: string;
}

/** The first byte of a TLS record with a handshake (RFC 8446 section 5.1); no method of HTTP begins with it. */
const TLS_HANDSHAKE = 0x16;

/** Open streams of a connection: each takes about 20 kB. Further ones are refused, and clients wait. */
const MAX_STREAMS = 1000;

/** Milliseconds until a connection must have sent its first byte; node:tls gives the handshake as long. */
const FIRST_BYTE_MS = 120_000;

/**
 * A server whose request and connection events are those of node:http, for each protocol: a stream of HTTP/2 arrives as a
 * connection of its own, and so does plain HTTP, which is to be rejected (`isSecure` of its socket is false).
 * @param closing ends HTTP/2 connections when their streams are complete
 */
export function createTlsServer(
  certificate: TlsCertificate,
  options: ServerOptions,
  closing: AbortSignal,
): Server {
  const server = createServer({ ...options, ...certificate, ALPNProtocols: ['h2', 'http/1.1'] });
  // The listeners of Node itself: one begins TLS on a connection, the other parses HTTP/1.1.
  const [beginTls, parseHttp] = (['connection', 'secureConnection'] as const).map(event => {
    const listeners = server.listeners(event) as ((socket: Socket) => void)[];
    server.removeAllListeners(event);
    return (socket: Socket): void => {
      for (const listener of listeners) listener.call(server, socket);
    };
  }) as [(socket: Socket) => void, (socket: Socket) => void];
  const silent = new Set<Socket>();
  const connections = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  server.on('connection', (socket: Socket) => {
    const onError = (): void => {
      socket.destroy();
    };
    silent.add(socket);
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    socket.setTimeout(FIRST_BYTE_MS, onError).once('error', onError);
    socket.once('close', () => silent.delete(socket));
    socket.once('data', (bytes: Uint8Array) => {
      silent.delete(socket);
      socket.pause();
      socket.setTimeout(0).off('timeout', onError).off('error', onError).unshift(bytes);
      if (bytes[0] === TLS_HANDSHAKE) beginTls(socket);
      else {
        parseHttp(socket);
        socket.resume();
      }
    });
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol !== 'h2') {
      parseHttp(socket);
      return;
    }
    const session = performServerHandshake(socket, { settings: { maxConcurrentStreams: MAX_STREAMS } });
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    // node:http2 ends the connection, and the streams report what that means for them.
    session.on('error', () => {});
    session.on('stream', (stream, _headers, _flags, rawHeaders: readonly string[]) =>
      serveStream(stream, rawHeaders, socket, parseHttp),
    );
  });
  closing.addEventListener('abort', () => {
    for (const socket of silent) socket.destroy();
    for (const session of sessions) session.close();
  });
  const closeOthers = server.closeAllConnections.bind(server);
  const closeAllConnections = (): void => {
    for (const session of sessions) session.destroy();
    closeOthers();
    // node:http2 leaves the connection of a session open that it ended for misuse, such as a flood of resets.
    for (const socket of connections) socket.destroy();
  };
  return Object.assign(server, { closeAllConnections });
}
