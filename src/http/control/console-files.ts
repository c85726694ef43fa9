// Serves the page of the console: the files that "npm run build:console" writes, under a strict policy and without a token.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import { ControlError } from './route.ts';

/** Beside the compiled program, or, if this file runs from its source, in the folder "dist" of the checkout. */
const FILES = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../dist/console/' : '../../console/', import.meta.url),
);

/** No inline script or style, no other origin. Nothing turns text into markup or code: no Trusted Types policy may exist. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types',
].join('; ');

/** The names of assets are hashes of their content. */
const CACHE_ASSET = 'public, max-age=31536000, immutable';

/** Whether a request is for a file of the page: the page itself, or an asset, without data of the server. */
export function isConsoleFile(method: string, pathname: string): boolean {
  return (method === 'GET' || method === 'HEAD') && /^\/(?:$|assets\/)/.test(pathname);
}

export function createConsoleRouter(): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    next();
  });
  router.use(
    express.static(FILES, {
      setHeaders: (response, file) => {
        const isAsset = path.basename(path.dirname(file)) === 'assets';
        response.setHeader('cache-control', isAsset ? CACHE_ASSET : 'no-cache');
      },
    }),
  );
  router.get('/', () => {
    throw new ControlError({
      code: 'no-such-control',
      detail: 'the page of the console is not built',
      hint: 'run "npm run build:console" in the checkout',
    });
  });
  return router;
}
