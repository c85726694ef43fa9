// Reads one response of a Mockoon route: status, headers, body of text, file or data bucket, and latency.
import path from 'node:path';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { stringOf } from '../../recording/json-values.ts';
import { escapeTemplates } from '../../scenario/template.ts';
import { type ImportInput, numberOfMember, placedObjects, utf8Text } from '../import-input.ts';
import type { LossList } from '../loss-list.ts';
import type { ImportedReply, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { writeTemplate } from '../write-template.ts';
import type { Buckets } from './buckets.ts';
import { type MockoonTemplates, mockoonDialect } from './templates.ts';

export interface ResponseContext {
  readonly environment: JsonObject;
  readonly input: ImportInput;
  readonly losses: LossList;
  readonly templates: Omit<MockoonTemplates, 'note'>;
  readonly bucketBody: Buckets['body'];
}

const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.html': 'text/html',
  '.xml': 'application/xml',
  '.csv': 'text/csv',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.svg': 'image/svg+xml',
  '.pdf': 'application/pdf',
};

/** @throws NotCarriedOver when there is no such reply */
export function readRouteResponse(
  response: JsonObject,
  place: ImportPlace,
  context: ResponseContext,
): ImportedReply {
  const { environment, losses } = context;
  const status = numberOfMember(response.statusCode) ?? 200;
  if (status < 200 || status > 599)
    throw new NotCarriedOver(
      'statusCode',
      `a reply has a status from 200 to 599, not ${status}`,
      'use another status',
    );
  const render = renderer(response.disableTemplating === true, place, context);
  const headers = readHeaders(environment, response, place, render);
  const body = readBody(response, context, render, headers);
  if (response.bodyType === 'DATABUCKET' && isChangedByRequests(environment, response.databucketID))
    losses.add(
      place,
      '/databucketID',
      'databucketID',
      'the reply has the items of the file, and does not follow the changes of the CRUD route',
      'let clients read the list of the CRUD route',
    );
  const latency = (numberOfMember(environment.latency) ?? 0) + (numberOfMember(response.latency) ?? 0);
  if (placedObjects(response.callbacks, place).length > 0)
    losses.add(
      place,
      '/callbacks',
      'callbacks',
      'requests after a response are declared in the document',
      'declare the callback in the document, see docs/callbacks.md',
    );
  const hasBody = status !== 204 && status !== 304;
  return {
    status,
    headers: hasBody ? withCharset(headers, body) : withoutType(headers),
    ...(hasBody && body),
    ...(latency > 0 && { deliver: { delay: latency } }),
  };
}

type Render = (text: string, at: string) => string;

function renderer(isPlain: boolean, place: ImportPlace, { losses, templates }: ResponseContext): Render {
  const noted = new Set<string>();
  const dialect = mockoonDialect({
    ...templates,
    note: (construct, reason) => {
      if (noted.has(construct)) return;
      noted.add(construct);
      losses.add(
        place,
        '/body',
        construct,
        reason,
        'write the template by hand, see docs/scenarios.md#templates',
      );
    },
  });
  return (text, at) => {
    if (isPlain) return escapeTemplates(text);
    return writeTemplate(text, dialect, losses, place, at);
  };
}

/** Those of the response replace those of the environment. A repeated name is a list. */
function readHeaders(
  environment: JsonObject,
  response: JsonObject,
  place: ImportPlace,
  render: Render,
): Record<string, string | string[] | null> {
  const all = new Map<string, [string, string[]]>();
  for (const list of [environment.headers, response.headers]) {
    const own = new Map<string, [string, string[]]>();
    for (const [{ key, value }] of placedObjects(list, place)) {
      const name = stringOf(key) ?? '';
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) continue;
      const values = own.get(name.toLowerCase())?.[1] ?? [];
      own.set(name.toLowerCase(), [name, [...values, render(stringOf(value) ?? '', '/headers')]]);
    }
    for (const [lower, field] of own) all.set(lower, field);
  }
  return Object.fromEntries(
    [...all.values()].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function readBody(
  response: JsonObject,
  { input, bucketBody }: ResponseContext,
  render: Render,
  headers: Record<string, string | string[] | null>,
): Pick<ImportedReply, 'text' | 'bytes' | 'fileName'> {
  const has = (name: string): boolean => Object.keys(headers).some(each => each.toLowerCase() === name);
  if (response.bodyType === 'DATABUCKET') {
    const body = bucketBody(stringOf(response.databucketID) ?? '');
    if (body === undefined)
      throw new NotCarriedOver(
        'databucketID',
        'there is no such data bucket',
        'choose a data bucket',
        '/databucketID',
      );
    if (!has('content-type')) headers['Content-Type'] = 'application/json';
    return { text: body.isRaw ? render(body.text, '/databucketID') : escapeTemplates(body.text) };
  }
  const filePath = stringOf(response.filePath) ?? '';
  if (response.bodyType !== 'FILE' || filePath === '')
    return { text: render(stringOf(response.body) ?? '', '/body') };
  if (filePath.includes('{{'))
    throw new NotCarriedOver(
      'filePath',
      'the name of a file has no templates',
      'write a rule for each file',
      '/filePath',
    );
  const bytes = input.readBody(filePath);
  if (typeof bytes === 'string')
    throw new NotCarriedOver('filePath', bytes, 'move the file beside the environment', '/filePath');
  const type = TYPES[path.extname(filePath).toLowerCase()];
  if (!has('content-type') && type !== undefined) headers['Content-Type'] = type;
  if (response.sendFileAsBody !== true && !has('content-disposition'))
    headers['Content-Disposition'] = `attachment; filename="${path.basename(filePath)}"`;
  const isText = type !== undefined && /^text\/|json$|xml$|svg/.test(type);
  const text = isText && response.disableTemplating !== true ? utf8Text(bytes) : undefined;
  return text === undefined ? { bytes, fileName: filePath } : { text: render(text, '/filePath') };
}

/** Mockoon sends texts in UTF-8 and says so, and HTML without a Content-Type. */
function withCharset(
  headers: Record<string, string | string[] | null>,
  { text }: Pick<ImportedReply, 'text' | 'bytes'>,
): Record<string, string | string[] | null> {
  const [name = 'Content-Type', type] =
    Object.entries(headers).find(([each]) => each.toLowerCase() === 'content-type') ?? [];
  if (text === undefined) return type === undefined ? { ...headers, [name]: null } : headers;
  if (type === undefined) return { ...headers, [name]: 'text/html; charset=utf-8' };
  if (typeof type !== 'string' || /charset/i.test(type) || type.includes('{{')) return headers;
  return { ...headers, [name]: `${type}; charset=utf-8` };
}

function withoutType(headers: Record<string, string | string[] | null>): typeof headers {
  const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type');
  return { ...Object.fromEntries(kept), 'Content-Type': null };
}

function isChangedByRequests({ routes }: JsonObject, bucket: unknown): boolean {
  return (
    Array.isArray(routes) &&
    routes.some(
      (route: unknown) =>
        isObject(route) &&
        route.type === 'crud' &&
        Array.isArray(route.responses) &&
        route.responses.some((each: unknown) => isObject(each) && each.databucketID === bucket),
    )
  );
}
