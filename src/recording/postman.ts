// Reads Postman collections v2: each saved response with its request.
import { Buffer } from 'node:buffer';
import { type Body, EMPTY_BODY, type Headers } from '../exchange/exchange.ts';
import { isObject, type JsonObject } from '../exchange/json.ts';
import { isJson, mediaTypeOf } from '../exchange/media-type.ts';
import { recordedMethod } from '../exchange/methods.ts';
import { createBoundary, type FormField, writeMultipart, writeUrlencoded } from './form-body.ts';
import { harResponseOf } from './har-body.ts';
import { withMediaType } from './har-quirks.ts';
import { ANY_FIELD, headersFromPairs } from './header-fields.ts';
import { countOf, objectsOf, stringOf } from './json-values.ts';
import type { MessageContent, ParsedEntry } from './parsed-entry.ts';
import { authFields, scriptChangesHeaders } from './postman-auth.ts';
import { createVariableFiller, enabledItems, readPostmanUrl } from './postman-url.ts';
import { bodyFromText } from './stored-body.ts';

/** @returns the saved responses, or the rest of an error message that begins with the file name */
export function splitCollection(text: string): readonly unknown[] | string {
  let collection: unknown;
  try {
    collection = JSON.parse(text);
  } catch {
    return 'looks like a Postman collection, but is not valid JSON: it may be truncated';
  }
  // The API of Postman wraps a collection.
  if (isObject(collection) && isObject(collection.collection)) collection = collection.collection;
  if (!isObject(collection) || !Array.isArray(collection.item))
    return 'looks like a Postman collection, but has no items';
  const responses: JsonObject[] = [];
  collectResponses(collection, { variable: [], auth: undefined, changesHeaders: false }, responses);
  // Postman sends the cookies that it got, and saves the request without them.
  const hasCookies = responses.some(({ response }) => objectsOf((response as JsonObject).cookie).length > 0);
  return hasCookies ? responses.map(response => ({ ...response, hasCookies })) : responses;
}

interface InheritedSettings {
  readonly variable: readonly JsonObject[];
  readonly auth: unknown;
  /** A script changes the headers before the request is sent. */
  readonly changesHeaders: boolean;
}

/** Folders nest and inherit variables and authentication. */
function collectResponses(holder: JsonObject, outer: InheritedSettings, responses: JsonObject[]): void {
  const inherited = {
    variable: [...outer.variable, ...objectsOf(holder.variable)],
    auth: holder.auth ?? outer.auth,
    changesHeaders: outer.changesHeaders || scriptChangesHeaders(holder),
  };
  for (const item of objectsOf(holder.item)) {
    if (Array.isArray(item.item)) collectResponses(item, inherited, responses);
    for (const response of objectsOf(item.response)) {
      const request = response.originalRequest ?? item.request;
      const current = isObject(item.request) ? item.request.auth : undefined;
      responses.push({
        request,
        response: { ...response, originalRequest: undefined },
        ...inherited,
        auth: current ?? inherited.auth,
        changesHeaders: inherited.changesHeaders || scriptChangesHeaders(item),
      });
    }
  }
}

/** @returns the entry, or one sentence that says why it cannot be read */
export function readSavedResponse({
  request: requestOrUrl,
  response,
  variable,
  auth,
  changesHeaders,
  hasCookies,
}: JsonObject): ParsedEntry | string {
  const request = typeof requestOrUrl === 'string' ? { url: requestOrUrl } : requestOrUrl;
  if (!isObject(request)) return 'it has no request';
  if (!isObject(response)) return 'it has no response';
  const fill = createVariableFiller(objectsOf(variable));
  const url = readPostmanUrl(request.url, fill);
  if (url === undefined) return 'its request has no "url"';
  // A variable in the path or the query is a value that is not known. Without the host the operation is not known.
  const [, unknown] = /^[^/?#]*(?:\/\/[^/?#]*)?\{\{([^{}]{0,60})/.exec(url) ?? [];
  if (unknown !== undefined)
    return `its URL contains the variable "${unknown}", which has no value: add it to "variable" of the collection`;
  const headers = readPostmanHeaders(request.header, fill);
  const recordedHeaders = readPostmanHeaders(response.header, text => text);
  // A response has more fields than a Content-Type; a saved one without them was written by hand.
  const isBare = Object.keys(recordedHeaders).every(name => name === 'content-type');
  const language = stringOf(response._postman_previewlanguage);
  const responseHeaders = isBare
    ? withMediaType(recordedHeaders, RAW_TYPES.get(language?.toLowerCase()))
    : recordedHeaders;
  const method = recordedMethod(stringOf(request.method) ?? 'GET');
  const status = countOf(response.code) ?? 0;
  return {
    startedAt: 0,
    duration: countOf(response.responseTime) ?? 0,
    method,
    url: /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`,
    requestHeaders: headers,
    status,
    request: () => {
      const message = readPostmanBody(request.body, headers, fill);
      // Postman adds the credentials when it sends, and saves the request without them.
      const withheld = [
        ...authFields(request.auth ?? auth, fill).filter(name => headers[name] === undefined),
        ...(hasCookies === true && headers.cookie === undefined ? ['cookie'] : []),
        ...(changesHeaders === true ? ANY_FIELD : []),
      ];
      return { ...message, ...(withheld.length > 0 && { withheld }) };
    },
    response: () => ({
      ...harResponseOf(
        method,
        status,
        responseHeaders,
        { content: { text: response.body ?? undefined } },
        undefined,
      ),
      ...(isBare && { withheld: ANY_FIELD }),
    }),
  };
}

export function readPostmanHeaders(fields: unknown, fill: (text: string) => string): Headers {
  if (typeof fields === 'string') {
    return headersFromPairs(
      fields.split(/\r?\n/).flatMap(line => {
        const colon = line.indexOf(':');
        // A disabled field is commented out.
        return colon > 0 && !line.startsWith('//')
          ? [[line.slice(0, colon), fill(line.slice(colon + 1))] as const]
          : [];
      }),
    );
  }
  return headersFromPairs(
    enabledItems(fields).flatMap(({ key, value }) =>
      typeof key === 'string' ? [[key, fill(stringOf(value) ?? '')] as const] : [],
    ),
  );
}

/** The body as Postman sends it, with the Content-Type that it adds when none is set. */
function readPostmanBody(body: unknown, headers: Headers, fill: (text: string) => string): MessageContent {
  if (!isObject(body) || body.disabled === true) return { headers, body: EMPTY_BODY };
  const withType = (type: string): Headers =>
    headers['content-type'] === undefined ? { ...headers, 'content-type': [type] } : headers;
  const text = (value: string, type: string): MessageContent => {
    const typed = withType(type);
    const filled = fill(value);
    return isUnfinished(filled, typed)
      ? {
          headers: typed,
          body: { notRecorded: 'the collection contains the template of the body, not the body' },
        }
      : { headers: typed, body: bodyFromText(filled, typed) };
  };
  switch (body.mode) {
    case 'raw': {
      const raw = stringOf(body.raw) ?? '';
      return raw === '' ? { headers, body: EMPTY_BODY } : text(raw, rawMediaType(body.options));
    }
    case 'urlencoded': {
      const fields = readFormFields(body.urlencoded, fill);
      return { headers: withType('application/x-www-form-urlencoded'), body: writeUrlencoded(fields) };
    }
    case 'formdata': {
      const fields = readFormFields(body.formdata, fill);
      const boundary = createBoundary(fields);
      const sent: Body = writeMultipart(fields, boundary) ?? {
        notRecorded: 'the collection does not contain the uploaded file',
      };
      return {
        headers: { ...headers, 'content-type': [`multipart/form-data; boundary=${boundary}`] },
        body: sent,
      };
    }
    case 'graphql': {
      const { query, variables } = isObject(body.graphql) ? body.graphql : {};
      const filled = readVariables(fill(stringOf(variables) ?? ''));
      const json = JSON.stringify({ query: fill(stringOf(query) ?? ''), variables: filled });
      return { headers: withType('application/json'), body: Buffer.from(json) };
    }
    case 'file':
      return { headers, body: { notRecorded: 'the collection does not contain the uploaded file' } };
    default:
      return { headers, body: EMPTY_BODY };
  }
}

/** JSON with variables that have no value, or with comments, which Postman removes when it sends. */
function isUnfinished(text: string, headers: Headers): boolean {
  if (!isJson(mediaTypeOf(headers)?.essence ?? '') || !/\{\{|\/[/*]/.test(text)) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** Media types of the languages of the editor and the preview. */
export const RAW_TYPES = new Map<unknown, string>([
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['html', 'text/html'],
  ['text', 'text/plain'],
  ['javascript', 'application/javascript'],
]);

export function rawMediaType(options: unknown): string {
  const raw = isObject(options) ? options.raw : undefined;
  return RAW_TYPES.get(isObject(raw) ? raw.language : undefined) ?? 'text/plain';
}

export function readFormFields(list: unknown, fill: (text: string) => string): FormField[] {
  return enabledItems(list).map(({ key, value, type, src, contentType }) => ({
    name: fill(stringOf(key) ?? ''),
    value: type === 'file' ? undefined : fill(stringOf(value) ?? ''),
    fileName: type === 'file' ? (stringOf(src) ?? '') : undefined,
    mediaType: stringOf(contentType),
  }));
}

function readVariables(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return text;
  }
}
