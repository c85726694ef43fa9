// The request listener: mocked APIs directly on node:http, the control API on Express.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { header, type Response } from '../exchange/exchange.ts';
import { redactPathForLog } from '../exchange/redact.ts';
import { adviceLines } from '../finding/advice.ts';
import { type HandleOptions, handle, type ServedResponse } from '../mock/handle.ts';
import { problemResponse } from '../mock/problem.ts';
import { planProxying } from '../mock/proxy/proxied-request.ts';
import { createRequestContext } from '../mock/request-context.ts';
import { respondToBrowser } from './browser-requests.ts';
import { type CorsPolicy, mayReadUpstream, preflightFields } from './cors.ts';
import { deliver } from './deliver.ts';
import type { AppOptions } from './options.ts';
import { decodeReceived, type ReceivedBody, readHead, receiveBody } from './receive.ts';
import { type ContextReader, createContextReader } from './request-context.ts';

/**
 * Requests to mocked APIs are handled on the objects of node:http: Express would add a fifth to their CPU time. Express and
 * the upstream client are loaded with the first request that needs them.
 */
export function createRequestListener(options: AppOptions): RequestListener {
  const contextOf = createContextReader(options.state);
  const mocked: RequestListener = (incoming, outgoing) => {
    void handleMocked(options, contextOf, incoming, outgoing);
  };
  let express: Promise<RequestListener> | undefined;
  return (incoming, outgoing) => {
    if (isMockedTarget(incoming.url ?? '')) {
      mocked(incoming, outgoing);
      return;
    }
    express ??= import('./control/app.ts').then(({ createControlApp }) => createControlApp(options, mocked));
    express.then(
      handle => handle(incoming, outgoing),
      (error: unknown) => {
        options.onError({ kind: 'bug', error, request: `${incoming.method} of the control API` });
        outgoing.destroy();
      },
    );
  };
}

/** False for paths that can be a spelling of the control API: Express decides about those. */
function isMockedTarget(target: string): boolean {
  return /^\/(?!__|[^/]*%)/.test(target);
}

function requestLine(method: string | undefined, target: string | undefined): string {
  return `${method} ${redactPathForLog(target?.split('?', 1)[0] ?? '/', new Set())}`;
}

/** The response to a request that caused an internal error. */
function internalErrorResponse(error: unknown): Response {
  const detail = error instanceof Error ? error.message : String(error);
  return problemResponse({ code: 'bug', detail, hint: 'the stack trace is on the stderr of the server' });
}

async function handleMocked(
  options: AppOptions,
  contextOf: ContextReader,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { cors, onError } = options;
  try {
    const preflight = cors ? preflightFields(incoming, cors) : undefined;
    if (preflight !== undefined && !(await isLeftToUpstream(options, incoming))) {
      outgoing.writeHead(204, preflight).end();
      return;
    }
    await handleRequest(options, contextOf, incoming, outgoing);
  } catch (error) {
    onError({ kind: 'bug', error, request: requestLine(incoming.method, incoming.url) });
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    // A failed writeHead has set the status message of the other status.
    outgoing.statusMessage = '';
    const response = internalErrorResponse(error);
    await deliver(incoming, outgoing, { response, exchangeId: undefined, refusedFor: undefined, cors });
  }
}

/** Whether a preflight asks for a request to a real service by a page that may not read it: the service decides. */
async function isLeftToUpstream(
  { state, corsOrigins }: AppOptions,
  incoming: IncomingMessage,
): Promise<boolean> {
  if (state.upstreams.isEmpty || mayReadUpstream(incoming, corsOrigins)) return false;
  const head = readHead(incoming);
  const method = header(head.headers, 'access-control-request-method') ?? head.method;
  return (await planProxying(state, createRequestContext(state, { ...head, method }))) !== undefined;
}

async function handleRequest(
  options: AppOptions,
  contextOf: ContextReader,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { state, bodyLimit, cors, onError } = options;
  // Use one configuration for the whole request, even if it is reloaded while the body arrives.
  const context = contextOf(incoming);
  const proxying = state.upstreams.isEmpty ? undefined : await planProxying(state, context);
  const toBrowser = proxying === undefined ? respondToBrowser(context) : undefined;
  if (toBrowser !== undefined) {
    outgoing.writeHead(toBrowser.status, toBrowser.fields).end();
    return;
  }
  let received: ReceivedBody;
  let handleOptions: HandleOptions = { target: proxying?.target };
  if (proxying?.kind === 'proxied') {
    const { proxyRequest } = await import('./proxy.ts');
    const fallback = await proxyRequest(options, proxying, incoming, outgoing, undefined);
    if (fallback === undefined) return;
    received = decodeReceived(context.head.headers, fallback.encodedBody, bodyLimit);
    handleOptions = { attempt: fallback.attempt };
  } else {
    received = await receiveBody(incoming, context.head.headers, bodyLimit);
  }
  if ('disconnected' in received) {
    onError({ kind: 'client-disconnected', request: requestLine(incoming.method, incoming.url) });
    return;
  }
  if ('problem' in received) {
    // The rest of an oversized body may still arrive on this connection.
    outgoing.shouldKeepAlive = false;
    const response = problemResponse(received.problem);
    await deliver(incoming, outgoing, { response, exchangeId: undefined, refusedFor: undefined, cors });
    return;
  }
  const { body } = received;
  let handled = await handle(state, context, body, handleOptions);
  if ('kind' in handled) {
    const { proxyRequest } = await import('./proxy.ts');
    const fallback = await proxyRequest(options, handled, incoming, outgoing, received.encodedBody);
    if (fallback === undefined) return;
    handled = await handle(state, context, body, { attempt: fallback.attempt });
  }
  // handle() proxies only if the options have a target.
  if ('kind' in handled) throw new Error('a request without an upstream cannot be proxied');
  await deliverResponse(incoming, outgoing, handled, cors);
  if (handled.callbacks === undefined) return;
  const isTrusted = mayReadUpstream(incoming, options.corsOrigins) && !isOfOtherSite(incoming);
  (await options.callbackSender()).sendCallbacks(handled, isTrusted);
}

/** A page can send some requests without an Origin field (Fetch standard, "request Origin"). */
function isOfOtherSite({ headers }: IncomingMessage): boolean {
  return headers.origin === undefined && headers['sec-fetch-site'] === 'cross-site';
}

function deliverResponse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { exchange, response, refusedFor, tolerated, findings, stateEffect, delivery, sessionTime }: ServedResponse,
  cors: CorsPolicy,
): Promise<void> {
  return deliver(incoming, outgoing, {
    response,
    exchangeId: exchange.id,
    refusedFor,
    tolerated: tolerated?.finding,
    advice: adviceLines(findings),
    stateEffect,
    cors,
    sessionTime,
    delivery,
  });
}
