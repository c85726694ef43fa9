// The errors of Prism for requests that match no operation, and its parameter __server.

import { parsePairs, type Request } from '../../exchange/exchange.ts';
import type { Operation, ServerUrl } from '../../openapi/model.ts';
import type { TemplateSegment } from '../../openapi/path-template.ts';
import { rankHost } from '../../openapi/servers.ts';
import { matchText } from '../../openapi/text-pattern.ts';
import type { MatchResult } from '../../routing/match.ts';
import type { Problem } from '../problem.ts';
import { prismProblem } from './errors.ts';

/** @returns undefined: the request leads to an operation */
export function routingProblem(match: MatchResult, request: Request): Problem | undefined {
  const { path, method, query } = request;
  if (match.kind === 'method-not-allowed') return noMethodProblem(path, method);
  if (match.kind !== 'operation')
    return prismProblem(
      'NO_PATH_MATCHED_ERROR',
      `The route ${path} hasn't been found in the specification file`,
    );
  const { operation } = match;
  // HEAD has an operation only if the document declares it.
  if (operation.method !== method && operation.method !== '*') return noMethodProblem(path, method);
  const server = query.includes('__server=')
    ? parsePairs(query).find(({ name }) => name === '__server')?.value
    : undefined;
  return server === undefined || server === '' ? undefined : serverProblem(operation, server);
}

function noMethodProblem(path: string, method: string): Problem {
  const detail = `The route ${path} has been matched, but it does not have "${method.toLowerCase()}" method defined`;
  return prismProblem('NO_METHOD_MATCHED_ERROR', detail);
}

function serverProblem({ servers, api }: Operation, url: string): Problem | undefined {
  const isDeclared = (each: ServerUrl): boolean => each.url !== '/' || each.host !== undefined;
  if (!api.operations.some(each => each.servers.some(isDeclared)))
    return prismProblem(
      'NO_SERVER_CONFIGURATION_PROVIDED_ERROR',
      `No server configuration has been provided, although ${url} is set as server url`,
    );
  if (servers.some(each => isServer(each, url))) return undefined;
  const detail = `The server url ${url} hasn't been matched with any of the provided servers`;
  return prismProblem('NO_SERVER_MATCHED_ERROR', detail);
}

function isServer(server: ServerUrl, text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return text === server.url;
  const scheme = url.protocol.slice(0, -1);
  const isHost =
    server.host !== undefined &&
    (server.host.scheme ?? scheme) === scheme &&
    rankHost(server, url.host, scheme) !== undefined;
  if (!isHost) return false;
  const pieces = url.pathname.split('/').filter(piece => piece !== '');
  return (
    pieces.length === server.segments.length &&
    server.segments.every((segment, index) => isSegment(segment, pieces[index] ?? ''))
  );
}

function isSegment(segment: TemplateSegment, text: string): boolean {
  if (segment.kind === 'variable') return true;
  return segment.kind === 'literal' ? segment.text === text : matchText(segment.pattern, text) !== undefined;
}
