// Creates the request of a callback or webhook: from examples, else generated, or with a given body, to a URL.

import { Buffer } from 'node:buffer';
import { decodeBody } from '../../exchange/body.ts';
import { decodePercent, isRecorded, type Pair, parsePairs, type Request } from '../../exchange/exchange.ts';
import { concreteType, parseMediaType } from '../../exchange/media-type.ts';
import { InputError } from '../../finding/input-error.ts';
import type { Content, Example, Operation } from '../../openapi/model.ts';
import { sampledContent } from '../../openapi/sample-request.ts';
import { writeBody } from '../../openapi/write-body.ts';
import { writeMultipartBody } from '../../openapi/write-multipart.ts';
import { EXCHANGE_ID_HEADER } from '../../routing/match-target.ts';
import { matchForOperation } from '../../routing/path-values.ts';
import type { Match } from '../../routing/trie.ts';
import { verbatimText } from '../../scenario/canned-response.ts';
import { suggestRequest, suggestVariant } from '../respond/suggest-request.ts';

/** What is sent instead of the suggested body. */
export interface SentContent {
  /** Name of a declared example. */
  readonly example?: string | undefined;
  /** Set: everything is generated from this seed. */
  readonly seed?: string | undefined;
  /** The value of the body; `{ $text: "..." }` is sent exactly as written. Undefined: the declared or generated one. */
  readonly body?: unknown;
  /** Changes the value of the body that would be sent otherwise. */
  readonly patch?: ((value: unknown) => unknown) | undefined;
}

export interface CreatedRequest {
  readonly request: Request;
  /** The request without the query parameters of its URL that the document does not declare: the receiver chose them. */
  readonly declared: Request;
  readonly match: Match;
}

/**
 * @param receiver the URL; `{name}` in it stands for a path parameter of the operation
 * @throws InputError if the operation has no such example
 */
export async function createSentRequest(
  operation: Operation,
  receiver: URL,
  id: string,
  content: SentContent,
): Promise<CreatedRequest> {
  const suggested = await suggestSent(operation, content.seed);
  const sent = withContent(operation, suggested, content);
  const match = matchForOperation(operation, suggested.path) ?? {
    kind: 'operation',
    operation,
    pathValues: {},
  };
  const path = receiver.pathname.replace(/%7B(.+?)%7D/gi, (written, name: string) => {
    const variable = decodePercent(name);
    return Object.hasOwn(match.pathValues, variable) ? (match.pathValues[variable] ?? written) : written;
  });
  const headers = {
    host: [receiver.host],
    'user-agent': ['deadringer'],
    accept: ['*/*'],
    ...sent.headers,
    [EXCHANGE_ID_HEADER]: [id],
  };
  // The query of the URL is no part of a declared query string.
  const isWhole = operation.parameters.some(each => each.in === 'querystring');
  const names = new Set(operation.parameters.flatMap(each => (each.in === 'query' ? [each.name] : [])));
  const chosen = receiver.search.slice(1);
  const given = new Set(parsePairs(chosen).map(({ name }) => name));
  const added = parsePairs(sent.query).filter(({ name }) => !given.has(name));
  const isDeclared = ({ name }: Pair): boolean => names.has(name);
  const request = {
    ...sent,
    path,
    query: [chosen, ...(isWhole ? [sent.query] : added.map(writePair))].filter(Boolean).join('&'),
    headers,
  };
  if (isWhole) return { request, declared: { ...request, query: sent.query }, match };
  const query = [...parsePairs(chosen).filter(isDeclared), ...added].map(writePair).join('&');
  return { request, declared: { ...request, query }, match };
}

/** With a body wherever the document declares one: its receiver expects it, also if it is optional. */
async function suggestSent(operation: Operation, seed: string | undefined): Promise<Request> {
  const request = await (seed === undefined ? suggestRequest(operation) : suggestVariant(operation, seed));
  const lacksBody = isRecorded(request.body) && request.body.length === 0 && operation.requestBody;
  return lacksBody ? suggestVariant(operation, operation.id) : request;
}

function writePair({ name, raw }: Pair): string {
  return `${encodeURIComponent(name.toWellFormed())}=${raw}`;
}

function withContent(
  operation: Operation,
  suggested: Request,
  { example: name, body, patch }: SentContent,
): Request {
  if (name !== undefined) {
    const { content, example } = findExample(operation, name);
    const request = withBodyOf(operation, suggested, content, example.value);
    const { bytes: body = request.body } = example;
    return withBody(operation, { ...request, body }, undefined, patch);
  }
  return withBody(operation, suggested, body, patch);
}

function withBody(
  operation: Operation,
  request: Request,
  body: unknown,
  patch: SentContent['patch'],
): Request {
  if (body !== undefined) return withBodyOf(operation, request, sampledContent(operation), body);
  if (patch === undefined) return request;
  const decoded = decodeBody({ ...request });
  const patched = patch(decoded.kind === 'json' ? decoded.value : undefined);
  return patched === undefined ? request : withBodyOf(operation, request, sampledContent(operation), patched);
}

function withBodyOf(
  { api }: Operation,
  request: Request,
  content: Content | undefined,
  value: unknown,
): Request {
  const text = verbatimText(value);
  const type = concreteType(content?.mediaType ?? 'application/json', ['application/json', 'text/plain']);
  const mediaType = type ?? 'application/json';
  const essence = parseMediaType(mediaType)?.essence ?? '';
  const parts =
    text === undefined && content !== undefined && essence.startsWith('multipart/')
      ? writeMultipartBody(api, content, value, essence === 'multipart/form-data')
      : undefined;
  const bytes =
    text === undefined ? writeBody(api, content?.schema, essence, [value], content) : Buffer.from(text);
  const written = parts?.bytes ?? bytes ?? Buffer.from(JSON.stringify(value));
  const sentType = parts === undefined ? mediaType : `${mediaType}; boundary=${parts.boundary}`;
  return { ...request, headers: { ...request.headers, 'content-type': [sentType] }, body: written };
}

/** @throws InputError if the operation has no such example */
function findExample({ id, requestBody }: Operation, name: string): { content: Content; example: Example } {
  const contents = requestBody?.contents ?? [];
  for (const content of contents)
    for (const example of content.examples) if (example.name === name) return { content, example };
  const known = contents.flatMap(({ examples }) => examples.map(example => example.name)).filter(Boolean);
  const names = known.length === 0 ? 'it has none' : `its examples are ${known.join(', ')}`;
  throw new InputError(`the body of ${id} has no example "${name}"; ${names}`);
}
