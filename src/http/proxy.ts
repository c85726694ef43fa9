// Proxies a request to an upstream service and streams the response back unchanged; both are validated and recorded.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Body, EMPTY_BODY, header, isRecorded, type Response } from '../exchange/exchange.ts';
import { completeItems } from '../exchange/items.ts';
import { unknownPrismProblem } from '../mock/prism/errors.ts';
import { type ProblemCode, problemResponse } from '../mock/problem.ts';
import { type ProxiedRequest, type ProxyResult, recordProxied } from '../mock/proxy/proxied-request.ts';
import type { UpstreamAttempt } from '../mock/serve-event.ts';
import type { ServerState } from '../mock/server-state.ts';
import { deliveryTime } from '../scenario/delivery.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { BodyCollector, collectRequestBody } from './body-collector.ts';
import { type ClientErrorKind, type HttpClient, HttpClientError, type PendingResponse } from './client.ts';
import { type CorsPolicy, mayReadUpstream } from './cors.ts';
import { deliver } from './deliver.ts';
import { delayResponse } from './faults.ts';
import { collectBody, disconnectSignal, pipeBody, sendInterimResponse } from './proxy-connection.ts';
import { fieldsForClient, fieldsForUpstream } from './proxy-fields.ts';
import { createLinkRewriter } from './proxy-links.ts';
import { toPairs } from './raw-fields.ts';
import { mayBeBuffered, reportInResponse } from './report-proxied.ts';

export interface ProxyOptions {
  readonly state: ServerState;
  readonly httpClient: () => Promise<HttpClient>;
  readonly tracing: Tracing | undefined;
  readonly cors: CorsPolicy;
  readonly corsOrigins: readonly string[];
  /** Maximum size of a body that is validated and recorded. Larger bodies are forwarded only. */
  readonly bodyLimit: number;
}

/** The upstream failed, and the mock responds instead. */
export interface UpstreamFallback {
  /** The request body with its content codings; undefined: larger than the limit. */
  readonly encodedBody: Uint8Array | undefined;
  readonly attempt: UpstreamAttempt;
}

const PROBLEM_BY_CLIENT_ERROR = {
  unreachable: 'upstream-unreachable',
  tls: 'upstream-tls',
  timeout: 'upstream-timeout',
  closed: 'upstream-broke',
  'invalid-http': 'upstream-garbage',
} as const satisfies Record<ClientErrorKind, ProblemCode>;

/**
 * Sends a request to its upstream, streams the response to the client, and records the exchange.
 * @param encodedBody the request body if it was read before; undefined: stream it
 * @returns undefined if the client got a response or disconnected
 */
export async function proxyRequest(
  options: ProxyOptions,
  proxied: ProxiedRequest,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  encodedBody: Uint8Array | undefined,
): Promise<UpstreamFallback | undefined> {
  const { state, httpClient, bodyLimit, tracing } = options;
  const { target, request, delivery } = proxied;
  // Other pages get the CORS fields of the service itself.
  const cors = options.cors && mayReadUpstream(incoming, options.corsOrigins);
  const disconnected = disconnectSignal(outgoing);
  if (!(await delayResponse(delivery.delay, outgoing))) return undefined;

  const requestBody = collectRequestBody(incoming, encodedBody, bodyLimit);
  const finish = (result: Omit<ProxyResult, 'request'>): void => {
    recordProxied(state, proxied, { ...result, request: { ...request, body: requestBody.body() } });
  };
  const fallback = async (failure: string): Promise<UpstreamFallback> => ({
    encodedBody: await requestBody.readAll(),
    attempt: { origin: target.origin, path: target.path, failure: failure },
  });

  const refuse = async (code: ProblemCode, detail: string, hint: string | undefined): Promise<undefined> => {
    requestBody.discardRest();
    const sentAs = state.prism && unknownPrismProblem(detail).sentAs;
    const response = problemResponse({ code, detail, hint, ...(sentAs && { sentAs }) });
    finish({ response, failure: detail, problem: code });
    if (!incoming.complete) outgoing.shouldKeepAlive = false;
    await deliver(incoming, outgoing, { response, exchangeId: proxied.id, refusedFor: undefined, cors });
  };
  if (isThisServer(target.origin, incoming))
    return await refuse('upstream-loop', `${target.origin} is this server itself`, undefined);

  let pending: PendingResponse;
  try {
    pending = await (await httpClient()).send(
      {
        method: request.method,
        origin: target.origin,
        requestTarget:
          target.path +
          (request.query === '' && incoming.url?.endsWith('?') !== true ? '' : `?${request.query}`),
        fields: fieldsForUpstream(incoming, encodedBody, tracing?.spanOf(proxied.id, request.headers)),
        body: requestBody.stream,
        trailers: () => toPairs(incoming.rawTrailers),
      },
      disconnected,
      ({ statusCode, rawHeaders }) => {
        // node:http sends 100 (Continue) itself.
        if (statusCode !== 100 && incoming.httpVersionMinor > 0 && !outgoing.headersSent)
          sendInterimResponse(outgoing, statusCode, rawHeaders);
      },
    );
  } catch (error) {
    // An error in the body of the request was the response.
    if (disconnected.aborted || outgoing.headersSent) {
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
    return await refuse(PROBLEM_BY_CLIENT_ERROR[kind], message, hintFor(state, kind, target.upstream.name));
  }

  const { response } = pending;
  const isMocked = target.upstream.mode === 'first' || state.prism !== undefined;
  if (isMocked && response.statusCode === 501) {
    pending.request.destroy();
    return await fallback('it responded with 501 (not implemented)');
  }
  const collector = new BodyCollector(bodyLimit);
  // A throttled or broken delivery needs the complete response.
  const needsWhole = delivery.fault !== undefined || delivery.bytesPerSecond !== undefined;
  const collected =
    needsWhole || (proxied.reported !== undefined && mayBeBuffered(response, bodyLimit))
      ? await collectBody(response, collector)
      : undefined;
  if (collected !== undefined && !disconnected.aborted) {
    if (needsWhole && !collected.fits) {
      pending.request.destroy();
      const detail = `the response has more than ${bodyLimit} bytes, the limit of a delayed or broken delivery`;
      return await refuse('upstream-too-large', detail, 'start the server with a larger --body-limit');
    }
    if (collected.failure !== undefined) return await refuse('upstream-broke', collected.failure, undefined);
  }
  const isBuffered = collected?.fits === true;
  const failure = isBuffered
    ? collected.failure
    : await streamResponse(cors, proxied, incoming, outgoing, response, collector);
  const incompleteReason =
    disconnected.aborted && failure !== undefined
      ? 'the client disconnected before the end of the response'
      : failure;
  const recorded: Response = {
    status: response.statusCode ?? 0,
    headers: response.headersDistinct,
    body: recordedBody(collector, response, request.method, incompleteReason, disconnected.aborted),
  };
  if (!incoming.complete) {
    requestBody.discardRest();
    // The rest of the request is never sent, so the upstream connection cannot be reused.
    pending.request.destroy();
  }
  // Record the exchange before the last byte: a client that has the whole response finds it in the journal.
  // The delay is over.
  const remaining = { ...delivery, delay: 0 };
  const remainingTime = isBuffered ? deliveryTime(remaining, collector.bytes?.length ?? 0) : 0;
  finish({
    response: recorded,
    failure: isRecorded(recorded.body) ? undefined : incompleteReason,
    problem: undefined,
    remainingTime,
  });
  if (isBuffered) {
    const rewrite = createLinkRewriter(target, incoming);
    const reported = reportInResponse(state, proxied, recorded);
    const rewritten = (headers: Response['headers']): Response['headers'] =>
      Object.fromEntries(
        Object.entries(headers).map(([name, values]) => [name, values?.map(value => rewrite(name, value))]),
      );
    const buffered =
      'code' in reported
        ? problemResponse(reported)
        : { ...reported, headers: rewritten(reported.headers), body: collector.bytes ?? EMPTY_BODY };
    await deliver(incoming, outgoing, {
      response: buffered,
      exchangeId: proxied.id,
      refusedFor: undefined,
      cors,
      delivery: remaining,
    });
  } else if (failure === undefined) {
    if (response.rawTrailers.length > 0) outgoing.addTrailers(toPairs(response.rawTrailers));
    outgoing.end();
  } else {
    // The client gets the received part and a closed connection, as from the upstream.
    outgoing.socket?.destroySoon();
  }
  return undefined;
}

/** Whether the origin is this server, which would be an endless loop. */
function isThisServer(origin: string, { socket }: IncomingMessage): boolean {
  const { hostname, port, protocol } = new URL(origin);
  if (Number(port || (protocol === 'https:' ? 443 : 80)) !== socket.localPort) return false;
  return (
    /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])$/.test(hostname) || hostname === socket.localAddress
  );
}

/** Sends the head and streams the body. @returns why it is incomplete; undefined: it is complete */
async function streamResponse(
  cors: CorsPolicy,
  { id, target }: ProxiedRequest,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  response: IncomingMessage,
  collector: BodyCollector,
): Promise<string | undefined> {
  outgoing.sendDate = false;
  const fields = fieldsForClient(response, target, incoming, id, cors ? incoming.headers.origin : undefined);
  outgoing.writeHead(response.statusCode ?? 502, response.statusMessage ?? '', fields);
  // Send the head now: the first byte of the body may take long. Bytes, unlike text, keep the head in Latin-1.
  outgoing.write(collector.bytes ?? EMPTY_BODY);
  return await pipeBody(response, collector, outgoing);
}

function recordedBody(
  collector: BodyCollector,
  response: IncomingMessage,
  method: string,
  failure: string | undefined,
  isClientGone: boolean,
): Body {
  if (failure !== undefined) {
    // A client stops reading a stream when it has what it wants.
    const { headersDistinct: headers } = response;
    const isStream = isClientGone && header(headers, 'content-encoding') === undefined;
    const items = isStream ? completeItems({ headers, body: collector.bytes ?? EMPTY_BODY }) : undefined;
    return items ?? { notRecorded: failure, undecodable: true };
  }
  // These responses have no body but may have a Content-Encoding (RFC 9110 sections 9.3.2 and 15.4.5).
  if (method === 'HEAD' || response.statusCode === 304) return EMPTY_BODY;
  return collector.body(header(response.headersDistinct, 'content-encoding'));
}

function hintFor({ prism }: ServerState, kind: ClientErrorKind, name: string): string | undefined {
  switch (kind) {
    case 'tls':
      return 'add the certificate authority with NODE_EXTRA_CA_CERTS=/path/to/ca.pem';
    case 'unreachable':
    case 'timeout':
      if (prism !== undefined) return 'start the service, or correct its URL in the command';
      return `fix the upstream of ${name}, or let the mock respond instead with --upstream-mode first`;
    default:
      return undefined;
  }
}
