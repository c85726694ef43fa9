// Builds the response of a reply step: its own body, a patch over another response, headers set and removed.
import { Buffer } from 'node:buffer';
import { decodeBody, withJsonBody } from '../exchange/body.ts';
import { EMPTY_BODY, type Response } from '../exchange/exchange.ts';
import { isJson, parseMediaType } from '../exchange/media-type.ts';
import { type Operation, responseFor } from '../openapi/model.ts';
import type { CompiledReply } from './compile.ts';
import type { ResponseStep } from './scenario.ts';
import type { TemplateContext } from './template-context.ts';
import { applyMergePatch, type CompiledPatch, renderTemplates } from './value.ts';

/** The status of a reply step; default: the declared success status, or 200. */
export function stepStatus({ successResponse: success }: Operation, step: ResponseStep): number {
  return step.status ?? Number((success?.status ?? '200').replace('XX', '00').replace('default', '200'));
}

/**
 * Creates the response of a reply step.
 * @param base the response that the document declares, which the step changes; not needed if the step has a body
 * @throws TemplateError when a template cannot be evaluated
 */
export function createCannedResponse(
  { step, body, patch, headers: headerValues }: CompiledReply,
  context: TemplateContext,
  base: Response | undefined,
): Response {
  const { operation } = context.call;
  const response =
    body !== undefined || base === undefined
      ? responseWithBody(operation, step, body && renderTemplates(body, context))
      : patch === undefined
        ? base
        : patchResponse(base, patch, context);
  if (headerValues === undefined) return response;
  const headers: Record<string, readonly string[] | undefined> = { ...response.headers };
  for (const [name, value] of headerValues) {
    const rendered = renderTemplates(value, context);
    if (rendered === null || rendered === undefined) delete headers[name.toLowerCase()];
    // A template can insert any text from the request; node:http rejects control characters and non-Latin-1 characters.
    else
      headers[name.toLowerCase()] = [rendered]
        .flat()
        .map(each => String(each).replace(/[^\t\x20-\x7e\x80-\xff]/g, '?'));
  }
  return { ...response, headers };
}

function responseWithBody(operation: Operation, step: ResponseStep, body: unknown): Response {
  const status = stepStatus(operation, step);
  if (body === undefined || body === null) return { status, headers: {}, body: EMPTY_BODY };
  const declared = responseFor(operation, status)?.contents[0]?.mediaType;
  const [, contentType] =
    Object.entries(step.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  const mediaType =
    contentType != null
      ? String(contentType)
      : (declared ?? (typeof body === 'string' ? 'text/plain' : 'application/json'));
  const asText = typeof body === 'string' && !isJson(parseMediaType(mediaType)?.essence ?? '');
  return {
    status,
    headers: { 'content-type': [mediaType] },
    body: Buffer.from(verbatimText(body) ?? (asText ? body : JSON.stringify(body))),
  };
}

/** `{ $text: "..." }` is sent verbatim with any media type, for example malformed JSON or numbers beyond double precision. */
function verbatimText(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('$text' in body)) return undefined;
  return String(body.$text);
}

function patchResponse(base: Response, patch: CompiledPatch, context: TemplateContext): Response {
  const decoded = decodeBody(base);
  // A base that is not JSON cannot be merged: the patch becomes the body.
  const merged = applyMergePatch(decoded.kind === 'json' ? decoded.value : undefined, patch, context);
  // The base has no JSON body, and the patch evaluates to undefined.
  if (merged === undefined) return base;
  const headers =
    base.headers['content-type'] === undefined
      ? { 'content-type': ['application/json'], ...base.headers }
      : base.headers;
  return withJsonBody({ status: base.status, headers }, merged);
}
