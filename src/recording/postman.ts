// Postman collections v2: every saved response with the request that it was the answer to.
import { Buffer } from 'node:buffer';
import { type Body, EMPTY_BODY, type Headers } from '../exchange/exchange.ts';
import { toHeaders } from './fields.ts';
import { type Field, makeBoundary, writeMultipart, writeUrlencoded } from './form.ts';
import { responseBodyOf } from './har-body.ts';
import { fromText } from './held.ts';
import { count, isObject, type Members, objects, string } from './members.ts';
import type { Half, Told } from './told.ts';

/** @returns the saved responses, or the rest of a sentence that begins with the file's name */
export function splitCollection(text: string): readonly unknown[] | string {
  let collection: unknown;
  try {
    collection = JSON.parse(text);
  } catch {
    return 'looks like a Postman collection, but is not valid JSON: it may be cut off';
  }
  if (!isObject(collection) || !Array.isArray(collection.item))
    return 'looks like a Postman collection, but has no items';
  const saved: Members[] = [];
  gather(collection, { variable: [], auth: undefined }, saved);
  return saved;
}

interface Inherited {
  readonly variable: readonly Members[];
  readonly auth: unknown;
}

/** Folders nest, and hand their variables and their authentication down. */
function gather(holder: Members, above: Inherited, saved: Members[]): void {
  const inherited = {
    variable: [...above.variable, ...objects(holder.variable)],
    auth: holder.auth ?? above.auth,
  };
  for (const item of objects(holder.item)) {
    if (Array.isArray(item.item)) gather(item, inherited, saved);
    for (const response of objects(item.response)) {
      const request = response.originalRequest ?? item.request;
      const current = isObject(item.request) ? item.request.auth : undefined;
      saved.push({
        request,
        response: { ...response, originalRequest: undefined },
        ...inherited,
        auth: current ?? inherited.auth,
      });
    }
  }
}

/** @returns what the saved response tells, or one sentence why it cannot be read */
export function readSavedResponse({ request: given, response, variable, auth }: Members): Told | string {
  const request = typeof given === 'string' ? { url: given } : given;
  if (!isObject(request)) return 'it has no request';
  if (!isObject(response)) return 'it has no response';
  const fill = filler(objects(variable));
  const url = urlOf(request.url, fill);
  if (url === undefined) return 'its request has no "url"';
  if (url.includes('{{')) return 'its URL has variables that the collection gives no value for';
  const headers = readFields(request.header, fill);
  const answered = readFields(response.header, text => text);
  const method = string(request.method)?.toUpperCase() ?? 'GET';
  const status = count(response.code) ?? 0;
  return {
    startedAt: 0,
    duration: count(response.responseTime) ?? 0,
    method,
    url: /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`,
    requestHeaders: headers,
    status,
    request: () => {
      const half = bodyOf(request.body, headers, fill);
      // Postman adds what authentication needs when it sends, and saves the request from before.
      const added = isObject(request.auth ?? auth) && headers.authorization === undefined;
      return { ...half, ...(added && { withheld: ['authorization'] }) };
    },
    response: () => ({
      headers: answered,
      body: responseBodyOf(
        method,
        status,
        answered,
        { text: response.body ?? undefined },
        undefined,
        undefined,
      ),
    }),
  };
}

/** Puts the values of variables in; those without one stay. */
/** Characters of a text with its variables filled in. */
const LONGEST = 1_000_000;

function filler(variables: readonly Members[]): (text: string) => string {
  const values = new Map(
    variables.flatMap(({ key, id, value }) => {
      const name = string(key) ?? string(id);
      return name !== undefined && typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
  // A value may hold variables itself; one that holds itself stays after a few rounds.
  return text => {
    let filled = text;
    // A variable may hold others; one that holds itself many times would grow without end.
    for (let round = 0; round < 5 && filled.length < LONGEST && filled.includes('{{'); round++) {
      filled = filled.replace(/\{\{([^{}]*)\}\}/g, (whole, name: string) => values.get(name.trim()) ?? whole);
    }
    return filled;
  };
}

function urlOf(url: unknown, fill: (text: string) => string): string | undefined {
  if (typeof url === 'string') return fill(url);
  if (!isObject(url) || typeof url.raw !== 'string') return undefined;
  const values = new Map(objects(url.variable).map(({ key, value }) => [key, value]));
  const [, before = '', path = '', after = ''] =
    /^((?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]*)([^?#]*)(.*)$/is.exec(url.raw) ?? [];
  const filled = path.replace(/(?<=\/):([^/]+)/g, (whole, name: string) => string(values.get(name)) ?? whole);
  return fill(before + filled + after);
}

function readFields(fields: unknown, fill: (text: string) => string): Headers {
  if (typeof fields === 'string') {
    return toHeaders(
      fields.split(/\r?\n/).flatMap(line => {
        const colon = line.indexOf(':');
        return colon > 0 ? [[line.slice(0, colon), fill(line.slice(colon + 1))] as const] : [];
      }),
    );
  }
  return toHeaders(
    active(fields).flatMap(({ key, value }) =>
      typeof key === 'string' ? [[key, fill(string(value) ?? '')] as const] : [],
    ),
  );
}

function active(list: unknown): Members[] {
  return objects(list).filter(({ disabled }) => disabled !== true);
}

/** What Postman sends for a body, with the Content-Type it adds where none was typed. */
function bodyOf(body: unknown, headers: Headers, fill: (text: string) => string): Half {
  if (!isObject(body) || body.disabled === true) return { headers, body: EMPTY_BODY };
  const withType = (type: string): Headers =>
    headers['content-type'] === undefined ? { ...headers, 'content-type': [type] } : headers;
  const text = (value: string, type: string): Half => {
    const typed = withType(type);
    return { headers: typed, body: fromText(fill(value), typed) };
  };
  switch (body.mode) {
    case 'raw': {
      const raw = string(body.raw) ?? '';
      return raw === '' ? { headers, body: EMPTY_BODY } : text(raw, rawType(body.options));
    }
    case 'urlencoded': {
      const fields = fieldsOf(body.urlencoded, fill);
      return { headers: withType('application/x-www-form-urlencoded'), body: writeUrlencoded(fields) };
    }
    case 'formdata': {
      const fields = fieldsOf(body.formdata, fill);
      const boundary = makeBoundary(fields);
      const sent: Body = writeMultipart(fields, boundary) ?? {
        notRecorded: 'the collection does not hold the file that was sent',
      };
      return {
        headers: { ...headers, 'content-type': [`multipart/form-data; boundary=${boundary}`] },
        body: sent,
      };
    }
    case 'graphql': {
      const { query, variables } = isObject(body.graphql) ? body.graphql : {};
      const filled = readVariables(fill(string(variables) ?? ''));
      const json = JSON.stringify({ query: fill(string(query) ?? ''), variables: filled });
      return { headers: withType('application/json'), body: Buffer.from(json) };
    }
    case 'file':
      return { headers, body: { notRecorded: 'the collection does not hold the file that was sent' } };
    default:
      return { headers, body: EMPTY_BODY };
  }
}

const RAW_TYPES = new Map<unknown, string>([
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['html', 'text/html'],
  ['javascript', 'application/javascript'],
]);

function rawType(options: unknown): string {
  const raw = isObject(options) ? options.raw : undefined;
  return RAW_TYPES.get(isObject(raw) ? raw.language : undefined) ?? 'text/plain';
}

function fieldsOf(list: unknown, fill: (text: string) => string): Field[] {
  return active(list).map(({ key, value, type, src, contentType }) => ({
    name: fill(string(key) ?? ''),
    value: type === 'file' ? undefined : fill(string(value) ?? ''),
    fileName: type === 'file' ? (string(src) ?? '') : undefined,
    mediaType: string(contentType),
  }));
}

function readVariables(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return text;
  }
}
