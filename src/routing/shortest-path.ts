// The shortest path on this server to an operation: at the root if the document answers there, else below the name of the API.

import type { Request } from '../exchange/exchange.ts';
import type { Operation } from '../openapi/model.ts';
import type { Matcher } from './match.ts';

/**
 * @param request with a path as the document writes it: the template, or an instance of it
 * @param host the Host header of the client
 * @returns the path with what must be before it
 */
export function shortestPath(
  match: Matcher,
  operation: Operation,
  request: Pick<Request, 'path'> & Partial<Pick<Request, 'query' | 'headers'>>,
  host: string,
): string {
  const base = operation.servers[0]?.basePath ?? '';
  const name = `/${encodeURIComponent(operation.api.name)}`;
  const candidates = ['', base, name, name + base].map(prefix => prefix + request.path);
  const isReached = (path: string): boolean => {
    // A first segment of this form may be the control API, or a session.
    if (/^\/(?:__|~)/.test(path)) return false;
    const found = match({ ...request, method: operation.method, path, host });
    return found.kind === 'operation' && found.operation === operation;
  };
  return candidates.find(isReached) ?? name + base + request.path;
}
