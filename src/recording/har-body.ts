// Bodies as HAR holds them; `_notRecorded` and `_exact` are what our own writer adds. "Not recorded" is not "empty": sizes, lengths and methods are weighed against each other.
import { decodeBody } from '../exchange/body.ts';
import { type Body, EMPTY_BODY, type Headers, header } from '../exchange/exchange.ts';
import { isJson, mediaTypeOf, parseMediaType } from '../exchange/media-type.ts';
import { isLonger, type TextBody, withBody } from '../exchange/text-body.ts';
import { attachmentOf } from './attachments.ts';
import { type Field, makeBoundary, writeMultipart, writeUrlencoded } from './form.ts';
import { fromBase64, fromFile, fromText, fromUtf8, isTacitBase64, readBase64 } from './held.ts';
import { count, type Members, objects, string } from './members.ts';
import type { Half } from './told.ts';

export type Attachments = ReadonlyMap<string, Uint8Array> | undefined;

const LEFT_OUT: Body = { notRecorded: 'the recording left the body out' };
const NO_ATTACHMENT: Body = {
  notRecorded: 'the file that the recording put the body in is missing, damaged or larger than 64 MiB',
};

/** What the header says of the body's length: undefined when it says nothing that can be trusted. */
function lengthOf(headers: Headers): number | undefined {
  return count(headers['content-length']?.[0]?.trim());
}

/** A body that our own writer vouches for: its text or base64 is what it was, content codings off, and no text is no byte. */
export function exactBody(holder: Members | undefined): Body | TextBody {
  const why = string(holder?._notRecorded);
  if (why !== undefined) return { notRecorded: why };
  const text = string(holder?.text) ?? '';
  if (text === '') return EMPTY_BODY;
  if (holder?.encoding !== 'base64') return fromUtf8(text);
  return readBase64(text) ?? { notRecorded: 'the recording says base64, and it is not' };
}

/** Methods whose requests have no body unless something says so. */
const USUALLY_EMPTY = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

export function requestOf(
  method: string,
  headers: Headers,
  postData: Members | undefined,
  bodySize: unknown,
  attachments: Attachments,
): Half {
  const attachment = attachmentOf(postData);
  if (attachment !== undefined) return { headers, body: attached(attachment, headers, attachments) };
  const why = string(postData?._notRecorded);
  if (why !== undefined) return { headers, body: { notRecorded: why } };
  const text = string(postData?.text);
  if (postData !== undefined && text !== undefined && text !== '') {
    const inBase64 = string(postData.encoding)?.toLowerCase() === 'base64';
    const body = inBase64
      ? fromBase64(text, headers)
      : plainText(text, string(postData.mimeType), count(bodySize) ?? lengthOf(headers), headers);
    return { headers, body };
  }
  const fields = objects(postData?.params).map(toField);
  if (postData !== undefined && fields.length > 0)
    return rebuilt(fields, headers, string(postData.mimeType) ?? '');
  return { headers, body: absentRequest(method, headers, text, count(bodySize)) };
}

/** There is no text and there are no fields: was there no body, or is it not in the recording? */
function absentRequest(
  method: string,
  headers: Headers,
  text: string | undefined,
  size: number | undefined,
): Body {
  // The length that was announced is what really happened; browsers leave out uploads of files, and write size 0.
  const length = lengthOf(headers);
  if (length !== undefined) return length > 0 ? LEFT_OUT : EMPTY_BODY;
  if (headers['transfer-encoding'] !== undefined || (size ?? 0) > 0) return LEFT_OUT;
  if (size === 0 || text === '' || USUALLY_EMPTY.has(method)) return EMPTY_BODY;
  // A POST without any length: HTTP/2 needs none, and early headers have none yet.
  return LEFT_OUT;
}

function toField(param: Members): Field {
  const fileName = string(param.fileName);
  const value = string(param.value);
  return {
    name: string(param.name) ?? '',
    // A file's content is never among the fields; browsers write "(binary)" or nothing in its stead.
    value: fileName === undefined ? (value ?? '') : value === '' || value === '(binary)' ? undefined : value,
    fileName,
    mediaType: string(param.contentType),
  };
}

function rebuilt(fields: readonly Field[], headers: Headers, mimeType: string): Half {
  const sent = header(headers, 'content-type') ?? mimeType;
  const mediaType = parseMediaType(sent);
  if (mediaType?.essence !== 'multipart/form-data') {
    const named = headers['content-type'] === undefined && mediaType !== undefined;
    const type = named ? { ...headers, 'content-type': [sent] } : headers;
    return { headers: type, body: writeUrlencoded(fields) };
  }
  // A boundary that the recorder cut off is put back, or nobody could read the body.
  const known = mediaType.parameters.boundary ?? parseMediaType(mimeType)?.parameters.boundary;
  const boundary = known ?? makeBoundary(fields);
  const complete =
    mediaType.parameters.boundary === undefined ? `multipart/form-data; boundary=${boundary}` : sent;
  return {
    headers: { ...headers, 'content-type': [complete] },
    body: writeMultipart(fields, boundary) ?? { notRecorded: 'the recording left out the content of a file' },
  };
}

export function responseBodyOf(
  method: string,
  status: number,
  headers: Headers,
  content: Members | undefined,
  bodySize: unknown,
  attachments: Attachments,
): Body | TextBody {
  // With a 304 browsers show what they have in their cache, which was not sent.
  if (status === 304) return EMPTY_BODY;
  const attachment = attachmentOf(content);
  if (attachment !== undefined) return attached(attachment, headers, attachments);
  const why = string(content?._notRecorded);
  if (why !== undefined) return { notRecorded: why };
  const text = string(content?.text);
  const size = count(content?.size);
  if (content === undefined || text === undefined || text === '') {
    return absentResponse(method, status, headers, text, size, count(bodySize));
  }
  if (string(content.encoding)?.toLowerCase() === 'base64') return fromBase64(text, headers);
  const body = plainText(text, string(content.mimeType), size, headers);
  return wasCut(body, size, headers) ? { notRecorded: 'the recording cut the body short' } : body;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

function absentResponse(
  method: string,
  status: number,
  headers: Headers,
  text: string | undefined,
  size: number | undefined,
  sent: number | undefined,
): Body {
  // These have no body, whatever a length says that is meant for another method.
  if (method === 'HEAD' || status < 200 || status === 204 || status === 205) return EMPTY_BODY;
  if ((size ?? 0) > 0) return LEFT_OUT;
  const length = lengthOf(headers);
  if (length === 0) return EMPTY_BODY;
  // Nothing at all takes twenty bytes once it is compressed; the size before is the better witness.
  const compressed = headers['content-encoding'] !== undefined;
  if (length !== undefined && !(compressed && size === 0)) return LEFT_OUT;
  // Browsers do not keep what a redirect said, and write that it was nothing.
  if (REDIRECTS.has(status)) return LEFT_OUT;
  if (size === 0) return text === '' || compressed || (sent ?? 0) === 0 ? EMPTY_BODY : LEFT_OUT;
  if ((sent ?? 0) > 0) return LEFT_OUT;
  // No size: an empty text is still somebody's word; without it, who names a type of content had some.
  if (text === '') return EMPTY_BODY;
  return sent === 0 && headers['content-type'] === undefined ? EMPTY_BODY : LEFT_OUT;
}

function attached(name: string, headers: Headers, attachments: Attachments): Body | TextBody {
  const bytes = attachments?.get(name);
  return bytes === undefined ? NO_ATTACHMENT : fromFile(bytes, headers);
}

function plainText(
  text: string,
  mimeType: string | undefined,
  size: number | undefined,
  headers: Headers,
): Body | TextBody {
  const mediaType = header(headers, 'content-type') ?? mimeType ?? '';
  return isTacitBase64(text, mediaType, size) ? fromBase64(text, headers) : fromText(text, headers);
}

/** Recorders with a limit write the beginning of a body, which would be taken for broken JSON. */
function wasCut(body: Body | TextBody, size: number | undefined, headers: Headers): boolean {
  // Every character is a byte at least.
  if (size === undefined || ('text' in body && size <= body.text.length)) return false;
  const mediaType = mediaTypeOf(headers);
  if (mediaType === undefined || !isJson(mediaType.essence)) return false;
  const message = withBody({ headers }, body);
  return !isLonger(message, Math.ceil(size) - 1) && decodeBody(message).kind === 'malformed';
}
