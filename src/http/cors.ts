// CORS for browsers: any page may call the mock with credentials and read all response headers.
import type { IncomingMessage } from 'node:http';

/** Headers that answer a preflight (Fetch standard, "CORS-preflight request"); undefined when the request is none. */
export function preflightFields({ method, headers }: IncomingMessage): Record<string, string> | undefined {
  const wanted = headers['access-control-request-method'];
  if (method !== 'OPTIONS' || headers.origin === undefined || wanted === undefined) return undefined;
  return {
    'access-control-allow-origin': headers.origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': wanted,
    ...(headers['access-control-request-headers'] !== undefined && {
      'access-control-allow-headers': headers['access-control-request-headers'],
    }),
    ...(headers['access-control-request-private-network'] === 'true' && {
      'access-control-allow-private-network': 'true',
    }),
    'access-control-max-age': '600',
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  };
}

/** "*" would not do: with credentials, browsers take it literally. So the origin and the names themselves are said. */
export function corsFields(origin: string, names: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': names.join(', '),
    vary: 'Origin',
  };
}
