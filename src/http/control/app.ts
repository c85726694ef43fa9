// The Express application of the control API; other requests go on to the mocked APIs.

import type { RequestListener } from 'node:http';
import express from 'express';
import type { ControlOptions } from './route.ts';

const CONTROL_PATH = '/__deadringer';

/** @param mocked handles the requests that are not for the control API */
export async function createControlApp(
  options: ControlOptions,
  mocked: RequestListener,
): Promise<RequestListener> {
  const { createControlRouter } = await import('./router.ts');
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(CONTROL_PATH, async (request, _response, next) => {
    // Whether the server is ready must be known before it is.
    if (request.path !== '/ready') await options.ready;
    next();
  });
  app.use(CONTROL_PATH, createControlRouter(options));
  app.use((request, response) => mocked(request, response));
  return app;
}
