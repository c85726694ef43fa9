// The Express router of the control API: access control, JSON in, JSON or problem+json out.

import express, { type Request, type Response, Router } from 'express';
import { originOfServer } from '../../exchange/exchange.ts';
import { type Problem, problemResponse, storeProblem } from '../../mock/problem.ts';
import { StoreUnavailable } from '../../mock/session/session-store.ts';
import { deliver } from '../deliver.ts';
import { transportOf } from '../receive.ts';
import { checkControlAccess } from './access.ts';
import { createCheckHandler } from './check-route.ts';
import { CLOCK_ROUTES } from './clock-routes.ts';
import { createConsoleRouter, isConsoleFile } from './console-files.ts';
import { CONTRACT_ROUTES } from './contract-routes.ts';
import { streamEvents } from './events.ts';
import { EXCHANGE_ROUTES } from './exchange-routes.ts';
import { ITEM_ROUTES } from './item-routes.ts';
import { JOURNAL_ROUTES } from './journal-routes.ts';
import { OPERATION_ROUTES } from './operation-routes.ts';
import { ControlError, type ControlOptions, type Route } from './route.ts';
import { SCENARIO_ROUTES } from './scenario-routes.ts';
import { SERVER_ROUTES } from './server-routes.ts';
import { SESSION_ROUTES } from './session-routes.ts';
import { STATE_ROUTES } from './state-routes.ts';
import { SWITCH_ROUTES } from './switch-routes.ts';
import { WEBHOOK_ROUTES } from './webhook-routes.ts';

/**
 * All routes in the order of matching; control.openapi.yaml describes them. Of two that match a
 * path, the first one responds.
 */
export const ROUTES: readonly Route[] = [
  ...SERVER_ROUTES,
  ...CONTRACT_ROUTES,
  ...SCENARIO_ROUTES,
  ...OPERATION_ROUTES,
  ...JOURNAL_ROUTES,
  ...EXCHANGE_ROUTES,
  ...SESSION_ROUTES,
  ...SWITCH_ROUTES,
  ...STATE_ROUTES,
  ...ITEM_ROUTES,
  ...CLOCK_ROUTES,
  ...WEBHOOK_ROUTES,
];

/**
 * No response is a script, a frame or a page that runs anything, whatever traffic is in it, and no other origin can embed it;
 * the files of the console have a policy of their own. What needs a token does not stay in a cache.
 */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export function createControlRouter(options: ControlOptions): Router {
  const router = Router();
  const sendFile = createConsoleRouter();
  router.use((request, response, next) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const isFile = isConsoleFile(request.method, request.path);
    const isHealth =
      (request.path === '/health' || request.path === '/ready') &&
      (request.method === 'GET' || request.method === 'HEAD');
    const problem = checkControlAccess(request, options.token, isFile || isHealth);
    if (problem !== undefined) void sendProblem(request, response, problem);
    else if (isFile) sendFile(request, response, next);
    else next();
  });
  // Before the JSON parser: the body is a recording of any size.
  router.post('/check', createCheckHandler(options));
  for (const { method, path, readsText } of ROUTES)
    if (readsText) router[method](path, express.text({ type: () => true, limit: '128mb' }));
  // Scripts often send JSON without a Content-Type, and no route accepts anything else.
  router.use(express.json({ type: () => true, strict: false, limit: '1mb' }));
  router.get('/events', (request, response) => streamEvents(options, request, response));
  for (const route of ROUTES) {
    const { method, path, handle } = route;
    router[method](path, async (request, response) => {
      const params = request.params as Record<string, string>;
      const query = new URLSearchParams(request.url.split('?')[1] ?? '');
      const result = await handle({
        state: options.state,
        scenarioFiles: options.scenarioFiles,
        replicas: options.replicas,
        params,
        query,
        urls: options.urls,
        readiness: options.readiness,
        callbackSender: options.callbackSender,
        tracing: options.tracing,
        hasToken: options.token !== undefined,
        origin: originOfServer({ headers: request.headersDistinct, transport: transportOf(request) }),
        body: request.body as unknown,
      });
      publishChange(options, route, params.id, result.body);
      response.status(result.status ?? 200);
      if (result.fileName !== undefined) response.attachment(result.fileName);
      if (result.text !== undefined) response.type(result.type ?? 'text/plain').send(result.text);
      else if (result.body === undefined) response.end();
      else response.json(result.body);
    });
  }
  router.use((request: Request, response: Response) => {
    const detail = `the control API has no ${request.method} ${request.baseUrl}${request.path}`;
    return sendProblem(request, response, {
      code: 'no-such-control',
      detail,
      hint: 'see GET /__deadringer/openapi.yaml',
    });
  });
  router.use((error: unknown, request: Request, response: Response, _next: unknown) => {
    if (error instanceof ControlError) return sendProblem(request, response, error.problem);
    if (error instanceof StoreUnavailable) return sendProblem(request, response, storeProblem(error));
    const { status, message, limit } = error as { status?: number; message?: string; limit?: number };
    if (status === 413)
      return sendProblem(request, response, {
        code: 'body-too-large',
        detail: `the body is larger than ${limit} bytes, the limit of the control API`,
      });
    if (error instanceof URIError)
      return sendProblem(request, response, {
        code: 'bad-control',
        detail: `the path ${request.path} has a "%" that escapes no character: ${message}`,
        hint: 'write a "%" as %25',
      });
    if (status !== undefined && status < 500)
      return sendProblem(request, response, {
        code: 'bad-control',
        detail: `the body is not JSON: ${message}`,
      });
    options.onError({ kind: 'bug', error, request: `${request.method} ${request.baseUrl}${request.path}` });
    return sendProblem(request, response, { code: 'bug', detail: message ?? String(error) });
  });
  return router;
}

/** Tells who follows the server that a request has changed, created or ended a session. */
function publishChange(
  { state }: ControlOptions,
  { method, path, changesNothing }: Route,
  id: string | undefined,
  body: unknown,
): void {
  if (method === 'get' || changesNothing || !path.startsWith('/sessions')) return;
  const changed = id ?? (body as { id: string }).id;
  state.changes.publish({
    kind: 'session',
    id: changed,
    ended: method === 'delete' && path === '/sessions/:id',
  });
}

async function sendProblem(request: Request, response: Response, problem: Problem): Promise<void> {
  // An error in the body of the request was the response.
  if (response.headersSent) return;
  await deliver(request, response, {
    response: problemResponse(problem),
    exchangeId: undefined,
    refusedFor: undefined,
    cors: false,
  });
}
