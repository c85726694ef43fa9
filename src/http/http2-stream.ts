// Serves a stream of HTTP/2 as a connection of HTTP/1.1 to the same server, so that one pipeline handles both.

import type { ClientRequest, IncomingMessage } from 'node:http';
import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { isHopByHop } from '../exchange/header-names.ts';
import { nodeHttp } from './connection.ts';
import { toPairs } from './raw-fields.ts';

const { NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR, NGHTTP2_INTERNAL_ERROR } = constants;

/**
 * Sends the request of a stream through the server, and the response back. What closes a connection of HTTP/1.1 too early, such
 * as a fault, resets the stream.
 * @param rawHeaders names and values in turn
 * @param tlsSocket the connection of all streams
 * @param serve handles a connection of HTTP/1.1
 */
export function serveStream(
  stream: ServerHttp2Stream,
  rawHeaders: readonly string[],
  tlsSocket: TLSSocket,
  serve: (connection: Socket) => void,
): void {
  const [client, server] = duplexPair();
  const reset = (code: number): void => {
    if (!stream.closed) stream.close(code);
  };
  /** Each of the two modules of Node rejects some fields that the other accepts. */
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch {
      reset(NGHTTP2_INTERNAL_ERROR);
    }
  };
  stream.on('close', () => client.destroy());
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy());
  // 'close' follows.
  stream.on('error', () => {});
  // The client may still send a body, which nobody reads (RFC 9113 section 8.1).
  stream.on('finish', () => {
    if (!stream.readableEnded) reset(NGHTTP2_NO_ERROR);
  });
  attempt(() => {
    const request = createRequest(rawHeaders, client, !stream.endAfterHeaders);
    let answered = false;
    request.on('error', ({ code }: NodeJS.ErrnoException) => {
      // The server may respond before the request is complete.
      if (!answered) reset(code?.startsWith('HPE_') ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_INTERNAL_ERROR);
    });
    request.on('information', ({ statusCode, rawHeaders: fields }) => {
      if (!stream.headersSent && !stream.closed)
        attempt(() => stream.additionalHeaders({ ...toHeaders(fields), ':status': statusCode }));
    });
    request.on('response', response => {
      answered = true;
      response.on('error', () => reset(NGHTTP2_INTERNAL_ERROR));
      if (!stream.closed) attempt(() => relayResponse(stream, response));
    });
    // The response to CONNECT, which node:http does not read.
    request.on('connect', (response, connection, head) => {
      answered = true;
      stream.respond({ ...toHeaders(response.rawHeaders), ':status': response.statusCode });
      stream.write(head);
      connection.pipe(stream);
    });
    serve(asSocket(server, tlsSocket));
    sendBody(stream, request);
  });
}

function sendBody(stream: ServerHttp2Stream, request: ClientRequest): void {
  if (stream.endAfterHeaders) {
    request.end();
    return;
  }
  stream.on('trailers', (_headers: unknown, _flags: number, fields: readonly string[]) =>
    request.addTrailers(toPairs(fields)),
  );
  request.flushHeaders();
  stream.pipe(request);
}

function createRequest(rawHeaders: readonly string[], connection: Duplex, hasBody: boolean): ClientRequest {
  const fields = new Map<string, string[]>();
  for (const [name, value] of toPairs(rawHeaders)) {
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  const pseudo = (name: string): string | undefined => fields.get(name)?.[0];
  const authority = pseudo(':authority');
  const request = nodeHttp.request({
    createConnection: () => connection,
    method: pseudo(':method'),
    path: pseudo(':path') ?? authority,
    setHost: false,
    maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
  });
  // Without it node:http would write a field that the client has not sent.
  request.removeHeader('connection');
  if (authority !== undefined) fields.set('host', [authority]);
  for (const [name, values] of fields) if (!name.startsWith(':')) request.setHeader(name, values);
  // Without it node:http would write the body of GET or DELETE unframed, and the server would read it as the next request.
  if (hasBody && !fields.has('content-length')) request.setHeader('transfer-encoding', 'chunked');
  return request;
}

/** The server limits the headers of requests; its own may be larger. */
const MAX_RESPONSE_HEADER_BYTES = 1024 * 1024;

/** Sends a response to the client of the stream. */
function relayResponse(stream: ServerHttp2Stream, response: IncomingMessage): void {
  const waitForTrailers = response.headers['transfer-encoding'] !== undefined;
  stream.respond({ ...toHeaders(response.rawHeaders), ':status': response.statusCode }, { waitForTrailers });
  stream.on('wantTrailers', () => {
    if (response.rawTrailers.length > 0) stream.sendTrailers(toHeaders(response.rawTrailers));
    else stream.close(NGHTTP2_NO_ERROR);
  });
  response.pipe(stream);
}

/**
 * The fields without those of one connection of HTTP/1.1 (RFC 9113 section 8.2.2). Repeated ones are combined (RFC 9110 section
 * 5.3), because node:http2 refuses to repeat some.
 */
function toHeaders(rawHeaders: readonly string[]): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = {};
  for (const [rawName, value] of toPairs(rawHeaders)) {
    const name = rawName.toLowerCase();
    const before = headers[name];
    if (isHopByHop(name)) continue;
    if (name === 'set-cookie') headers[name] = [...(before ?? []), value];
    else headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

/** Gives a connection what the server reads of a socket. */
function asSocket(connection: Duplex, tlsSocket: TLSSocket): Socket {
  const { localAddress, localPort, remoteAddress, remotePort, remoteFamily } = tlsSocket;
  const destroySoon = (): void => {
    if (connection.writableFinished) connection.destroy();
    else connection.once('finish', () => connection.destroy()).end();
  };
  const properties = {
    ...{ localAddress, localPort, remoteAddress, remotePort, remoteFamily },
    encrypted: true,
    alpnProtocol: 'h2',
    destroySoon,
    resetAndDestroy: () => connection.destroy(),
  };
  return Object.assign(connection, properties) as unknown as Socket;
}
