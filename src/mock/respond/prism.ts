// The only file that imports Prism: negotiates which declared response to send and takes the body from the examples.
import type { IHttpConfig, PrismHttpComponents } from '@stoplight/prism-http';
import type { OpenAPIV3_1 } from 'openapi-types';
import { bundle } from '../../document/bundle.ts';
import { childNode } from '../../document/documents.ts';
import { TOKEN } from '../../exchange/header-names.ts';
import { valueAt } from '../../exchange/json-pointer.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import { recent } from '../recent.ts';

/** What is asked of Prism. Matching and judging are done: it gets the one operation, and the status when there is a wish. */
export interface NegotiationInput {
  readonly status: number | undefined;
  readonly example: string | undefined;
  readonly accept: string | undefined;
}

export type NegotiationResult =
  | {
      readonly status: number;
      /** As Prism made them: values may be numbers. */
      readonly headers: Readonly<Record<string, unknown>>;
      readonly mediaType: string | undefined;
      readonly body: unknown;
    }
  /** Prism found nothing to say; `name` is its own code, such as NOT_ACCEPTABLE. */
  | { readonly failure: string; readonly reason: string };

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
  // Prism throws at what is no media range; acceptable() passes over it, as RFC 9110 section 12.5.1 lets a server.
  const ranges = (accept ?? '').split(',').filter(range => MEDIA_RANGE.test(range));
  // A config of its own for every call: Prism writes the first request's Accept into a shared one.
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
  const { statusCode, headers = {}, body } = result.right.output;
  const { 'Content-type': mediaType, ...others } = headers;
  return { status: statusCode, headers: others, mediaType: body === undefined ? undefined : mediaType, body };
}

/** Prism takes most of a second to load. Loading it ahead of the first request keeps that request from waiting. */
export async function preloadPrism(): Promise<void> {
  await import('@stoplight/prism-http');
}

type PrismOperation = Awaited<
  ReturnType<typeof import('@stoplight/prism-http').getHttpOperationsFromSpec>
>[number];

/** Those that were asked for last. They hold copies of what the operation refers to, and that may be half a large document. */
const PRISM_OPERATIONS = new WeakMap<ApiSpec, Map<Operation, Promise<PrismOperation>>>();
const MAX_PRISM_OPERATIONS = 50;

/** Prism's own form of an operation. It gets a document with that operation alone, since its cost grows with the document. */
function prismOperationOf(operation: Operation): Promise<PrismOperation> {
  const kept = PRISM_OPERATIONS.get(operation.api) ?? new Map<Operation, Promise<PrismOperation>>();
  PRISM_OPERATIONS.set(operation.api, kept);
  return recent(kept, MAX_PRISM_OPERATIONS, operation, () => toPrismOperation(operation));
}

async function toPrismOperation(operation: Operation): Promise<PrismOperation> {
  const { getHttpOperationsFromSpec } = await import('@stoplight/prism-http');
  const { api, node: part } = operation;
  const find = (uri: string, pointer: string): unknown => valueAt(api.documents.root(uri).value, pointer);
  const { responses, 'x-parts': parts } = bundle(
    { responses: childNode(part, 'responses')?.value },
    part.uri,
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
  if (resource === undefined) throw new Error(`Prism made nothing of ${operation.id}`);
  return resource;
}

const ignore = (): void => {};

/** Prism logs every step of its negotiation; the verdict says what matters. */
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
