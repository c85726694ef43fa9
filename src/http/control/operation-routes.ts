// Control routes for operations: what is served, what a session tried and gets from them, and a valid request to each.
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { stringMember } from '../../document/documents.ts';
import { toCurl } from '../../exchange/curl.ts';
import { isRecorded, type Request } from '../../exchange/exchange.ts';
import { isObject } from '../../exchange/json.ts';
import { SESSION_HEADER, SESSION_NAME } from '../../exchange/session-name.ts';
import { formatLocation } from '../../finding/finding.ts';
import { truncate } from '../../finding/truncate.ts';
import { toFindingJson } from '../../mock/respond/refuse.ts';
import { refusedFor, suggestRequest, suggestVariant } from '../../mock/respond/suggest-request.ts';
import { type ServedConfig, servedBasePath } from '../../mock/served-config.ts';
import { countCalls } from '../../mock/session/coverage.ts';
import { findResponseInForce } from '../../mock/session/response-in-force.ts';
import type { Operation, ResponseSpec } from '../../openapi/model.ts';
import { concreteStatus } from '../../scenario/built-in.ts';
import { parseBody, type Route, requireOperation, requireSession } from './route.ts';

const SAMPLE_REQUEST = z.strictObject({
  session: z.string().regex(SESSION_NAME).optional(),
  seed: z.string().optional(),
});

/** Characters of a description: a document may have pages of it. */
const DESCRIPTION_LENGTH = 200;

export const OPERATION_ROUTES: readonly Route[] = [
  {
    method: 'get',
    path: '/apis',
    handle: ({ state }) => ({
      body: {
        apis: state.config.contract.apis.map(({ name, title, file, operations }) => ({
          name,
          title,
          file,
          operations: operations.map(operation => toOperationJson(state.config, operation)),
        })),
      },
    }),
  },
  {
    method: 'post',
    path: '/apis/:api/operations/:operation/sample-request',
    handle: async request => {
      const operation = requireOperation(request);
      const { session, seed } = parseBody(SAMPLE_REQUEST, request.body);
      const suggested =
        seed === undefined ? await suggestRequest(operation) : await suggestVariant(operation, seed);
      const refusal = refusedFor(operation, suggested);
      const sample = {
        ...suggested,
        path: servedBasePath(request.state.config, operation) + suggested.path,
        headers: { ...suggested.headers, ...(session !== undefined && { [SESSION_HEADER]: [session] }) },
      };
      return {
        body: {
          ...toSampleJson(sample, request.origin),
          ...(refusal !== undefined && { refusedFor: toFindingJson(refusal) }),
        },
      };
    },
  },
  {
    method: 'get',
    path: '/sessions/:id/operations',
    handle: async request => {
      const { state } = request;
      const session = await requireSession(request);
      const operations = state.config.contract.apis.flatMap(api => api.operations);
      const calls = await countCalls(state.config, session);
      return {
        body: {
          operations: operations.map((operation, index) => ({
            ...calls[index],
            inForce: findResponseInForce(state, session, operation),
          })),
        },
      };
    },
  },
];

function toOperationJson(config: ServedConfig, operation: Operation): object {
  const { id, method, path, node, deprecated, responses, unusable, api } = operation;
  const summary = stringMember(node, 'summary');
  const { tags } = isObject(node.value) ? node.value : {};
  return {
    id,
    method,
    path: servedBasePath(config, operation) + path,
    ...(summary !== undefined && { summary: truncate(summary, DESCRIPTION_LENGTH) }),
    tags: Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : [],
    deprecated,
    ...(unusable !== undefined && { unusable: unusable.message }),
    location: formatLocation(api.documents.locate(node)),
    statuses: responses.map(({ status }) => status),
    responses: responses.map(response => toResponseJson(operation, response)),
  };
}

function toResponseJson(operation: Operation, { status, node, contents }: ResponseSpec): object {
  const description = stringMember(node, 'description')?.trim();
  const examples = new Set(contents.flatMap(content => content.examples.map(({ name }) => name)));
  examples.delete('');
  return {
    status,
    sends: concreteStatus(status, operation),
    ...(description && { description: truncate(description, DESCRIPTION_LENGTH) }),
    examples: [...examples],
  };
}

function toSampleJson(request: Request, origin: string): object {
  const { method, path, query, headers, body } = request;
  return {
    method,
    path,
    query,
    headers: Object.entries(headers).flatMap(([name, values]) =>
      (values ?? []).map(value => ({ name, value })),
    ),
    ...(isRecorded(body) && body.length > 0 && { body: Buffer.from(body).toString('utf8') }),
    url: `${origin}${path}${query === '' ? '' : `?${query}`}`,
    curl: toCurl(origin, request),
  };
}
