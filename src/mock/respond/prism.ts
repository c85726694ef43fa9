// The only file that imports Prism: negotiates which declared response to send and takes the body from the examples.

import type { IHttpConfig, PrismHttpComponents } from '@stoplight/prism-http';
import { LRUCache } from 'lru-cache';
import type { OpenAPIV3_1 } from 'openapi-types';
import { bundle } from '../../document/bundle.ts';
import { childNode } from '../../document/documents.ts';
import { TOKEN } from '../../exchange/header-names.ts';
import { valueAt } from '../../exchange/json-pointer.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import type { NegotiationInput, NegotiationResult } from './negotiate.ts';

/** RFC 9110 section 12.5.1, one range of the list. */
const MEDIA_RANGE = new RegExp(
  `^\\s*${TOKEN}/${TOKEN}\\s*(?:; *${TOKEN} *= *(?:${TOKEN}|"[ !#-\\[\\]-~\\x80-\\xff]*") *)*$`,
);

export async function negotiateWithPrism(
  operation: Operation,
  input: NegotiationInput,
): Promise<NegotiationResult> {
  const { createInstance } = await import('@stoplight/prism-http');
  const resource = await prismOperationOf(operation);
  const { status, example, accept } = input;
  // Prism throws an error for an invalid media range; acceptableTypes() ignores it.
  const ranges = (accept ?? '').split(',').filter(range => MEDIA_RANGE.test(range));
  // Create a config for every call: Prism writes the Accept of the first request into a shared one.
  const config: IHttpConfig = {
    checkSecurity: false,
    validateRequest: false,
    validateResponse: false,
    errors: false,
    isProxy: false,
    upstreamProxy: undefined,
    mock: {
      dynamic: false,
      ...(status !== undefined && { code: status }),
      ...(example !== undefined && { exampleKey: example }),
      ...(ranges.length > 0 && { mediaTypes: ranges }),
    },
  };
  const instance = createInstance(config, {
    logger: SILENT_LOGGER,
    route: () => ({ _tag: 'Right', right: resource }),
  });
  const method = operation.method.toLowerCase() as 'get';
  const result = await instance.request(
    { method, url: { path: operation.path }, headers: {} },
    [resource],
    config,
  )();
  if (result._tag === 'Left') {
    const { name, message } = result.left;
    const detail: unknown = 'detail' in result.left ? result.left.detail : undefined;
    return { failure: /#(\w+)$/.exec(name)?.[1] ?? 'FAILED', reason: String(detail ?? message) };
  }
  const { statusCode, body } = result.right.output;
  return { status: statusCode, body };
}

/** Loads Prism ahead of the first request that needs it: that takes up to a second. */
export async function preloadPrism(): Promise<void> {
  await import('@stoplight/prism-http');
}

type PrismOperation = Awaited<
  ReturnType<typeof import('@stoplight/prism-http').getHttpOperationsFromSpec>
>[number];

/** An entry holds copies of everything that the operation refers to, which can be half of a large document. */
const PRISM_OPERATIONS = new WeakMap<ApiSpec, LRUCache<Operation, Promise<PrismOperation>>>();
const MAX_PRISM_OPERATIONS = 50;

/** The operation in the format of Prism. Prism reads a document with this operation only: its cost grows with the document. */
function prismOperationOf(operation: Operation): Promise<PrismOperation> {
  let cache = PRISM_OPERATIONS.get(operation.api);
  if (cache === undefined) {
    cache = new LRUCache({ max: MAX_PRISM_OPERATIONS });
    PRISM_OPERATIONS.set(operation.api, cache);
  }
  let converted = cache.get(operation);
  if (converted === undefined) {
    converted = toPrismOperation(operation);
    cache.set(operation, converted);
  }
  return converted;
}

async function toPrismOperation(operation: Operation): Promise<PrismOperation> {
  const { getHttpOperationsFromSpec } = await import('@stoplight/prism-http');
  const { api, node } = operation;
  const find = (uri: string, pointer: string): unknown => valueAt(api.documents.root(uri).value, pointer);
  const { responses, 'x-parts': parts } = bundle(
    { responses: childNode(node, 'responses')?.value },
    node.uri,
    find,
    'x-parts',
  );
  const document: OpenAPIV3_1.Document & { 'x-parts'?: unknown } = {
    openapi: api.version === '3.0' ? '3.0.3' : '3.1.0',
    // Without a dialect Prism reads the schemas of a 3.1 document as draft-07.
    ...(api.version === '3.1' && { jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema' }),
    info: { title: api.title, version: '1' },
    paths: {
      [operation.path]: { [operation.method.toLowerCase()]: { responses, deprecated: operation.deprecated } },
    },
    ...(parts !== undefined && { 'x-parts': parts }),
  };
  const [resource] = await getHttpOperationsFromSpec(document);
  if (resource === undefined) throw new Error(`Prism cannot read operation ${operation.id}`);
  return resource;
}

const ignore = (): void => {};

/** Prism logs every step of its negotiation. */
const SILENT_LOGGER = {
  info: ignore,
  warn: ignore,
  error: ignore,
  debug: ignore,
  trace: ignore,
  fatal: ignore,
  success: ignore,
  child: () => SILENT_LOGGER,
} as unknown as PrismHttpComponents['logger'];
