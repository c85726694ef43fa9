// Reads bodies of HAR entries. "Not recorded" is not "empty": sizes, Content-Length and methods decide between them.
import { Buffer } from 'node:buffer';
import { decodeBody } from '../exchange/body.ts';
import { type Body, EMPTY_BODY, type Headers, header } from '../exchange/exchange.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { isJson, mediaTypeOf, parseMediaType } from '../exchange/media-type.ts';
import { attachBody, isBodyLongerThan, type TextBody } from '../exchange/text-body.ts';
import { attachmentOf } from './attachments.ts';
import { createBoundary, type FormField, writeMultipart, writeUrlencoded } from './form-body.ts';
import { withMediaType } from './har-quirks.ts';
import { hasNoFields } from './header-fields.ts';
import { countOf, objectsOf, stringOf } from './json-values.ts';
import type { MessageContent } from './parsed-entry.ts';
import {
  bodyFromBase64,
  bodyFromChunks,
  bodyFromFile,
  bodyFromText,
  bodyFromUtf8,
  decodeBase64,
  isUndeclaredBase64,
  missingBody,
} from './stored-body.ts';

export type Attachments = ReadonlyMap<string, Uint8Array> | undefined;

const NOT_STORED: Body = { notRecorded: 'the recording does not contain the body' };
const NO_ATTACHMENT: Body = {
  notRecorded: 'the attachment that contains the body is missing, damaged or larger than 64 MiB',
};

const TRUNCATED: Body = { notRecorded: 'the recording truncated the body' };

/** The value of Content-Length; undefined when it is missing or invalid. */
function lengthOf(headers: Headers): number | undefined {
  return countOf(headers['content-length']?.[0]?.trim());
}

/** A body with `_exact`: text or base64 without content codings; no text means an empty body. */
export function readExactBody(stored: JsonObject | undefined): Body | TextBody {
  const missing = missingBody(stored);
  if (missing !== undefined) return missing;
  const text = stringOf(stored?.text) ?? '';
  if (text === '') return EMPTY_BODY;
  if (stored?.encoding !== 'base64') return bodyFromUtf8(text);
  return decodeBase64(text) ?? { notRecorded: 'the recording declares base64, but the text is not base64' };
}

/** Methods whose requests usually have no body. */
const USUALLY_EMPTY = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

export function harRequestOf(
  method: string,
  recordedHeaders: Headers,
  postData: JsonObject | undefined,
  bodySize: unknown,
  attachments: Attachments,
): MessageContent {
  const headers = withMediaType(recordedHeaders, postData?.mimeType);
  const attachment = attachmentOf(postData);
  if (attachment !== undefined)
    return { headers, body: bodyFromAttachment(attachment, headers, attachments) };
  const missing = missingBody(postData);
  if (missing !== undefined) return { headers, body: missing };
  const text = withoutUploadHeaders(stringOf(postData?.text), headers);
  if (postData !== undefined && text !== undefined && text !== '') {
    const inBase64 = stringOf(postData.encoding)?.toLowerCase() === 'base64';
    const size = lengthOf(headers) ?? countOf(bodySize);
    const body = inBase64
      ? bodyFromBase64(text, headers)
      : bodyFromPlainText(text, stringOf(postData.mimeType), countOf(bodySize) ?? size, headers);
    return {
      headers,
      body: isTruncated(body, headers['content-encoding'] ? 0 : size, headers) ? TRUNCATED : body,
    };
  }
  const fields = objectsOf(postData?.params).map(toFormField);
  if (postData !== undefined && fields.length > 0) {
    const type = header(headers, 'content-type') ?? '';
    return /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\b|^[^/]*$/i.test(type)
      ? rebuildForm(fields, headers, stringOf(postData.mimeType) ?? '')
      : { headers, body: rebuildJson(postData.params, headers, countOf(bodySize)) };
  }
  return { headers, body: missingRequestBody(method, headers, text, countOf(bodySize)) };
}

/** Firefox writes the header fields of a submitted form before its body. An encoded form contains no line end. */
function withoutUploadHeaders(text: string | undefined, headers: Headers): string | undefined {
  return text !== undefined &&
    /^content-[a-z]+:/i.test(text) &&
    mediaTypeOf(headers)?.essence === 'application/x-www-form-urlencoded'
    ? text.replace(/^(?:content-[a-z]+:[^\r\n]*\r?\n)+\r?\n/i, '')
    : text;
}

/** Neither text nor fields: decides whether the body was empty or not recorded. */
function missingRequestBody(
  method: string,
  headers: Headers,
  text: string | undefined,
  size: number | undefined,
): Body {
  // Trust Content-Length: browsers omit uploaded files and write size 0.
  const length = lengthOf(headers);
  if (length !== undefined) return length > 0 ? NOT_STORED : EMPTY_BODY;
  if (headers['transfer-encoding'] !== undefined || (size ?? 0) > 0) return NOT_STORED;
  if (size === 0 || text === '' || USUALLY_EMPTY.has(method)) return EMPTY_BODY;
  // A POST without a length: HTTP/2 does not need one, and provisional headers lack it.
  return NOT_STORED;
}

function toFormField(param: JsonObject): FormField {
  const fileName = stringOf(param.fileName);
  const value = stringOf(param.value);
  return {
    name: stringOf(param.name) ?? '',
    // The content of a file is never recorded as a field: browsers write "(binary)" or nothing instead.
    value: fileName === undefined ? (value ?? '') : value === '' || value === '(binary)' ? undefined : value,
    fileName,
    mediaType: stringOf(param.contentType),
  };
}

/**
 * chrome-har and Puppeteer take JSON bodies apart, and write each item of a list as a member of its own, so that a list of one
 * item looks like the item. The recorded size proves that the rebuilt body is the one that was sent.
 */
function rebuildJson(params: unknown, headers: Headers, size: number | undefined): Body {
  const members = new Map<string, unknown>();
  for (const { name, value } of objectsOf(params)) {
    const key = stringOf(name) ?? '';
    members.set(key, members.has(key) ? [members.get(key), value].flat() : value);
  }
  const body = Buffer.from(JSON.stringify(Object.fromEntries(members)));
  const isSent = isJson(mediaTypeOf(headers)?.essence ?? '') && body.length === (lengthOf(headers) ?? size);
  return isSent ? body : { notRecorded: 'the recorder took the body apart' };
}

function rebuildForm(fields: readonly FormField[], headers: Headers, mimeType: string): MessageContent {
  const contentTypeHeader = header(headers, 'content-type') ?? mimeType;
  const mediaType = parseMediaType(contentTypeHeader);
  if (mediaType?.essence !== 'multipart/form-data') {
    return { headers, body: writeUrlencoded(fields) };
  }
  // Restore a boundary that the recorder omitted: without it the body cannot be parsed.
  const boundaryOfHeader = mediaType.parameters.boundary ?? parseMediaType(mimeType)?.parameters.boundary;
  const boundary = boundaryOfHeader ?? createBoundary(fields);
  const contentType =
    mediaType.parameters.boundary === undefined
      ? `multipart/form-data; boundary=${boundary}`
      : contentTypeHeader;
  return {
    headers: { ...headers, 'content-type': [contentType] },
    body: writeMultipart(fields, boundary) ?? {
      notRecorded: 'the recording does not contain the content of a file',
    },
  };
}

/** If the entry leaves out the headers, a body has the media type that is stored with it. */
export function harResponseOf(
  method: string,
  status: number,
  recordedHeaders: Headers,
  response: JsonObject,
  attachments: Attachments,
): MessageContent {
  const content = isObject(response.content) ? response.content : undefined;
  const hasBody = (stringOf(content?.text) ?? attachmentOf(content) ?? '') !== '';
  const headers =
    hasBody && hasNoFields(recordedHeaders)
      ? withMediaType(recordedHeaders, content?.mimeType)
      : recordedHeaders;
  return { headers, body: responseBodyOf(method, status, headers, content, response.bodySize, attachments) };
}

function responseBodyOf(
  method: string,
  status: number,
  headers: Headers,
  content: JsonObject | undefined,
  bodySize: unknown,
  attachments: Attachments,
): Body | TextBody {
  // For a 304 browsers record the body from their cache, which was not sent.
  if (status === 304) return EMPTY_BODY;
  const attachment = attachmentOf(content);
  if (attachment !== undefined) return bodyFromAttachment(attachment, headers, attachments);
  const missing = missingBody(content);
  if (missing !== undefined) return missing;
  const text = stringOf(content?.text);
  const size = countOf(content?.size);
  if (content === undefined || text === undefined || text === '') {
    const hasComment = text === undefined && (stringOf(content?.comment) ?? '') !== '';
    return missingResponseBody(method, status, headers, text, size, countOf(bodySize), hasComment);
  }
  const inBase64 = stringOf(content.encoding)?.toLowerCase() === 'base64';
  const chunks = bodyFromChunks(text, headers, inBase64 || content._isBinary === true);
  if (chunks !== undefined) return chunks;
  if (inBase64) return bodyFromBase64(text, headers);
  const body = bodyFromPlainText(text, stringOf(content.mimeType), size, headers);
  // Content-Length counts the bytes of the content coding.
  const length = headers['content-encoding'] === undefined ? lengthOf(headers) : undefined;
  return isTruncated(body, Math.max(size ?? 0, length ?? 0), headers) ? TRUNCATED : body;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function missingResponseBody(
  method: string,
  status: number,
  headers: Headers,
  text: string | undefined,
  size: number | undefined,
  bodySize: number | undefined,
  hasComment: boolean,
): Body {
  // These responses have no body, whatever Content-Length says (RFC 9110, section 6.4.1).
  if (method === 'HEAD' || status < 200 || status === 204 || status === 205) return EMPTY_BODY;
  // Firefox explains in a comment why it stores no body.
  if ((size ?? 0) > 0 || hasComment) return NOT_STORED;
  const length = lengthOf(headers);
  if (length === 0) return EMPTY_BODY;
  // Browsers do not record a stream of events.
  if (text === undefined && mediaTypeOf(headers)?.essence === 'text/event-stream') return NOT_STORED;
  // An empty body is 20 bytes when it is compressed, so the uncompressed size decides.
  const compressed = headers['content-encoding'] !== undefined;
  if (length !== undefined && !(compressed && size === 0)) return NOT_STORED;
  // Browsers do not record the body of a redirect, and write size 0.
  if (REDIRECTS.has(status)) return NOT_STORED;
  if (size === 0) return text === '' || compressed || (bodySize ?? 0) === 0 ? EMPTY_BODY : NOT_STORED;
  if ((bodySize ?? 0) > 0) return NOT_STORED;
  // Size unknown: an empty text means an empty body; without a text, a Content-Type means that there was a body.
  if (text === '') return EMPTY_BODY;
  return bodySize === 0 && headers['content-type'] === undefined ? EMPTY_BODY : NOT_STORED;
}

function bodyFromAttachment(name: string, headers: Headers, attachments: Attachments): Body | TextBody {
  const bytes = attachments?.get(name);
  return bytes === undefined ? NO_ATTACHMENT : bodyFromFile(bytes, headers);
}

function bodyFromPlainText(
  text: string,
  mimeType: string | undefined,
  size: number | undefined,
  headers: Headers,
): Body | TextBody {
  const mediaType = header(headers, 'content-type') ?? mimeType ?? '';
  return isUndeclaredBase64(text, mediaType, size)
    ? bodyFromBase64(text, headers)
    : bodyFromText(text, headers);
}

/** What a recorder writes after the beginning of a body. */
const CUT_MARK = /(?:\.{3}|\u2026|\btruncated\b[^"{}\n]{0,40})$/i;

/** Recorders with a size limit store only the beginning of a body, which would be reported as malformed JSON. */
function isTruncated(body: Body | TextBody, size = 0, headers: Headers): boolean {
  const mediaType = mediaTypeOf(headers);
  if (mediaType === undefined || !isJson(mediaType.essence)) return false;
  const hasMark = 'text' in body && CUT_MARK.test(body.text.slice(-60).trimEnd());
  // Each character has at least one byte.
  if (!hasMark && (size === 0 || ('text' in body && size <= body.text.length))) return false;
  const message = attachBody({ headers }, body);
  return (
    (hasMark || !isBodyLongerThan(message, Math.ceil(size) - 1)) && decodeBody(message).kind === 'malformed'
  );
}
