// The front: Express for the control API, and the shortest way for what belongs to a mocked API.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Response } from '../exchange/exchange.ts';
import { redactedPath } from '../exchange/redact.ts';
import { problemResponse } from '../mock/problem.ts';
import { relayOf } from '../mock/relay.ts';
import { type Answered, type ServeOptions, serve } from '../mock/serve.ts';
import type { Stage } from '../mock/stage.ts';
import { type ContextReader, createContextReader } from './context.ts';
import { preflight } from './cors.ts';
import { deliver } from './deliver.ts';
import type { Outbound } from './outbound.ts';
import { type Received, receive, withBody } from './receive.ts';

export interface AppOptions {
  readonly stage: Stage;
  /** Most bytes of a request body. */
  readonly bodyLimit: number;
  readonly cors: boolean;
  /** Asks real services; made when the first is asked. */
  readonly outbound: () => Promise<Outbound>;
  /** Resolves when everything that is served has been verified; the control API knows nothing before. */
  readonly ready: Promise<void>;
  /** What the control API asks for; undefined: nothing, as on loopback. */
  readonly token: string | undefined;
  /** Told of errors in deadringer itself, and of clients that left before they were answered. */
  readonly onTrouble: (trouble: Trouble) => void;
}

export type Trouble =
  | { readonly kind: 'bug'; readonly error: unknown; readonly request: string }
  | { readonly kind: 'client-gone'; readonly request: string }
  | { readonly kind: 'bad-http'; readonly code: string };

/**
 * The control API is an Express application. Everything else belongs to a mocked API and is answered on Node's own
 * objects: Express takes a fifth of the time that such a request needs, and gives it nothing. It is loaded when it is
 * first asked for, and so is what passes requests on to real services.
 */
export function createApp(options: AppOptions): RequestListener {
  const contextOf = createContextReader(options.stage);
  const answer: RequestListener = (incoming, outgoing) => mocked(options, contextOf, incoming, outgoing);
  let express: Promise<RequestListener> | undefined;
  return (incoming, outgoing) => {
    if (isMocked(incoming.url ?? '')) {
      void mocked(options, contextOf, incoming, outgoing);
      return;
    }
    express ??= import('./control/app.ts').then(async ({ controlApp }) => {
      await options.ready;
      return await controlApp(options, answer);
    });
    express.then(
      handle => handle(incoming, outgoing),
      (error: unknown) => {
        options.onTrouble({ kind: 'bug', error, request: `${incoming.method} of the control API` });
        outgoing.destroy();
      },
    );
  };
}

/** Whatever might be meant for the control API, in any spelling, is left to Express to decide. */
function isMocked(target: string): boolean {
  return /^\/(?!__|[^/]*%)/.test(target);
}

function requestLine(method: string | undefined, target: string | undefined): string {
  return `${method} ${redactedPath(target?.split('?', 1)[0] ?? '/')}`;
}

/** The answer to a request at which deadringer itself failed. */
function failure(error: unknown): Response {
  const detail = error instanceof Error ? error.message : String(error);
  return problemResponse({ code: 'bug', detail, hint: "the stack is on the server's stderr" });
}

async function mocked(
  options: AppOptions,
  contextOf: ContextReader,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { cors, onTrouble } = options;
  try {
    const answered = cors ? preflight(incoming) : undefined;
    if (answered !== undefined) {
      outgoing.writeHead(204, answered).end();
      return;
    }
    await attend(options, contextOf, incoming, outgoing);
  } catch (error) {
    onTrouble({ kind: 'bug', error, request: requestLine(incoming.method, incoming.url) });
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    // A failed writeHead leaves the phrase of the other status behind.
    outgoing.statusMessage = '';
    const response = failure(error);
    await deliver(incoming, outgoing, { response, exchangeId: undefined, refusedFor: undefined, cors });
  }
}

async function attend(
  options: AppOptions,
  contextOf: ContextReader,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { stage, bodyLimit, cors, onTrouble } = options;
  // One world for the whole request, whatever is swapped while its body arrives.
  const address = contextOf(incoming);
  const relayed = stage.upstreams.isEmpty ? undefined : await relayOf(stage, address);
  let received: Received;
  let how: ServeOptions = { way: relayed?.way };
  if (relayed?.kind === 'relay') {
    const { relay } = await import('./relay.ts');
    const fallBack = await relay(options, relayed, incoming, outgoing, undefined);
    if (fallBack === undefined) return;
    received = withBody(address.head.headers, fallBack.sent, bodyLimit);
    how = { upstream: fallBack.upstream };
  } else {
    received = await receive(incoming, address.head.headers, bodyLimit);
  }
  if ('gone' in received) {
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
  let served = await serve(stage, address, body, how);
  if ('kind' in served) {
    const { relay } = await import('./relay.ts');
    const fallBack = await relay(options, served, incoming, outgoing, received.sent);
    if (fallBack === undefined) return;
    served = await serve(stage, address, body, { upstream: fallBack.upstream });
  }
  // Without a way there is nothing to relay.
  if ('kind' in served) throw new Error('a request without a way was to be relayed');
  await deliverServed(incoming, outgoing, served, cors);
}

function deliverServed(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { exchange, response, refusedFor, delivery }: Answered,
  cors: boolean,
): Promise<void> {
  return deliver(incoming, outgoing, { response, exchangeId: exchange.id, refusedFor, cors, delivery });
}
