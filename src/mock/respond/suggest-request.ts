// Finds a request that the mock accepts, for the start banner and for hints: from examples, else generated from the schemas.

import { toCurl } from '../../exchange/curl.ts';
import type { Request } from '../../exchange/exchange.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { Finding } from '../../finding/finding.ts';
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

/**
 * A request to the first operation for which there is a valid one. Reads come first, since they change nothing, and of these
 * the ones that need no values.
 */
export async function suggestFirst(
  operations: readonly Operation[],
): Promise<{ readonly operation: Operation; readonly request: Request } | undefined> {
  const served = operations.filter(({ successResponse }) =>
    /^(2|default)/.test(successResponse?.status ?? ''),
  );
  const isRead = ({ method }: Operation): boolean => method === 'GET';
  const needsValues = ({ parameters, requestBody }: Operation): boolean =>
    parameters.some(isSampled) || requestBody?.required === true;
  const groups = [
    served.filter(each => isRead(each) && !needsValues(each)),
    served.filter(each => isRead(each) && needsValues(each)),
    served.filter(each => !isRead(each)),
  ];
  for (const operation of groups.flatMap(group => group.slice(0, MAX_TRIED))) {
    if (operation.successResponse?.unusable !== undefined) continue;
    const request = await suggestRequest(operation);
    if (isAccepted(operation, request)) return { operation, request };
  }
  return undefined;
}

/** A request to an operation, valid if possible. Its path has no base path. */
export const suggestRequest = perObject(createRequest);

/** A curl command for the operation. @param basePath the part of the path before that of the operation */
export async function suggestCurl(operation: Operation, basePath: string, origin: string): Promise<string> {
  const request = await suggestRequest(operation);
  return toCurl(origin, { ...request, path: basePath + request.path });
}

/** Like suggestRequest, with values that depend on the seed instead of the examples of the document. */
export async function suggestVariant(operation: Operation, seed: string): Promise<Request> {
  const request = sampleRequest(operation, '', await generateValues(operation, false, seed));
  return isAccepted(operation, request) ? request : suggestRequest(operation);
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
  const findings = findingsOf(operation, request);
  return findings !== undefined && findRefusal(operation.refusals, findings) === undefined;
}

/** The finding because of which the mock rejects a suggested request; undefined: it accepts the request. */
export function refusedFor(operation: Operation, request: Request): Finding | undefined {
  return findRefusal(operation.refusals, findingsOf(operation, request) ?? [])?.finding;
}

/** @returns undefined if the path is not an instance of the path template */
function findingsOf(operation: Operation, request: Request): readonly Finding[] | undefined {
  const match = matchForOperation(operation, request.path);
  return match && validateRequest(match, request);
}

async function generateValues(
  operation: Operation,
  keepsExamples: boolean,
  seed = operation.id,
): Promise<SampleValues> {
  const values = new Map<Parameter | Content, unknown>();
  const add = async (
    key: Parameter | Content,
    { schema }: Pick<Content, 'schema'>,
    declared: unknown,
  ): Promise<void> => {
    if (schema === undefined || (keepsExamples && declared !== undefined)) return;
    const options = { seed, dynamic: !keepsExamples, direction: 'request' } as const;
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
  // Without a schema, any body is valid.
  if (content?.schema === undefined && content !== undefined && operation.requestBody?.required === true)
    values.set(content, sampleBody(content) ?? (/json|form|\*/i.test(content.mediaType) ? {} : 'text'));
  return values;
}
