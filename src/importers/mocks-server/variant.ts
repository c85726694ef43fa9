// Reads one variant of a route of mocks-server: path, methods and reply.
import path from 'node:path';
import { isObject, type JsonObject, textOfValue } from '../../exchange/json.ts';
import { stringOf } from '../../recording/json-values.ts';
import { escapeTemplates } from '../../scenario/template.ts';
import { DOCUMENT_METHODS } from '../document.ts';
import { readEndpoint } from '../express-path.ts';
import { type ImportInput, numberOfMember } from '../import-input.ts';
import type { LossList } from '../loss-list.ts';
import type { ImportedReply, ImportedRule, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';

/** @throws NotCarriedOver when there is no such rule */
export function rulesOf(
  route: JsonObject,
  variant: JsonObject,
  place: ImportPlace,
  input: ImportInput,
  losses: LossList,
): ImportedRule[] {
  const methods = readMethods(route.method);
  const url = stringOf(route.url);
  if (url === undefined) throw new NotCarriedOver('url', 'the path is no text', 'write the path as text');
  const reply = readReply(variant, place, input, losses);
  const delay = numberOfMember(variant.delay) ?? numberOfMember(route.delay) ?? 0;
  const delayed = 'upstream' in reply ? reply : [delay > 0 ? { ...reply, deliver: { delay } } : reply];
  return readEndpoint('', url).map(endpoint => ({
    methods,
    path: endpoint,
    when: {},
    reply: delayed,
    place,
  }));
}

function readMethods(method: unknown): string[] {
  const names = (Array.isArray(method) ? method : [method ?? '*']).map(name =>
    textOfValue(name).toUpperCase(),
  );
  if (names.includes('*') || names.includes('ALL')) return [];
  const unknown = names.find(name => !DOCUMENT_METHODS.has(name));
  if (unknown === undefined) return names;
  throw new NotCarriedOver('method', `OpenAPI 3.1 has no method ${unknown}`, 'use another method');
}

const FILE_TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json; charset=UTF-8',
  '.txt': 'text/plain; charset=UTF-8',
  '.html': 'text/html; charset=UTF-8',
  '.xml': 'application/xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.pdf': 'application/pdf',
};

function readReply(
  { type, options }: JsonObject,
  place: ImportPlace,
  input: ImportInput,
  losses: LossList,
): ImportedReply | { readonly upstream: string } {
  const given = isObject(options) ? options : {};
  const status = numberOfMember(given.status) ?? 200;
  if (type !== 'proxy' && !(status >= 200 && status <= 599))
    throw new NotCarriedOver(
      'status',
      `a reply has a status from 200 to 599, not ${status}`,
      'use another status',
      '/options/status',
    );
  if ((type === 'json' || type === 'text') && given.body === undefined)
    throw new NotCarriedOver('body', `a variant of type "${type}" needs a body`, 'add "body"', '/options');
  const fields = isObject(given.headers) ? given.headers : {};
  const own = Object.entries(fields).map(([name, value]): [string, string | string[]] => [
    name,
    Array.isArray(value)
      ? value.map(each => escapeTemplates(textOfValue(each)))
      : escapeTemplates(textOfValue(value)),
  ]);
  const headers = (fallback: string | null): ImportedReply['headers'] => {
    const typed = own.find(([name]) => name.toLowerCase() === 'content-type');
    if (typed === undefined) return { ...Object.fromEntries(own), 'Content-Type': fallback };
    // Express adds the charset of a text.
    const [name, value] = typed;
    const whole =
      typeof value === 'string' && fallback !== null && !/charset/i.test(value)
        ? `${value}; charset=utf-8`
        : value;
    return { ...Object.fromEntries(own), [name]: whole };
  };
  switch (type) {
    case 'json':
      return {
        status,
        headers: headers('application/json; charset=utf-8'),
        text: escapeTemplates(JSON.stringify(given.body)),
      };
    case 'text':
      return {
        status,
        headers: headers('text/plain; charset=utf-8'),
        text: escapeTemplates(textOfValue(given.body)),
      };
    case 'status':
      return { status, headers: headers(null) };
    case 'file':
      return readFile(given, status, headers, place, input, losses);
    case 'proxy': {
      losses.add(
        place,
        '/options/host',
        'proxy',
        'the address of a real service belongs to the command, and its options are not carried over',
        'start the server with the --upstream that this command prints',
      );
      return { upstream: textOfValue(given.host) };
    }
    default:
      throw new NotCarriedOver(
        `variant of type ${textOfValue(type)}`,
        type === 'middleware' ? 'it is code, and code of others is never run' : 'rules have no such reply',
        type === 'static'
          ? 'write one variant of type "file" for each file'
          : 'write the reply by hand, see docs/scenarios.md',
        '/type',
      );
  }
}

function readFile(
  options: JsonObject,
  status: number,
  headers: (fallback: string | null) => ImportedReply['headers'],
  place: ImportPlace,
  input: ImportInput,
  losses: LossList,
): ImportedReply {
  const name = textOfValue(options.path);
  const bytes = input.readBody(name);
  if (typeof bytes === 'string')
    throw new NotCarriedOver(
      'path',
      bytes,
      'import the folder that the path is relative to',
      '/options/path',
    );
  if (isObject(options.options) && Object.keys(options.options).length > 0)
    losses.add(
      place,
      '/options/options',
      'options of express.sendFile',
      'they are for Express',
      'set the fields in "headers"',
    );
  for (const name of ['Accept-Ranges', 'Cache-Control', 'Last-Modified'])
    losses.add(
      place,
      '/options/path',
      name,
      'Express adds the field to files',
      'set it in "headers", if a client needs it',
    );
  return {
    status,
    headers: headers(FILE_TYPES[path.extname(name).toLowerCase()] ?? 'application/octet-stream'),
    bytes,
    fileName: name,
  };
}
