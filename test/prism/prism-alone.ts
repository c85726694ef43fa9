// Calls Prism as its own server does: the findings of its validators, and its response to a request.
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

export type Check = 'security' | 'request' | 'response';

export type Resource = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>[number];

export interface Diagnostic {
  /** "body", "query", "header", "path"; "message" for a diagnostic about the whole message. */
  readonly place: string;
  /** The path of the invalid member below `place`. */
  readonly path: readonly string[];
  /** The JSON Schema keyword, "401", "415" ...; "threw" if the validator threw an exception. */
  readonly code: string;
  readonly message: string;
}

/** The operations of a document in Prism's format. */
export async function loadPrism(uri: string): Promise<readonly Resource[]> {
  const document = absolute(
    parse(await readFile(fileURLToPath(uri), 'utf8'), { stringKeys: true }),
    uri,
  ) as Record<string, unknown>;
  // Without a dialect Prism treats the schemas of a 3.1 document as draft-07.
  if (String(document.openapi).startsWith('3.1'))
    document.jsonSchemaDialect = 'https://json-schema.org/draft/2020-12/schema';
  return getHttpOperationsFromSpec(document);
}

/** Makes `$ref`s to other files absolute: Prism gets the document without its file name. */
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

/** The errors of Prism's validators by check, without warnings. */
export async function prismReports(
  resource: Resource,
  checks: readonly Check[],
  match: Match,
  request: Request,
  response?: Response,
): Promise<ReadonlyMap<Check, readonly Diagnostic[]>> {
  const config = configOf(checks, {});
  const recorded = response === undefined ? { statusCode: 200 } : toPrismResponse(response);
  const instance = createInstance(config, {
    logger: SILENT,
    route: () => ({ _tag: 'Right', right: resource }),
    mock: () => () => ({ _tag: 'Right', right: recorded }),
  });
  try {
    const result = await instance.request(toPrismRequest(match, request), [resource], config)();
    if (result._tag === 'Left') throw result.left;
    const { input, output } = result.right.validations;
    const diagnostics = new Map<Check, Diagnostic[]>(checks.map(check => [check, []]));
    for (const diagnostic of [...input, ...output]) {
      if (diagnostic.severity !== 0) continue;
      const check = output.includes(diagnostic)
        ? 'response'
        : Number(diagnostic.code) === 401
          ? 'security'
          : 'request';
      diagnostics.get(check)?.push(toDiagnostic(diagnostic));
    }
    return diagnostics;
  } catch (error) {
    const [only] = checks;
    if (checks.length === 1 && only !== undefined)
      return new Map([[only, [{ place: 'message', path: [], code: 'threw', message: String(error) }]]]);
    // Run each check alone to find the one that threw.
    const separate = await Promise.all(
      checks.map(check => prismReports(resource, [check], match, request, response)),
    );
    return new Map(separate.flatMap(each => [...each]));
  }
}

type PrismDiagnostic = { path?: readonly (string | number)[]; code?: string | number; message: string };

function toDiagnostic({ path = [], code = '', message }: PrismDiagnostic): Diagnostic {
  const [place = 'message', ...rest] = path.map(String);
  return { place, path: rest, code: String(code), message };
}

export type PrismResult = IHttpResponse | { readonly status: number; readonly problem: string };

/** Prism's response to a request, including its validation. */
export async function prismResponse(
  resources: readonly Resource[],
  match: Match,
  request: Request,
  selection: { readonly code?: number; readonly exampleKey?: string },
): Promise<PrismResult> {
  const accept = header(request.headers, 'accept');
  // A new config for every call: Prism writes the Accept of the first request into a shared config.
  const config = configOf(['security', 'request'], {
    ...selection,
    ...(accept !== undefined && { mediaTypes: accept.split(',') }),
  });
  const instance = createInstance(config, { logger: SILENT });
  const result = await instance.request(toPrismRequest(match, request), [...resources], config)();
  if (result._tag === 'Right') return result.right.output;
  const { name, message } = result.left;
  const status = 'status' in result.left ? Number(result.left.status) : 500;
  return { status, problem: `${/#(\w+)$/.exec(name)?.[1] ?? name}: ${message}` };
}

function configOf(checks: readonly Check[], mock: object): IHttpConfig {
  return {
    checkSecurity: checks.includes('security'),
    validateRequest: checks.includes('request'),
    validateResponse: checks.includes('response'),
    errors: false,
    isProxy: false,
    upstreamProxy: undefined,
    mock: { dynamic: false, ...mock },
  };
}

/** The request without the base path of the server, which Prism's router does not match. */
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
  // Prism's proxy treats an empty body as empty text.
  return { statusCode: status, headers: flatten(headers), body: toValue(headers, body, '') };
}

function flatten(headers: Headers): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map(name => [name, header(headers, name)?.trim() ?? '']));
}

/** Decodes a body as Prism's server does: JSON is parsed, everything else is text. */
function toValue(headers: Headers, body: Body, empty: unknown): unknown {
  if (!isRecorded(body) || body.length === 0) return empty;
  const type = header(headers, 'content-type') ?? '';
  const text = new TextDecoder(/;\s*charset="?([\w-]+)/i.exec(type)?.[1]).decode(body);
  if (!/^application\/(?:[^;\s]+\+)?json\s*(?:;|$)/i.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Prism's server rejects such a request before validation. Here the validators get the text.
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
