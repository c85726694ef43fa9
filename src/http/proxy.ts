// Proxies a request to an upstream service and streams the response back unchanged; both are validated and recorded.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Body, EMPTY_BODY, header, type Response } from '../exchange/exchange.ts';
import { type ProblemCode, problemResponse } from '../mock/problem.ts';
import { type ProxiedRequest, type ProxyResult, recordProxied } from '../mock/proxy/proxied-request.ts';
import type { UpstreamAttempt } from '../mock/serve-event.ts';
import type { ServerState } from '../mock/server-state.ts';
import { BodyCollector, collectRequestBody } from './body-collector.ts';
import { type ClientErrorKind, type HttpClient, HttpClientError, type PendingResponse } from './client.ts';
import { deliver } from './deliver.ts';
import { delayResponse } from './faults.ts';
import { fieldsForClient, fieldsForUpstream } from './proxy-fields.ts';

export interface ProxyOptions {
  readonly state: ServerState;
  readonly httpClient: () => Promise<HttpClient>;
  readonly cors: boolean;
  /** Most bytes of a body that are kept for judging; what passes is not bounded. */
  readonly bodyLimit: number;
}

/** The service could not answer, and the mock is to do so instead. */
export interface UpstreamFallback {
  /** The body of the request as it was sent; undefined: more than is kept. */
  readonly encodedBody: Uint8Array | undefined;
  readonly attempt: UpstreamAttempt;
}

const PROBLEM_BY_CLIENT_ERROR = {
  unreachable: 'upstream-unreachable',
  tls: 'upstream-tls',
  timeout: 'upstream-timeout',
  broke: 'upstream-broke',
  garbage: 'upstream-garbage',
} as const satisfies Record<ClientErrorKind, ProblemCode>;

/**
 * @param encodedBody the body, where somebody had to look at it first; undefined: it is still to be read
 * @returns undefined when the client was answered, or has gone
 */
export async function proxyRequest(
  options: ProxyOptions,
  proxied: ProxiedRequest,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  encodedBody: Uint8Array | undefined,
): Promise<UpstreamFallback | undefined> {
  const { state, httpClient: client, bodyLimit } = options;
  const { target, request, delivery } = proxied;
  const disconnected = disconnectSignal(outgoing);
  if (!(await delayResponse(delivery.delay, outgoing))) return undefined;

  const requestBody = collectRequestBody(incoming, encodedBody, bodyLimit);
  const finish = (outcome: Pick<ProxyResult, 'response' | 'failure' | 'problem'>): void => {
    recordProxied(state, proxied, { ...outcome, request: { ...request, body: requestBody.body() } });
  };
  const fallback = async (failure: string): Promise<UpstreamFallback> => ({
    encodedBody: await requestBody.readAll(),
    attempt: { origin: target.origin, path: target.path, failure: failure },
  });

  const refuse = async (code: ProblemCode, detail: string, hint: string | undefined): Promise<undefined> => {
    requestBody.discardRest();
    const response = problemResponse({ code, detail, hint });
    finish({ response, failure: detail, problem: code });
    if (!incoming.complete) outgoing.shouldKeepAlive = false;
    const { cors } = options;
    await deliver(incoming, outgoing, { response, exchangeId: proxied.id, refusedFor: undefined, cors });
  };
  if (isThisServer(target.origin, incoming))
    return await refuse('upstream-loop', `${target.origin} is this server itself`, undefined);

  let pending: PendingResponse;
  try {
    pending = await (await client()).send(
      {
        method: request.method,
        origin: target.origin,
        requestTarget:
          target.path +
          (request.query === '' && incoming.url?.endsWith('?') !== true ? '' : `?${request.query}`),
        fields: fieldsForUpstream(incoming, encodedBody),
        body: requestBody.stream,
        trailers: () => toPairs(incoming.rawTrailers),
      },
      disconnected,
      ({ statusCode, rawHeaders }) => {
        // What asks for the body has been said already.
        if (statusCode !== 100 && incoming.httpVersionMinor > 0 && !outgoing.headersSent)
          outgoing.writeInformation(statusCode, rawHeaders);
      },
    );
  } catch (error) {
    if (disconnected.aborted) {
      finish({
        response: undefined,
        failure: 'the client disconnected before the response arrived',
        problem: undefined,
      });
      return undefined;
    }
    if (!(error instanceof HttpClientError)) throw error;
    const { kind, message } = error;
    if (target.upstream.mode === 'first' && (kind === 'unreachable' || kind === 'timeout'))
      return await fallback(message);
    return await refuse(PROBLEM_BY_CLIENT_ERROR[kind], message, hintFor(kind, target.upstream.name));
  }

  const { response } = pending;
  if (target.upstream.mode === 'first' && response.statusCode === 501) {
    pending.request.destroy();
    return await fallback('it responded with 501 (not implemented)');
  }
  const collector = new BodyCollector(bodyLimit);
  const isBroken = delivery.fault !== undefined || delivery.bytesPerSecond !== undefined;
  const failure = isBroken
    ? await pipeBody(response, collector, undefined)
    : await streamResponse(options, proxied, incoming, outgoing, response, collector);
  if (isBroken && !disconnected.aborted) {
    // What is to be slowed down or broken must be there as a whole first.
    if (failure !== undefined) return await refuse('upstream-broke', failure, undefined);
    if (collector.bytes === undefined) {
      const detail = `the response has ${collector.size} bytes; a delayed or broken delivery is limited to ${bodyLimit} bytes`;
      return await refuse('upstream-too-large', detail, 'start the server with a larger --body-limit');
    }
  }
  const why =
    disconnected.aborted && failure !== undefined
      ? 'the client disconnected before the end of the response'
      : failure;
  const answered: Response = {
    status: response.statusCode ?? 0,
    headers: response.headersDistinct,
    body: recordedBody(collector, response, request.method, why),
  };
  if (!incoming.complete) {
    requestBody.discardRest();
    // The rest of the question will never be sent on this connection.
    pending.request.destroy();
  }
  // Before the last byte goes out: who has the whole answer finds it recorded.
  finish({ response: answered, failure: why, problem: undefined });
  if (isBroken) {
    const whole = { ...answered, body: collector.bytes ?? EMPTY_BODY };
    const late = { ...delivery, delay: 0 };
    const { cors } = options;
    await deliver(incoming, outgoing, {
      response: whole,
      exchangeId: proxied.id,
      refusedFor: undefined,
      cors,
      delivery: late,
    });
  } else if (failure === undefined) {
    if (response.rawTrailers.length > 0) outgoing.addTrailers(toPairs(response.rawTrailers));
    outgoing.end();
  } else {
    // What came is sent, and then the client sees what happened here: the connection ends in the middle.
    endConnection(outgoing);
  }
  return undefined;
}

function endConnection(outgoing: ServerResponse): void {
  if (outgoing.socket !== null) outgoing.socket.destroySoon();
  // Behind others on the connection its turn comes later, and what came of it is sent then.
  else outgoing.once('socket', (socket: Socket) => setImmediate(() => socket.destroySoon()));
}

/** A request that is sent to where it came from would come back for ever. */
function isThisServer(origin: string, { socket }: IncomingMessage): boolean {
  const { hostname, port, protocol } = new URL(origin);
  if (Number(port || (protocol === 'https:' ? 443 : 80)) !== socket.localPort) return false;
  return (
    /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])$/.test(hostname) || hostname === socket.localAddress
  );
}

/** Aborts when the client goes before it was answered. */
function disconnectSignal(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const leave = (): void => {
    if (!outgoing.writableFinished) controller.abort();
  };
  outgoing.once('close', leave);
  if (outgoing.socket === null) {
    // Behind others on the connection: node does not tell such an answer that the connection is closed.
    const { socket } = outgoing.req;
    socket.setMaxListeners(0);
    socket.once('close', leave);
    outgoing.once('socket', () => socket.off('close', leave));
  }
  return controller.signal;
}

/** Sends the head, and passes the body on. @returns why it broke off; undefined: it came whole */
async function streamResponse(
  { cors }: ProxyOptions,
  { id }: ProxiedRequest,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  response: IncomingMessage,
  collector: BodyCollector,
): Promise<string | undefined> {
  outgoing.sendDate = false;
  const fields = fieldsForClient(response, incoming, id, cors ? incoming.headers.origin : undefined);
  outgoing.writeHead(response.statusCode ?? 502, response.statusMessage ?? '', fields);
  // Headers that wait for the first byte of a body may wait long; and bytes, unlike text, leave them in Latin-1.
  outgoing.write(EMPTY_BODY);
  return await pipeBody(response, collector, outgoing);
}

function pipeBody(
  response: IncomingMessage,
  collector: BodyCollector,
  outgoing: ServerResponse | undefined,
): Promise<string | undefined> {
  return new Promise(resolve => {
    response.on('data', (chunk: Uint8Array) => {
      collector.add(chunk);
      if (outgoing === undefined || outgoing.write(chunk)) return;
      response.pause();
      outgoing.once('drain', () => response.resume());
    });
    response.on('end', () => resolve(undefined));
    const cut = (): void =>
      resolve(`the connection closed after ${collector.size} bytes of the response body`);
    response.on('error', cut);
    response.on('close', cut);
  });
}

function recordedBody(
  collector: BodyCollector,
  response: IncomingMessage,
  method: string,
  failure: string | undefined,
): Body {
  if (failure !== undefined) return { notRecorded: failure };
  // These have no body, and a Content-Encoding all the same (RFC 9110 sections 9.3.2 and 15.4.5).
  if (method === 'HEAD' || response.statusCode === 304) return EMPTY_BODY;
  return collector.body(header(response.headersDistinct, 'content-encoding'));
}

function toPairs(fields: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let at = 0; at < fields.length; at += 2) list.push([fields[at] ?? '', fields[at + 1] ?? '']);
  return list;
}

function hintFor(kind: ClientErrorKind, name: string): string | undefined {
  switch (kind) {
    case 'tls':
      return 'add the certificate authority with NODE_EXTRA_CA_CERTS=/path/to/ca.pem';
    case 'unreachable':
    case 'timeout':
      return `fix the upstream of ${name}, or let the mock respond instead with --upstream-mode first`;
    default:
      return undefined;
  }
}
