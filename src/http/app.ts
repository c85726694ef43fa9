// The Express application: the control API first, and whatever is left belongs to a mocked API.
import express, {
  type Express,
  type Request as ExpressRequest,
  type Response as ExpressResponse,
} from 'express';
import { problemResponse } from '../mock/problem.ts';
import { serve, type World } from '../mock/serve.ts';
import type { Stage } from '../mock/stage.ts';
import { preflight } from './cors.ts';
import { deliver } from './deliver.ts';
import { receive } from './receive.ts';

export interface AppOptions {
  readonly world: World;
  readonly stage: Stage;
  /** Most bytes of a request body. */
  readonly bodyLimit: number;
  readonly cors: boolean;
  /** Told of errors in deadringer itself, and of clients that left before they were answered. */
  readonly onTrouble: (trouble: Trouble) => void;
}

export type Trouble =
  | { readonly kind: 'bug'; readonly error: unknown; readonly request: string }
  | { readonly kind: 'client-gone'; readonly request: string }
  | { readonly kind: 'bad-http'; readonly code: string };

const CONTROL = '/__deadringer';

export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(CONTROL, (request, response) => control(options, request, response));
  app.use((request, response) => mocked(options, request, response));
  return app;
}

async function mocked(
  { world, stage, bodyLimit, cors, onTrouble }: AppOptions,
  incoming: ExpressRequest,
  outgoing: ExpressResponse,
): Promise<void> {
  const requestLine = () => `${incoming.method} ${incoming.url.split('?', 1)[0]}`;
  try {
    const answered = cors ? preflight(incoming) : undefined;
    if (answered !== undefined) {
      outgoing.writeHead(204, answered).end();
      return;
    }
    const received = await receive(incoming, bodyLimit);
    if ('gone' in received) {
      onTrouble({ kind: 'client-gone', request: requestLine() });
      return;
    }
    if ('problem' in received) {
      // The rest of an oversized body may still be on its way.
      outgoing.shouldKeepAlive = false;
      deliver(incoming, outgoing, {
        response: problemResponse(received.problem),
        exchangeId: undefined,
        refusedFor: undefined,
        cors,
      });
      return;
    }
    const { exchange, response, refusedFor } = await serve(world, stage, received.request);
    deliver(incoming, outgoing, { response, exchangeId: exchange.id, refusedFor, cors });
  } catch (error) {
    onTrouble({ kind: 'bug', error, request: requestLine() });
    if (outgoing.headersSent) outgoing.destroy();
    else
      deliver(incoming, outgoing, {
        response: bugResponse(error),
        exchangeId: undefined,
        refusedFor: undefined,
        cors,
      });
  }
}

function bugResponse(error: unknown): ReturnType<typeof problemResponse> {
  return problemResponse({
    code: 'bug',
    detail: error instanceof Error ? error.message : String(error),
    hint: "the stack is on the server's stderr",
  });
}

function control({ world, cors }: AppOptions, incoming: ExpressRequest, outgoing: ExpressResponse): void {
  if (incoming.path === '/health' && (incoming.method === 'GET' || incoming.method === 'HEAD')) {
    const apis = world.contract.apis.map(({ name }) => name);
    outgoing.json({ status: 'ok', apis });
    return;
  }
  const response = problemResponse({
    code: 'no-such-control',
    detail: `the control API has no ${incoming.method} ${CONTROL}${incoming.path}`,
  });
  deliver(incoming, outgoing, { response, exchangeId: undefined, refusedFor: undefined, cors });
}
