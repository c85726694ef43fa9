// The Express router of the control API: access control, JSON in, JSON or problem+json out.
import express, { type Request, type Response, Router } from 'express';
import { type Problem, problemResponse } from '../../mock/problem.ts';
import { deliver } from '../deliver.ts';
import { checkControlAccess } from './access.ts';
import { streamEvents } from './events.ts';
import type { ControlOptions } from './route.ts';
import { ControlError } from './route.ts';
import { ROUTES } from './routes.ts';

export function createControlRouter(options: ControlOptions): Router {
  const router = Router();
  router.use((request, response, next) => {
    const problem = checkControlAccess(request, options.token);
    if (problem === undefined) next();
    else void sendProblem(request, response, problem);
  });
  // Scripts send JSON without saying so; nothing else is taken here anyway.
  router.use(express.json({ type: () => true, strict: false, limit: '1mb' }));
  router.get('/events', (request, response) => streamEvents(options.state, request, response));
  for (const { method, path, handle } of ROUTES) {
    router[method](path, async (request, response) => {
      const query = new URLSearchParams(request.url.split('?')[1] ?? '');
      const answer = await handle({
        state: options.state,
        params: request.params as Record<string, string>,
        query,
        body: request.body as unknown,
      });
      response.status(answer.status ?? 200);
      if (answer.text !== undefined) response.type(answer.type ?? 'text/plain').send(answer.text);
      else if (answer.body === undefined) response.end();
      else response.json(answer.body);
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
    const { status, message } = error as { status?: number; message?: string };
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

function sendProblem(request: Request, response: Response, problem: Problem): Promise<void> {
  return deliver(request, response, {
    response: problemResponse(problem),
    exchangeId: undefined,
    refusedFor: undefined,
    cors: false,
  });
}
