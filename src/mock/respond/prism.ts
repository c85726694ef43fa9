// The only file that imports Prism: it chooses the declared response and the example to send. The media type is chosen before.

import type { IHttpConfig, PrismHttpComponents } from '@stoplight/prism-http';
import { LRUCache } from 'lru-cache';
import type { OpenAPIV3_1 } from 'openapi-types';
import { TOKEN } from '../../exchange/header-names.ts';
import { FIELD_METHODS } from '../../exchange/methods.ts';
import type { ApiSpec, Content, Operation, ResponseSpec } from '../../openapi/model.ts';
import type { SampledSchema } from '../prism/sample-schema.ts';
import type { NegotiationInput, NegotiationResult } from './negotiate.ts';

/** RFC 9110 section 12.5.1, one range of the list. */
const MEDIA_RANGE = new RegExp(
  `^\\s*${TOKEN}/${TOKEN}\\s*(?:; *${TOKEN} *= *(?:${TOKEN}|"[ !#-\\[\\]-~\\x80-\\xff]*") *)*$`,
);

/** @param content the one that is sent */
export async function negotiateWithPrism(
  operation: Operation,
  content: Content | undefined,
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
      ...(example !== undefined && { exampleKey: exampleKey(example) }),
      ...(ranges.length > 0 && { mediaTypes: ranges }),
    },
  };
  const instance = createInstance(config, {
    logger: SILENT_LOGGER,
    route: () => ({ _tag: 'Right', right: resource }),
  });
  const method = prismMethod(operation) as 'get';
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
  return { status: statusCode, example: typeof body === 'number' ? content?.examples[body] : undefined };
}

/** Prism copies examples into plain objects, where the name "__proto__" would be lost. */
function exampleKey(name: string): string {
  return `=${name}`;
}

/** Loads Prism ahead of the first request that needs it: that takes up to a second. */
export async function preloadPrism(): Promise<void> {
  await import('@stoplight/prism-http');
}

type PrismOperation = Awaited<
  ReturnType<typeof import('@stoplight/prism-http').getHttpOperationsFromSpec>
>[number];

const PRISM_OPERATIONS = new WeakMap<ApiSpec, LRUCache<Operation, Promise<PrismOperation>>>();
const MAX_PRISM_OPERATIONS = 50;

/** The operation in the format of Prism. */
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

/**
 * Prism converts all schemas of a document as one tree, which takes minutes where schemas share schemas, and negotiation
 * needs none. An example is replaced by its index, so that Prism copies no large values.
 */
async function toPrismOperation({
  api,
  id,
  path,
  method,
  deprecated,
  responses,
}: Operation): Promise<PrismOperation> {
  const { getHttpOperationsFromSpec } = await import('@stoplight/prism-http');
  const contents = (response: ResponseSpec): OpenAPIV3_1.ResponseObject['content'] =>
    Object.fromEntries(
      response.contents.map(({ mediaType, examples }) => [
        mediaType,
        {
          examples: Object.fromEntries(
            examples.map(({ name }, index) => [exampleKey(name), { value: index }]),
          ),
        },
      ]),
    );
  const document: OpenAPIV3_1.Document = {
    openapi: '3.1.0',
    info: { title: api.title, version: '1' },
    paths: {
      [path]: {
        [prismMethod({ method })]: {
          responses: Object.fromEntries(
            responses.map(response => [response.status, { description: '', content: contents(response) }]),
          ),
          deprecated,
        },
      },
    },
  };
  const [resource] = await getHttpOperationsFromSpec(document);
  if (resource === undefined) throw new Error(`Prism cannot read operation ${id}`);
  return resource;
}

/** Prism knows the methods of OpenAPI 3.1, and what it chooses does not depend on the method. */
function prismMethod({ method }: Pick<Operation, 'method'>): string {
  const lower = method.toLowerCase();
  return FIELD_METHODS.includes(method) && lower !== 'query' ? lower : 'post';
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

/**
 * The static body of Prism for a schema: defaults, first values of enums, and fixed values of each type.
 * @returns undefined if the schema is too large for it
 */
export async function sampleSchema({ schema, targets }: SampledSchema): Promise<unknown> {
  const { sample, SchemaSizeExceededError } = await import('@stoplight/json-schema-sampler');
  try {
    return sample(schema as object, { ticks: MAX_SAMPLED, quiet: true }, targets as unknown[]);
  } catch (error) {
    if (error instanceof SchemaSizeExceededError) return undefined;
    throw error;
  }
}

/** Schemas in one sample. */
const MAX_SAMPLED = 2500;
