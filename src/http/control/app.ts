// The control API as an Express application; what is not meant for it goes on to the mocked APIs.
import type { RequestListener } from 'node:http';
import express from 'express';
import type { AppOptions } from '../app.ts';
import { controlRouter } from './router.ts';

const CONTROL = '/__deadringer';

export function controlApp(options: AppOptions, otherwise: RequestListener): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(CONTROL, controlRouter(options));
  app.use((request, response) => otherwise(request, response));
  return app;
}
