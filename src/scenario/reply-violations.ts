// Validates a reply of a scenario as the response to a sample request.
import { Buffer } from 'node:buffer';
import type { Request, Response } from '../exchange/exchange.ts';
import { isObject } from '../exchange/json.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import { closestMediaType, concreteType, isJson, JSON_TYPE, parseMediaType } from '../exchange/media-type.ts';
import { hasEmptyBody } from '../exchange/text-body.ts';
import type { Finding } from '../finding/finding.ts';
import { severityOf } from '../finding/severity.ts';
import { type Content, type Operation, responseFor } from '../openapi/model.ts';
import { sampleRequest, sampleValue } from '../openapi/sample-request.ts';
import { validateResponse } from '../validate/response.ts';
import { Call } from './call.ts';
import { createCannedResponse, stepStatus } from './canned-response.ts';
import { type CompiledReply, compileReply } from './compile.ts';
import type { ResponseStep } from './scenario.ts';
import { TemplateContext } from './template-context.ts';

/**
 * The findings of a reply as the response to a sample request. A reply with findings needs an "off-contract" reason.
 * @throws TemplateError when a template of the reply cannot be parsed or evaluated
 */
export function violationsOf(operation: Operation, step: ResponseStep): Finding[] {
  return findViolations(operation, compileReply(step), true);
}

/**
 * As violationsOf, for a compiled reply.
 * @param strict false: without the findings about templates whose values the sample request does not have
 */
export function findViolations(operation: Operation, reply: CompiledReply, strict: boolean): Finding[] {
  const { step, bodyFile } = reply;
  const hasOwnBody = step.body !== undefined || bodyFile !== undefined;
  if (!hasOwnBody && step.patch === undefined && step.headers === undefined) return [];
  const status = stepStatus(operation, step);
  const context = sampleContext(operation);
  const { request } = context.call;
  const contents = responseFor(operation, status)?.contents ?? [];
  const content = contentToPatch(contents);
  const example = content?.examples.find(({ name }) => step.example === undefined || name === step.example);
  const base: Response | undefined = content && {
    status,
    headers: { 'content-type': [concreteType(content.mediaType, [JSON_TYPE.essence])] },
    // Without an example the body is generated for each request: only what the patch sets is known.
    body: Buffer.from(JSON.stringify(example?.value ?? {})),
  };
  const isKnown = (at: string): boolean => {
    const steps = splitPointer(at.replace(/^\/response\/body/, ''));
    if (bodyFile !== undefined) return true;
    if (step.body !== undefined) return strict || !dependsOnUnknown(step.body, steps, request);
    if (content !== undefined && example === undefined && !isSetBy(step.patch ?? {}, steps)) return false;
    return strict || !dependsOnUnknown(step.patch, steps, request);
  };
  // Prism generates the declared headers for each request, so only headers that the scenario sets are validated here.
  const setHeaders = new Set(
    Object.keys(step.headers ?? {}).map(name => `/response/headers/${name.toLowerCase()}`),
  );
  // The rule may ask for a condition or a range, which the sample request does not have.
  const anyRequest: Request = { ...request, withheld: ['*'] };
  const response = createCannedResponse(reply, context, base);
  return validateResponse(operation, response, operation.method, anyRequest).filter(
    ({ code, at }) =>
      (severityOf(code) === 'error' || code === 'status-undocumented') &&
      (at.startsWith('/response/body') ? isKnown(at) : true) &&
      (!at.startsWith('/response/headers/') || setHeaders.has(at) || hasOwnBody),
  );
}

/** Templates see this request when a reply is validated. */
export function sampleContext(operation: Operation): TemplateContext {
  const pathValues = Object.fromEntries(
    operation.parameters
      .filter(each => each.in === 'path')
      .map(parameter => [
        parameter.name,
        encodeURIComponent(sampleValue(operation.api, parameter).toWellFormed()),
      ]),
  );
  const request = sampleRequest(operation, '');
  const call = new Call({ kind: 'operation', operation, pathValues }, request, true);
  return new TemplateContext(call, {}, Date.UTC(2026, 0, 1), () => 0.5);
}

/** The content that a patch changes: JSON, if the response has any. */
function contentToPatch(contents: readonly Content[]): Content | undefined {
  return (
    contents.find(({ mediaType }) => isJson(parseMediaType(mediaType)?.essence ?? '')) ??
    closestMediaType(contents, JSON_TYPE) ??
    contents[0]
  );
}

/** Whether the value at a place is set or removed by the patch. */
function isSetBy(patch: unknown, steps: readonly string[]): boolean {
  let at = patch;
  for (const step of steps) {
    if (!isObject(at)) return true;
    if (!Object.hasOwn(at, step)) return false;
    at = at[step];
  }
  return !isObject(at);
}

/**
 * Whether the value at a place is a template of something that only a real request has: a body for which the document has no
 * example, or the memory of the session.
 */
function dependsOnUnknown(value: unknown, steps: readonly string[], sample: Request): boolean {
  const unknown = hasEmptyBody(sample) ? /\b(?:memory|request\.body)\b/ : /\bmemory\b/;
  let at = value;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || '$each' in at) break;
    at = (at as Record<string, unknown>)[step];
  }
  const text = JSON.stringify(at) ?? '';
  const begin = text.indexOf('{{');
  return begin >= 0 && unknown.test(text.slice(begin + 2));
}
