// The request listener: mocked APIs directly on node:http, the control API on Express.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Response } from '../exchange/exchange.ts';
import { redactPathForLog } from '../exchange/redact.ts';
import { type HandleOptions, handle, type ServedResponse } from '../mock/handle.ts';
import { problemResponse } from '../mock/problem.ts';
import { planProxying } from '../mock/proxy/proxied-request.ts';
import { preflightFields } from './cors.ts';
import { deliver } from './deliver.ts';
import type { AppOptions } from './options.ts';
import { decodeReceived, type ReceivedBody, receiveBody } from './receive.ts';
import { type ContextReader, createContextReader } from './request-context.ts';

/**
 * The control API is an Express application. Everything else belongs to a mocked API and is answered on Node's own
 * objects: Express takes a fifth of the time that such a request needs, and gives it nothing. It is loaded when it is
 * first asked for, and so is what passes requests on to real services.
 */
export function createRequestListener(options: AppOptions): RequestListener {
  const contextOf = createContextReader(options.state);
  const answer: RequestListener = (incoming, outgoing) =>
    handleMocked(options, contextOf, incoming, outgoing);
  let express: Promise<RequestListener> | undefined;
  return (incoming, outgoing) => {
    if (isMockedTarget(incoming.url ?? '')) {
      void handleMocked(options, contextOf, incoming, outgoing);
      return;
    }
    express ??= import('./control/app.ts').then(async ({ createControlApp: controlApp }) => {
      await options.ready;
      return await controlApp(options, answer);
    });
    express.then(
      handle => handle(incoming, outgoing),
      (error: unknown) => {
        options.onError({ kind: 'bug', error, request: `${incoming.method} of the control API` });
        outgoing.destroy();
      },
    );
  };
}

/** Whatever might be meant for the control API, in any spelling, is left to Express to decide. */
function isMockedTarget(target: string): boolean {
  return /^\/(?!__|[^/]*%)/.test(target);
}

function requestLine(method: string | undefined, target: string | undefined): string {
  return `${method} ${redactPathForLog(target?.split('?', 1)[0] ?? '/')}`;
}

/** The answer to a request at which deadringer itself failed. */
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
  const { cors, onError: onTrouble } = options;
  try {
    const answered = cors ? preflightFields(incoming) : undefined;
    if (answered !== undefined) {
      outgoing.writeHead(204, answered).end();
      return;
    }
    await handleRequest(options, contextOf, incoming, outgoing);
  } catch (error) {
    onTrouble({ kind: 'bug', error, request: requestLine(incoming.method, incoming.url) });
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    // A failed writeHead leaves the phrase of the other status behind.
    outgoing.statusMessage = '';
    const response = internalErrorResponse(error);
    await deliver(incoming, outgoing, { response, exchangeId: undefined, refusedFor: undefined, cors });
  }
}

async function handleRequest(
  options: AppOptions,
  contextOf: ContextReader,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { state, bodyLimit, cors, onError: onTrouble } = options;
  // One world for the whole request, whatever is swapped while its body arrives.
  const context = contextOf(incoming);
  const proxying = state.upstreams.isEmpty ? undefined : await planProxying(state, context);
  let received: ReceivedBody;
  let handleOptions: HandleOptions = { target: proxying?.target };
  if (proxying?.kind === 'relay') {
    const { proxyRequest: relay } = await import('./proxy.ts');
    const fallback = await relay(options, proxying, incoming, outgoing, undefined);
    if (fallback === undefined) return;
    received = decodeReceived(context.head.headers, fallback.encodedBody, bodyLimit);
    handleOptions = { attempt: fallback.attempt };
  } else {
    received = await receiveBody(incoming, context.head.headers, bodyLimit);
  }
  if ('disconnected' in received) {
    onTrouble({ kind: 'client-gone', request: requestLine(incoming.method, incoming.url) });
    return;
  }
  if ('problem' in received) {
    // The rest of an oversized body may still be on its way.
    outgoing.shouldKeepAlive = false;
    const response = problemResponse(received.problem);
    await deliver(incoming, outgoing, { response, exchangeId: undefined, refusedFor: undefined, cors });
    return;
  }
  const { body } = received;
  let handled = await handle(state, context, body, handleOptions);
  if ('kind' in handled) {
    const { proxyRequest: relay } = await import('./proxy.ts');
    const fallback = await relay(options, handled, incoming, outgoing, received.encodedBody);
    if (fallback === undefined) return;
    handled = await handle(state, context, body, { attempt: fallback.attempt });
  }
  // Without a way there is nothing to relay.
  if ('kind' in handled) throw new Error('a request without a way was to be relayed');
  await deliverResponse(incoming, outgoing, handled, cors);
}

function deliverResponse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { exchange, response, refusedFor, delivery }: ServedResponse,
  cors: boolean,
): Promise<void> {
  return deliver(incoming, outgoing, { response, exchangeId: exchange.id, refusedFor, cors, delivery });
}
