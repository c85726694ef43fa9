// Builds the response of a reply step: its own body, a patch over another response, headers set and removed.
import { Buffer } from 'node:buffer';
import { decodeBody, withJsonBody } from '../exchange/body.ts';
import { EMPTY_BODY, type Response } from '../exchange/exchange.ts';
import { isJson, parseMediaType } from '../exchange/media-type.ts';
import { type Operation, responseFor } from '../openapi/model.ts';
import type { CompiledReply } from './compile.ts';
import type { ResponseStep } from './scenario.ts';
import type { TemplateContext } from './template-context.ts';
import { applyPatch, type CompiledPatch, fill } from './value.ts';

/** The status that a step without one answers with. */
export function stepStatus({ successResponse: success }: Operation, step: ResponseStep): number {
  return step.status ?? Number((success?.status ?? '200').replace('XX', '00').replace('default', '200'));
}

/**
 * @param base what would be answered otherwise; not asked for when the step has a body of its own
 * @throws TemplateError when a template cannot be filled in
 */
export function createCannedResponse(
  { step, body, patch, headers: own }: CompiledReply,
  context: TemplateContext,
  base: Response | undefined,
): Response {
  const { operation } = context.call;
  const response =
    body !== undefined || base === undefined
      ? responseWithBody(operation, step, body && fill(body, context))
      : patch === undefined
        ? base
        : patchResponse(base, patch, context);
  if (own === undefined) return response;
  const headers: Record<string, readonly string[] | undefined> = { ...response.headers };
  for (const [name, value] of own) {
    const filled = fill(value, context);
    if (filled === null || filled === undefined) delete headers[name.toLowerCase()];
    // What a client sent may hold anything; node refuses to write control characters and what is not Latin-1.
    else headers[name.toLowerCase()] = [String(filled).replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')];
  }
  return { ...response, headers };
}

function responseWithBody(operation: Operation, step: ResponseStep, body: unknown): Response {
  const status = stepStatus(operation, step);
  if (body === undefined || body === null) return { status, headers: {}, body: EMPTY_BODY };
  const declared = responseFor(operation, status)?.contents[0]?.mediaType;
  const [, own] =
    Object.entries(step.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  const mediaType =
    own != null ? String(own) : (declared ?? (typeof body === 'string' ? 'text/plain' : 'application/json'));
  const asText = typeof body === 'string' && !isJson(parseMediaType(mediaType)?.essence ?? '');
  return {
    status,
    headers: { 'content-type': [mediaType] },
    body: Buffer.from(verbatimText(body) ?? (asText ? body : JSON.stringify(body))),
  };
}

/** `{ $text: "..." }` is sent as it is written, whatever the media type: broken JSON, numbers that no reader keeps. */
function verbatimText(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('$text' in body)) return undefined;
  return String(body.$text);
}

function patchResponse(base: Response, patch: CompiledPatch, context: TemplateContext): Response {
  const decoded = decodeBody(base);
  // Over anything but JSON there is nothing to merge with, so the patch is the body.
  const merged = applyPatch(decoded.kind === 'json' ? decoded.value : undefined, patch, context);
  // Neither has anything to say.
  if (merged === undefined) return base;
  const headers =
    base.headers['content-type'] === undefined
      ? { 'content-type': ['application/json'], ...base.headers }
      : base.headers;
  return withJsonBody({ status: base.status, headers }, merged);
}
