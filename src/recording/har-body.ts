// Bodies as HAR holds them; `_notRecorded` and `_exact` are what our own writer adds. "Not recorded" is not "empty": sizes, lengths and methods are weighed against each other.
import { decodeBody } from '../exchange/body.ts';
import { type Body, EMPTY_BODY, type Headers, header } from '../exchange/exchange.ts';
import type { JsonObject } from '../exchange/json.ts';
import { isJson, mediaTypeOf, parseMediaType } from '../exchange/media-type.ts';
import { attachBody, isBodyLongerThan, type TextBody } from '../exchange/text-body.ts';
import { attachmentOf } from './attachments.ts';
import { createBoundary, type FormField, writeMultipart, writeUrlencoded } from './form-body.ts';
import { countOf, objectsOf, stringOf } from './json-values.ts';
import type { MessageContent } from './parsed-entry.ts';
import {
  bodyFromBase64,
  bodyFromFile,
  bodyFromText,
  bodyFromUtf8,
  decodeBase64,
  isUndeclaredBase64,
} from './stored-body.ts';

export type Attachments = ReadonlyMap<string, Uint8Array> | undefined;

const NOT_STORED: Body = { notRecorded: 'the recording does not contain the body' };
const NO_ATTACHMENT: Body = {
  notRecorded: 'the attachment that contains the body is missing, damaged or larger than 64 MiB',
};

/** What the header says of the body's length: undefined when it says nothing that can be trusted. */
function lengthOf(headers: Headers): number | undefined {
  return countOf(headers['content-length']?.[0]?.trim());
}

/** A body that our own writer vouches for: its text or base64 is what it was, content codings off, and no text is no byte. */
export function readExactBody(stored: JsonObject | undefined): Body | TextBody {
  const reason = stringOf(stored?._notRecorded);
  if (reason !== undefined) return { notRecorded: reason };
  const text = stringOf(stored?.text) ?? '';
  if (text === '') return EMPTY_BODY;
  if (stored?.encoding !== 'base64') return bodyFromUtf8(text);
  return decodeBase64(text) ?? { notRecorded: 'the recording declares base64, but the text is not base64' };
}

/** Methods whose requests have no body unless something says so. */
const USUALLY_EMPTY = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

export function harRequestOf(
  method: string,
  headers: Headers,
  postData: JsonObject | undefined,
  bodySize: unknown,
  attachments: Attachments,
): MessageContent {
  const attachment = attachmentOf(postData);
  if (attachment !== undefined)
    return { headers, body: bodyFromAttachment(attachment, headers, attachments) };
  const reason = stringOf(postData?._notRecorded);
  if (reason !== undefined) return { headers, body: { notRecorded: reason } };
  const text = stringOf(postData?.text);
  if (postData !== undefined && text !== undefined && text !== '') {
    const inBase64 = stringOf(postData.encoding)?.toLowerCase() === 'base64';
    const body = inBase64
      ? bodyFromBase64(text, headers)
      : bodyFromPlainText(text, stringOf(postData.mimeType), countOf(bodySize) ?? lengthOf(headers), headers);
    return { headers, body };
  }
  const fields = objectsOf(postData?.params).map(toFormField);
  if (postData !== undefined && fields.length > 0)
    return rebuildForm(fields, headers, stringOf(postData.mimeType) ?? '');
  return { headers, body: missingRequestBody(method, headers, text, countOf(bodySize)) };
}

/** There is no text and there are no fields: was there no body, or is it not in the recording? */
function missingRequestBody(
  method: string,
  headers: Headers,
  text: string | undefined,
  size: number | undefined,
): Body {
  // The length that was announced is what really happened; browsers leave out uploads of files, and write size 0.
  const length = lengthOf(headers);
  if (length !== undefined) return length > 0 ? NOT_STORED : EMPTY_BODY;
  if (headers['transfer-encoding'] !== undefined || (size ?? 0) > 0) return NOT_STORED;
  if (size === 0 || text === '' || USUALLY_EMPTY.has(method)) return EMPTY_BODY;
  // A POST without any length: HTTP/2 needs none, and early headers have none yet.
  return NOT_STORED;
}

function toFormField(param: JsonObject): FormField {
  const fileName = stringOf(param.fileName);
  const value = stringOf(param.value);
  return {
    name: stringOf(param.name) ?? '',
    // A file's content is never among the fields; browsers write "(binary)" or nothing in its stead.
    value: fileName === undefined ? (value ?? '') : value === '' || value === '(binary)' ? undefined : value,
    fileName,
    mediaType: stringOf(param.contentType),
  };
}

function rebuildForm(fields: readonly FormField[], headers: Headers, mimeType: string): MessageContent {
  const contentTypeHeader = header(headers, 'content-type') ?? mimeType;
  const mediaType = parseMediaType(contentTypeHeader);
  if (mediaType?.essence !== 'multipart/form-data') {
    const named = headers['content-type'] === undefined && mediaType !== undefined;
    const type = named ? { ...headers, 'content-type': [contentTypeHeader] } : headers;
    return { headers: type, body: writeUrlencoded(fields) };
  }
  // A boundary that the recorder cut off is put back, or nobody could read the body.
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

export function harResponseBodyOf(
  method: string,
  status: number,
  headers: Headers,
  content: JsonObject | undefined,
  bodySize: unknown,
  attachments: Attachments,
): Body | TextBody {
  // With a 304 browsers show what they have in their cache, which was not sent.
  if (status === 304) return EMPTY_BODY;
  const attachment = attachmentOf(content);
  if (attachment !== undefined) return bodyFromAttachment(attachment, headers, attachments);
  const reason = stringOf(content?._notRecorded);
  if (reason !== undefined) return { notRecorded: reason };
  const text = stringOf(content?.text);
  const size = countOf(content?.size);
  if (content === undefined || text === undefined || text === '') {
    return missingResponseBody(method, status, headers, text, size, countOf(bodySize));
  }
  if (stringOf(content.encoding)?.toLowerCase() === 'base64') return bodyFromBase64(text, headers);
  const body = bodyFromPlainText(text, stringOf(content.mimeType), size, headers);
  return isTruncated(body, size, headers) ? { notRecorded: 'the recording truncated the body' } : body;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function missingResponseBody(
  method: string,
  status: number,
  headers: Headers,
  text: string | undefined,
  size: number | undefined,
  contentTypeHeader: number | undefined,
): Body {
  // These have no body, whatever a length says that is meant for another method.
  if (method === 'HEAD' || status < 200 || status === 204 || status === 205) return EMPTY_BODY;
  if ((size ?? 0) > 0) return NOT_STORED;
  const length = lengthOf(headers);
  if (length === 0) return EMPTY_BODY;
  // Nothing at all takes twenty bytes once it is compressed; the size before is the better witness.
  const compressed = headers['content-encoding'] !== undefined;
  if (length !== undefined && !(compressed && size === 0)) return NOT_STORED;
  // Browsers do not keep what a redirect said, and write that it was nothing.
  if (REDIRECTS.has(status)) return NOT_STORED;
  if (size === 0)
    return text === '' || compressed || (contentTypeHeader ?? 0) === 0 ? EMPTY_BODY : NOT_STORED;
  if ((contentTypeHeader ?? 0) > 0) return NOT_STORED;
  // No size: an empty text is still somebody's word; without it, who names a type of content had some.
  if (text === '') return EMPTY_BODY;
  return contentTypeHeader === 0 && headers['content-type'] === undefined ? EMPTY_BODY : NOT_STORED;
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

/** Recorders with a limit write the beginning of a body, which would be taken for broken JSON. */
function isTruncated(body: Body | TextBody, size: number | undefined, headers: Headers): boolean {
  // Every character is a byte at least.
  if (size === undefined || ('text' in body && size <= body.text.length)) return false;
  const mediaType = mediaTypeOf(headers);
  if (mediaType === undefined || !isJson(mediaType.essence)) return false;
  const message = attachBody({ headers }, body);
  return !isBodyLongerThan(message, Math.ceil(size) - 1) && decodeBody(message).kind === 'malformed';
}
