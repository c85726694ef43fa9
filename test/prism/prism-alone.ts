// Prism alone, asked the way its own server asks it: what its validators report, and what it would answer.
import { readFile } from 'node:fs/promises';
import { parse as parseQuery } from 'node:querystring';
import { fileURLToPath } from 'node:url';
import {
  createInstance,
  getHttpOperationsFromSpec,
  type IHttpConfig,
  type IHttpRequest,
  type IHttpResponse,
  type PrismHttpComponents,
} from '@stoplight/prism-http';
import { parse } from 'yaml';
import type { Body, Headers, Request, Response } from '../../src/exchange/exchange.ts';
import { header, isRecorded } from '../../src/exchange/exchange.ts';
import type { Operation } from '../../src/openapi/model.ts';
import type { Match } from '../../src/routing/match.ts';

export type Half = 'security' | 'request' | 'response';

export type Resource = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>[number];

export interface Diagnostic {
  /** "body", "query", "header", "path"; "message" for what concerns no single part. */
  readonly place: string;
  /** Below the place: the path of the broken member. */
  readonly path: readonly string[];
  /** The JSON Schema keyword, "401", "415" ... and "threw" where the validator itself failed. */
  readonly code: string;
  readonly message: string;
}

/** Prism's own form of a document's operations. */
export async function loadPrism(uri: string): Promise<readonly Resource[]> {
  const document = absolute(parse(await readFile(fileURLToPath(uri), 'utf8')), uri) as Record<
    string,
    unknown
  >;
  // Without a dialect Prism reads the schemas of a 3.1 document as draft-07.
  if (String(document.openapi).startsWith('3.1'))
    document.jsonSchemaDialect = 'https://json-schema.org/draft/2020-12/schema';
  return getHttpOperationsFromSpec(document);
}

/** Prism is given a document, not its file, so that `$ref`s to other files have to say where these are. */
function absolute(value: unknown, uri: string): unknown {
  if (Array.isArray(value)) return value.map(item => absolute(item, uri));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' && !inner.startsWith('#')
        ? fileURLToPath(new URL(inner, uri))
        : absolute(inner, uri),
    ]),
  );
}

export function resourceFor(
  resources: readonly Resource[],
  { method, path }: Operation,
): Resource | undefined {
  return resources.find(each => each.method.toUpperCase() === method && each.path === path);
}

/** What Prism's own validators report as errors, half by half; its warnings are left out. */
export async function prismReports(
  resource: Resource,
  halves: readonly Half[],
  match: Match,
  request: Request,
  response?: Response,
): Promise<ReadonlyMap<Half, readonly Diagnostic[]>> {
  const config = configOf(halves, {});
  const recorded = response === undefined ? { statusCode: 200 } : toPrismResponse(response);
  const instance = createInstance(config, {
    logger: SILENT,
    route: () => ({ _tag: 'Right', right: resource }),
    mock: () => () => ({ _tag: 'Right', right: recorded }),
  });
  try {
    const said = await instance.request(toPrismRequest(match, request), [resource], config)();
    if (said._tag === 'Left') throw said.left;
    const { input, output } = said.right.validations;
    const found = new Map<Half, Diagnostic[]>(halves.map(half => [half, []]));
    for (const said of [...input, ...output]) {
      if (said.severity !== 0) continue;
      const half = output.includes(said) ? 'response' : Number(said.code) === 401 ? 'security' : 'request';
      found.get(half)?.push(toDiagnostic(said));
    }
    return found;
  } catch (error) {
    const [only] = halves;
    if (halves.length === 1 && only !== undefined)
      return new Map([[only, [{ place: 'message', path: [], code: 'threw', message: String(error) }]]]);
    // Which of its validators failed shows when each is asked alone.
    const alone = await Promise.all(
      halves.map(half => prismReports(resource, [half], match, request, response)),
    );
    return new Map(alone.flatMap(found => [...found]));
  }
}

type Said = { path?: readonly (string | number)[]; code?: string | number; message: string };

function toDiagnostic({ path = [], code = '', message }: Said): Diagnostic {
  const [place = 'message', ...below] = path.map(String);
  return { place, path: below, code: String(code), message };
}

export type PrismSaid = IHttpResponse | { readonly status: number; readonly problem: string };

/** What Prism alone, validators and all, answers to a request. */
export async function prismAnswers(
  resources: readonly Resource[],
  match: Match,
  request: Request,
  wish: { readonly code?: number; readonly exampleKey?: string },
): Promise<PrismSaid> {
  const accept = header(request.headers, 'accept');
  // A config of its own for every call: Prism writes the first request's Accept into a shared one.
  const config = configOf(['security', 'request'], {
    ...wish,
    ...(accept !== undefined && { mediaTypes: accept.split(',') }),
  });
  const instance = createInstance(config, { logger: SILENT });
  const said = await instance.request(toPrismRequest(match, request), [...resources], config)();
  if (said._tag === 'Right') return said.right.output;
  const { name, message } = said.left;
  const status = 'status' in said.left ? Number(said.left.status) : 500;
  return { status, problem: `${/#(\w+)$/.exec(name)?.[1] ?? name}: ${message}` };
}

function configOf(halves: readonly Half[], mock: object): IHttpConfig {
  return {
    checkSecurity: halves.includes('security'),
    validateRequest: halves.includes('request'),
    validateResponse: halves.includes('response'),
    errors: false,
    isProxy: false,
    upstreamProxy: undefined,
    mock: { dynamic: false, ...mock },
  };
}

/** The request below the server's base path, which Prism's router does not know. */
function toPrismRequest({ operation, pathValues }: Match, request: Request): IHttpRequest {
  const path = operation.path.replace(/\{([^{}]+)\}/g, (_, name: string) => pathValues[name] ?? '');
  const headers = flatten(request.headers);
  const length = isRecorded(request.body) ? request.body.length : 0;
  if (length > 0) headers['content-length'] ??= String(length);
  const query = parseQuery(request.query) as Record<string, string | string[]>;
  const method = operation.method.toLowerCase() as IHttpRequest['method'];
  return { method, url: { path, query }, headers, body: toValue(request.headers, request.body, undefined) };
}

function toPrismResponse({ status, headers, body }: Response): IHttpResponse {
  // Prism's proxy reads an empty body as empty text.
  return { statusCode: status, headers: flatten(headers), body: toValue(headers, body, '') };
}

function flatten(headers: Headers): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map(name => [name, header(headers, name)?.trim() ?? '']));
}

/** As Prism's server does it: JSON is parsed, everything else is text. */
function toValue(headers: Headers, body: Body, empty: unknown): unknown {
  if (!isRecorded(body) || body.length === 0) return empty;
  const type = header(headers, 'content-type') ?? '';
  const text = new TextDecoder(/;\s*charset="?([\w-]+)/i.exec(type)?.[1]).decode(body);
  if (!/^application\/(?:[^;\s]+\+)?json\s*(?:;|$)/i.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Prism's server refuses the request before its validators see it; they are shown the text.
    return text;
  }
}

const silent = (): void => {};

const SILENT = {
  info: silent,
  warn: silent,
  error: silent,
  debug: silent,
  trace: silent,
  fatal: silent,
  success: silent,
  child: () => SILENT,
} as unknown as PrismHttpComponents['logger'];
