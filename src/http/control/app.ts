// The control API as an Express application; what is not meant for it goes on to the mocked APIs.
import type { RequestListener } from 'node:http';
import express from 'express';
import type { AppOptions } from '../app.ts';

const CONTROL = '/__deadringer';

/** What the control API needs to know of the application around it. */
export type ControlOptions = Pick<AppOptions, 'stage' | 'token' | 'keepStep' | 'control' | 'onTrouble'>;

export async function controlApp(
  options: ControlOptions,
  otherwise: RequestListener,
): Promise<RequestListener> {
  const { control } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  if (control === undefined) {
    const { controlRouter } = await import('./router.ts');
    app.use(CONTROL, controlRouter(options));
  } else {
    app.use(CONTROL, (request, response) => {
      request.url = request.originalUrl;
      control(request, response);
    });
  }
  app.use((request, response) => otherwise(request, response));
  return app;
}
