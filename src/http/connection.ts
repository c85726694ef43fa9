// Handles the requests of a connection one after the other, so that every response and every error keeps its place.
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { isRecorded } from '../exchange/exchange.ts';
import { type Problem, problemResponse } from '../mock/problem.ts';
import { deliver } from './deliver.ts';
import type { ServerError } from './options.ts';

/** `import` evaluates all exports of node:http, one of which is a WebSocket client that takes 40 ms to load. `require` does not. */
export const nodeHttp = createRequire(import.meta.url)('node:http') as typeof import('node:http');

interface Turn {
  /** Undefined: the turn of an error that belongs to no request. */
  readonly outgoing: ServerResponse | undefined;
  run: () => void;
}

interface Connection {
  /** The response that is being created or sent. */
  current: ServerResponse | undefined;
  /** The request that arrived last. */
  newest: IncomingMessage | undefined;
  /** What comes after the current response. */
  readonly waiting: Turn[];
  /** True: nothing that arrives from now on is handled (RFC 9112 section 9.6). */
  isClosing: boolean;
}

const CONNECTIONS = new WeakMap<Socket, Connection>();

function connectionOf(socket: Socket): Connection {
  let connection = CONNECTIONS.get(socket);
  if (connection === undefined) {
    connection = { current: undefined, newest: undefined, waiting: [], isClosing: false };
    CONNECTIONS.set(socket, connection);
  }
  return connection;
}

/** The number of requests that may wait on a connection before reading from it pauses. */
const MAX_WAITING = 64;

/** Runs a turn now, or when the responses before it are sent: a client that does not read gets no further response. */
function takeTurn(socket: Socket, connection: Connection, turn: Turn): void {
  const { current, waiting } = connection;
  // A response that was sent completely has no socket.
  const isIdle = current === undefined || (current.writableFinished && current.socket === null);
  if (isIdle && waiting.length === 0) {
    connection.current = turn.outgoing;
    turn.run();
    return;
  }
  waiting.push(turn);
  if (waiting.length === 1) runAfter(current, socket, connection);
  if (waiting.length === MAX_WAITING) socket.pause();
}

function runWaiting(socket: Socket, connection: Connection): void {
  const { waiting } = connection;
  if (socket.destroyed) waiting.length = 0;
  const turn = waiting.shift();
  if (turn === undefined) return;
  if (waiting.length === MAX_WAITING - 1) socket.resume();
  connection.current = turn.outgoing;
  turn.run();
  if (waiting.length > 0) runAfter(turn.outgoing, socket, connection);
}

function runAfter(outgoing: ServerResponse | undefined, socket: Socket, connection: Connection): void {
  const run = (): void => {
    if (outgoing?.shouldKeepAlive === false) connection.waiting.length = 0;
    else runWaiting(socket, connection);
  };
  // If the client has closed its side, node:http ends the connection when the last response is finished. An error comes
  // before that.
  if (connection.waiting[0]?.outgoing === undefined) outgoing?.prependOnceListener('finish', run);
  else outgoing?.once('close', run);
}

/** Closes a connection after the last response that is due on it; an idle connection stays open. */
export function closeAfterResponses(socket: Socket): void {
  const connection = CONNECTIONS.get(socket);
  const last = connection?.waiting.at(-1)?.outgoing ?? connection?.current;
  if (last !== undefined && !last.headersSent) last.shouldKeepAlive = false;
}

export type RequestHandler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;
type ReportError = (error: ServerError) => void;

/** Handles a request in its turn. @param problem why the request is rejected; undefined: it is not */
export function handleInTurn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handler: RequestHandler,
  problem: Problem | undefined,
  onError: ReportError,
): void {
  const { socket } = incoming;
  const connection = connectionOf(socket);
  if (connection.isClosing || connection.current?.shouldKeepAlive === false) {
    incoming.resume();
    return;
  }
  connection.newest = incoming;
  if (problem === undefined) {
    takeTurn(socket, connection, { outgoing, run: () => handler(incoming, outgoing) });
    return;
  }
  connection.isClosing = true;
  onError({ kind: 'malformed-http', code: problem.code });
  takeTurn(socket, connection, { outgoing, run: () => refuse(incoming, outgoing, problem) });
}

/** Sends a problem, and closes the connection. */
function refuse(incoming: IncomingMessage, outgoing: ServerResponse, problem: Problem): void {
  incoming.resume();
  outgoing.shouldKeepAlive = false;
  const response = problemResponse(problem);
  void deliver(incoming, outgoing, { response, exchangeId: undefined, refusedFor: undefined, cors: false });
}

/**
 * Ends a connection on which something arrived that is no request. The requests before it get their responses.
 * @param problem undefined: the client has closed its side in the middle of a message, and gets no response
 * @returns false if the connection was ending already
 */
export function endInTurn(socket: Socket, problem: Problem | undefined): boolean {
  const connection = connectionOf(socket);
  if (connection.isClosing) return false;
  connection.isClosing = true;
  const { current, newest, waiting } = connection;
  const end = (): void => {
    if (problem === undefined) socket.destroy();
    else if (socket.writable) endWithProblem(socket, problem);
  };
  if (newest === undefined || newest.complete) {
    takeTurn(socket, connection, { outgoing: undefined, run: end });
    return true;
  }
  // The error is in the body of the newest request, so it takes the place of its response.
  const turn = waiting.at(-1);
  if (turn?.outgoing !== undefined) {
    const { outgoing } = turn;
    turn.run = problem === undefined ? end : () => refuse(newest, outgoing, problem);
  } else if (problem === undefined || current === undefined) socket.destroy();
  else if (!current.headersSent) refuse(newest, current, problem);
  else current.once('close', () => socket.destroySoon());
  return true;
}

/** Milliseconds in which a client can read the error before the connection is reset (RFC 9112 section 9.6). */
const LINGER_MS = 2000;

function endWithProblem(socket: Socket, problem: Problem): void {
  const { status, headers, body } = problemResponse(problem);
  const fields = Object.entries(headers).map(([name, values]) => `${name}: ${values?.join(', ')}\r\n`);
  const bytes = isRecorded(body) ? body : new Uint8Array();
  const head = `HTTP/1.1 ${status} ${nodeHttp.STATUS_CODES[status]}\r\n${fields.join('')}date: ${new Date().toUTCString()}\r\nconnection: close\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  socket.end(Buffer.concat([Buffer.from(head), bytes]));
  const reset = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(reset));
}

/** Why node:http or this server must reject a request by its head (RFC 9112 section 3.2); undefined: it need not. */
export function headProblem({ rawHeaders, httpVersion }: IncomingMessage): Problem | undefined {
  let host: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== undefined)
      return { code: 'bad-request', detail: 'the request has more than one Host field' };
    host = rawHeaders[index + 1] as string;
    if (INVALID_HOST.test(host))
      return { code: 'bad-request', detail: 'the Host field is not a host name with an optional port' };
  }
  if (host !== undefined || httpVersion !== '1.1') return undefined;
  return { code: 'bad-request', detail: 'the request has no Host field, which HTTP/1.1 requires' };
}

const INVALID_HOST = /[\s/?#@\\,"<>^`{|}]/;

/**
 * Replaces an absolute target ("http://api.example.com/pets", from a client that uses this server as its proxy) by its
 * path, and the Host field by its host (RFC 9112 section 3.2.2).
 * @returns why the target is invalid
 */
export function normalizeTarget(incoming: IncomingMessage): Problem | undefined {
  const target = incoming.url ?? '';
  if (target.startsWith('/')) return undefined;
  const [, authority, rest = ''] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)(.*)$/is.exec(target) ?? [];
  if (authority === undefined) return undefined;
  const { rawHeaders } = incoming;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  // RFC 9110 section 4.2.1.
  if (/^(?::|$)/.test(host) || INVALID_HOST.test(host))
    return { code: 'bad-request', detail: 'the URL of the request has no valid host' };
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && /^host$/i.test(name));
  if (at < 0) rawHeaders.push('Host', host);
  else rawHeaders[at + 1] = host;
  incoming.headers.host = host;
  incoming.url = rest.startsWith('/') ? rest : `/${rest}`;
  return undefined;
}
