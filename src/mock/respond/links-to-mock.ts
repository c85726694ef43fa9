// Links in header fields of a response, as links to this server, with the form of address that the client uses.

import { header, originOfServer, type Response } from '../../exchange/exchange.ts';
import { LINK_FIELDS } from '../../exchange/links.ts';
import { rewriteHeaderLinks } from '../../exchange/rewrite-links.ts';
import { type Operation, responseFor } from '../../openapi/model.ts';
import { matchesEveryHost, rankHost, serverBases } from '../../openapi/servers.ts';
import type { RequestContext } from '../request-context.ts';
import { isCachedResponse } from './response-cache.ts';

/**
 * A link to a server of the document, or to a path of the API, leads to this server; others stay, and so does a value whose
 * schema rejects the new link.
 */
export function withLinksToMock(context: RequestContext, response: Response): Response {
  const { match } = context;
  if (match.kind !== 'operation') return response;
  const names = LINK_FIELDS.filter(name => response.headers[name] !== undefined);
  if (names.length === 0) return response;
  if (context.linked?.of === response) return context.linked.response;
  const linked = linkToMock(context, match.operation, names, response);
  // Only what a cache keeps in memory anyway.
  if (isCachedResponse(response)) context.linked = { of: response, response: linked };
  return linked;
}

function linkToMock(
  { config, head: request, sessionNames }: RequestContext,
  operation: Operation,
  names: readonly (typeof LINK_FIELDS)[number][],
  response: Response,
): Response {
  const sessionPrefix = sessionNames.byPrefix === undefined ? '' : `/~${sessionNames.byPrefix}`;
  const ownPath = sessionPrefix + request.path;
  // A link that the mock made from the path of the request.
  const isOwn = (text: string): boolean =>
    text.startsWith(ownPath) &&
    (text.length === ownPath.length || '/?#'.includes(text.charAt(ownPath.length)));
  if (names.length === 1 && response.headers.location?.every(isOwn)) return response;
  const host = header(request.headers, 'host');
  const origin = host === undefined ? undefined : originOfServer(request);
  const isService = (authority: string): boolean =>
    serverBases(operation.api).some(
      server =>
        !matchesEveryHost(server) && rankHost(server, authority.toLowerCase(), undefined) !== undefined,
    );
  const mapPath = (text: string): string | undefined => {
    if (isOwn(text)) return text;
    const before = request.path.slice(0, request.path.length - lengthBelowBase(operation, request.path));
    // A longer base path says more; the path may also be as the document writes it.
    const bases = [...serverBases(operation.api).map(({ basePath }) => basePath), ''].sort(
      (a, b) => b.length - a.length,
    );
    const mapped = bases.flatMap(base =>
      text.startsWith(`${base}/`) ? before + text.slice(base.length) : [],
    );
    const found = mapped.find(each => {
      const target = config.match({ method: 'GET', path: each.replace(/[?#].*$/s, ''), host });
      const api = target.kind === 'operation' ? target.operation.api : 'api' in target && target.api;
      return api === operation.api;
    });
    return found === undefined ? undefined : sessionPrefix + found;
  };
  const changed: Record<string, readonly string[]> = {};
  for (const name of names) {
    const values = response.headers[name] ?? [];
    const mapped = values.map(value => {
      const rewritten = rewriteHeaderLinks(name, value, { isService, mapPath, origin });
      const declared = responseFor(operation, response.status)?.headers.find(
        each => each.name.toLowerCase() === name,
      );
      const isValid =
        rewritten === value ||
        declared?.schema === undefined ||
        operation.api.schemas.errors(declared.schema, rewritten, RESPONSE).length === 0;
      return isValid ? rewritten : value;
    });
    if (mapped.some((value, index) => value !== values[index])) changed[name] = mapped;
  }
  // What is known about the response, such as the size of its head, is known by object.
  return Object.keys(changed).length === 0
    ? response
    : { ...response, headers: { ...response.headers, ...changed } };
}

const RESPONSE = { direction: 'response', errors: 'all' } as const;

/** The length of the part of a path that is an instance of the path template. */
function lengthBelowBase({ path: template, segments }: Operation, path: string): number {
  if (template === '/') return path.endsWith('/') ? 1 : 0;
  return path.split('/').slice(-segments.length).join('/').length + 1;
}
