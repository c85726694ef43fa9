// The control API as an Express application; what is not meant for it goes on to the mocked APIs.
import type { RequestListener } from 'node:http';
import express from 'express';
import type { AppOptions } from '../app.ts';

const CONTROL = '/__deadringer';

/** What the control API needs to know of the application around it. */
export type ControlOptions = Pick<AppOptions, 'stage' | 'token' | 'onTrouble'>;

export async function controlApp(
  options: ControlOptions,
  otherwise: RequestListener,
): Promise<RequestListener> {
  const { controlRouter } = await import('./router.ts');
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(CONTROL, controlRouter(options));
  app.use((request, response) => otherwise(request, response));
  return app;
}
