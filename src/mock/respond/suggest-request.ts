// Finds a request that the mock accepts, for the start banner and for hints: from examples, else generated from the schemas.

import { toCurl } from '../../exchange/curl.ts';
import type { Request } from '../../exchange/exchange.ts';
import type { Content, Operation, Parameter } from '../../openapi/model.ts';
import { findRefusal } from '../../openapi/refusals.ts';
import {
  declaredValue,
  isSampled,
  type SampleValues,
  sampleBody,
  sampledContent,
  sampleRequest,
} from '../../openapi/sample-request.ts';
import { matchForOperation } from '../../routing/path-values.ts';
import { UnusableSchema } from '../../schema/schemas.ts';
import { validateRequest } from '../../validate/request.ts';
import { generateValue } from './generate.ts';

/** Operations that are tried for the banner. */
const MAX_TRIED = 20;

/** A request to the first operation for which there is a valid one; reads come first, since they change nothing. */
export async function suggestFirst(
  operations: readonly Operation[],
): Promise<{ readonly operation: Operation; readonly request: Request } | undefined> {
  const served = operations.filter(({ successResponse }) =>
    /^(2|default)/.test(successResponse?.status ?? ''),
  );
  const reads = served.filter(({ method }) => method === 'GET');
  const writes = served.filter(({ method }) => method !== 'GET');
  for (const operation of [...reads.slice(0, MAX_TRIED), ...writes.slice(0, MAX_TRIED)]) {
    if (operation.successResponse?.unusable !== undefined) continue;
    const request = await suggestRequest(operation);
    if (isAccepted(operation, request)) return { operation, request };
  }
  return undefined;
}

const REQUESTS = new WeakMap<Operation, Promise<Request>>();

/** A request to an operation, valid if possible. Its path has no base path. */
function suggestRequest(operation: Operation): Promise<Request> {
  let request = REQUESTS.get(operation);
  if (request === undefined) {
    request = createRequest(operation);
    REQUESTS.set(operation, request);
  }
  return request;
}

/** A curl command for the operation. @param basePath the part of the path before that of the operation */
export async function suggestCurl(operation: Operation, basePath: string, origin: string): Promise<string> {
  const request = await suggestRequest(operation);
  return toCurl(origin, { ...request, path: basePath + request.path });
}

async function createRequest(operation: Operation): Promise<Request> {
  const fromExamples = sampleRequest(operation, '');
  if (isAccepted(operation, fromExamples)) return fromExamples;
  // Examples may be invalid: then everything is generated.
  for (const keepsExamples of [true, false]) {
    const request = sampleRequest(operation, '', await generateValues(operation, keepsExamples));
    if (isAccepted(operation, request)) return request;
  }
  return fromExamples;
}

function isAccepted(operation: Operation, request: Request): boolean {
  const match = matchForOperation(operation, request.path);
  return (
    match !== undefined && findRefusal(operation.refusals, validateRequest(match, request)) === undefined
  );
}

async function generateValues(operation: Operation, keepsExamples: boolean): Promise<SampleValues> {
  const values = new Map<Parameter | Content, unknown>();
  const add = async (
    key: Parameter | Content,
    { schema }: Pick<Content, 'schema'>,
    declared: unknown,
  ): Promise<void> => {
    if (schema === undefined || (keepsExamples && declared !== undefined)) return;
    const options = { seed: operation.id, dynamic: !keepsExamples, direction: 'request' } as const;
    try {
      const { body } = await generateValue(operation.api, schema, options);
      values.set(key, body[0]);
    } catch (error) {
      if (!(error instanceof UnusableSchema)) throw error;
    }
  };
  for (const parameter of operation.parameters.filter(isSampled))
    await add(parameter, parameter.content ?? parameter, declaredValue(operation.api.documents, parameter));
  const content = sampledContent(operation);
  if (content !== undefined) await add(content, content, sampleBody(content));
  return values;
}
