// The Express application of the control API; other requests go on to the mocked APIs.

import type { RequestListener } from 'node:http';
import express from 'express';
import type { ControlOptions } from './route.ts';

const CONTROL_PATH = '/__deadringer';

export async function createControlApp(
  options: ControlOptions,
  otherwise: RequestListener,
): Promise<RequestListener> {
  const { createControlRouter: controlRouter } = await import('./router.ts');
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(CONTROL_PATH, controlRouter(options));
  app.use((request, response) => otherwise(request, response));
  return app;
}
