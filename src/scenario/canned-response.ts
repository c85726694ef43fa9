// Builds the response of a reply step: its own body, a patch over another response, headers set and removed.
import { Buffer } from 'node:buffer';
import { decodeBody, withJsonBody } from '../exchange/body.ts';
import { writeExactJson } from '../exchange/exact-json.ts';
import { EMPTY_BODY, type Response } from '../exchange/exchange.ts';
import {
  closestMediaType,
  concreteType,
  isJson,
  isMediaRange,
  isXml,
  itemFormatOf,
  mediaTypeOf,
  parseMediaType,
} from '../exchange/media-type.ts';
import { type Content, type Operation, responseFor } from '../openapi/model.ts';
import { writeBody } from '../openapi/write-body.ts';
import { writeMultipartBody } from '../openapi/write-multipart.ts';
import { readXml } from '../schema/read-xml.ts';
import { writeXml } from '../schema/write-xml.ts';
import type { CompiledReply } from './compile.ts';
import type { BodyFile, ResponseStep } from './scenario.ts';
import { TemplateError } from './template.ts';
import { type TemplateContext, templateScope } from './template-context.ts';
import { applyMergePatch, type CompiledPatch, renderTemplates } from './value.ts';

/** The status of a reply step; default: the declared success status, or 200. */
export function stepStatus({ successResponse: success }: Operation, step: ResponseStep): number {
  return (
    fixedStatus(step) ?? Number((success?.status ?? '200').replace('XX', '00').replace('default', '200'))
  );
}

/** The status of a step as a number; undefined: it has none, or a template. */
export function fixedStatus({ status }: ResponseStep): number | undefined {
  return typeof status === 'number' ? status : undefined;
}

/**
 * The reply with the status that its template gives.
 * @throws TemplateError if the template cannot be evaluated, or gives no status
 */
export function withStatus(reply: CompiledReply, context: TemplateContext): CompiledReply {
  const { statusTemplate, step } = reply;
  if (statusTemplate === undefined) return reply;
  const value = statusTemplate(templateScope(context));
  const status = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    throw new TemplateError(
      `the template of the status gives ${describeValue(value)}; a status is a whole number from 200 to 599`,
    );
  return { ...reply, statusTemplate: undefined, step: { ...step, status } };
}

function describeValue(value: unknown): string {
  if (typeof value === 'symbol' || value === undefined) return 'nothing';
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : `a ${Array.isArray(value) ? 'list' : typeof value}`;
}

/**
 * Creates the response of a reply step.
 * @param base the response that the document declares, which the step changes; not needed if the step has a body
 * @throws TemplateError when a template cannot be evaluated
 */
export function createCannedResponse(
  { step, body, bodyFile, patch, headers: headerValues }: CompiledReply,
  context: TemplateContext,
  base: Response | undefined,
): Response {
  const { operation } = context.call;
  const response =
    bodyFile !== undefined
      ? responseWithFile(operation, step, bodyFile)
      : body !== undefined || base === undefined
        ? responseWithBody(operation, step, body && renderTemplates(body, context))
        : patch === undefined
          ? base
          : patchResponse(operation, base, patch, context);
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
  const contents = responseFor(operation, status)?.contents ?? [];
  const [, contentType] =
    Object.entries(step.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  const mediaType =
    typeof contentType === 'string'
      ? contentType
      : (replyMediaType(contents, body) ?? (typeof body === 'string' ? 'text/plain' : 'application/json'));
  const parsed = parseMediaType(mediaType);
  const content = parsed && closestMediaType(contents, parsed);
  const essence = parsed?.essence ?? '';
  const asText = typeof body === 'string' && !isJson(essence);
  const text = verbatimText(body) ?? (asText ? body : undefined);
  if (text === undefined && content !== undefined && essence.startsWith('multipart/')) {
    const parts = writeMultipartBody(operation.api, content, body, essence === 'multipart/form-data');
    const type = `${mediaType}; boundary=${parts?.boundary}`;
    if (parts !== undefined) return { status, headers: { 'content-type': [type] }, body: parts.bytes };
  }
  const written =
    text === undefined && isWritten(essence)
      ? writeBody(operation.api, content?.schema, essence, [body], content)
      : undefined;
  return {
    status,
    headers: { 'content-type': [mediaType] },
    body: written ?? Buffer.from(text ?? writeExactJson(body)),
  };
}

/** Media types with a notation of their own for objects and lists. */
function isWritten(essence: string): boolean {
  return isXml(essence) || itemFormatOf(essence) !== undefined || essence === FORM;
}

const FORM = 'application/x-www-form-urlencoded';

/** The bytes of the file, in the Content-Type of the reply, else in the first declared one. */
function responseWithFile(operation: Operation, step: ResponseStep, file: BodyFile): Response {
  if ('problem' in file) throw new TemplateError(`"body-file": ${file.problem}`);
  const status = stepStatus(operation, step);
  const [content] = responseFor(operation, status)?.contents ?? [];
  const mediaType =
    content === undefined ? 'application/octet-stream' : concreteType(content.mediaType, TEXT_TYPES);
  return { status, headers: { 'content-type': [mediaType] }, body: file };
}

const STRUCTURE_TYPES = ['application/json', 'text/json', 'application/xml'];
const TEXT_TYPES = ['text/plain', 'application/json', 'application/octet-stream'];

/** The media type of a reply's body: the first declared type, unless it cannot hold an object and another can. */
export function replyMediaType(contents: readonly Content[], body: unknown): string | undefined {
  const isStructure = typeof body === 'object' && body !== null && !('$text' in body);
  const ofType = (isType: (essence: string) => boolean): Content | undefined =>
    contents.find(({ mediaType }) => isType(parseMediaType(mediaType)?.essence ?? ''));
  const content = isStructure
    ? (ofType(essence => isJson(essence) || isXml(essence) || isMediaRange(essence)) ??
      ofType(essence => isWritten(essence) || essence.startsWith('multipart/')))
    : undefined;
  const { mediaType } = content ?? contents[0] ?? {};
  return mediaType === undefined
    ? undefined
    : concreteType(mediaType, isStructure ? STRUCTURE_TYPES : TEXT_TYPES);
}

/** `{ $text: "..." }` is sent verbatim with any media type, for example malformed JSON or numbers beyond double precision. */
export function verbatimText(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('$text' in body)) return undefined;
  return String(body.$text);
}

function patchResponse(
  operation: Operation,
  base: Response,
  patch: CompiledPatch,
  context: TemplateContext,
): Response {
  const type = mediaTypeOf(base.headers);
  const contents = responseFor(operation, base.status)?.contents ?? [];
  const schema = type && closestMediaType(contents, type)?.schema;
  const { documents } = operation.api;
  const decoded = decodeBody(base);
  if (decoded.kind === 'text' && schema !== undefined && isXml(type?.essence ?? '')) {
    const read = readXml(documents, schema, decoded.text);
    const patched = applyMergePatch('json' in read ? read.json : undefined, patch, context);
    return { ...base, body: Buffer.from(writeXml(documents, schema, patched)) };
  }
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
