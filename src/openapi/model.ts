// The model of OpenAPI documents: APIs, operations, parameters, bodies and responses, each with its document node.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import type { CompiledSchemas } from '../schema/schemas.ts';
import type { TemplateSegment } from './path-template.ts';
import type { Refusals } from './refusals.ts';

export interface Contract {
  readonly apis: readonly ApiSpec[];
}

/** One hand-written document and what was read from it. */
export interface ApiSpec {
  /** The file's stem: "petstore" for specs/petstore.yaml. */
  readonly name: string;
  /** The file as the user would name it. */
  readonly file: string;
  readonly title: string;
  readonly version: '3.0' | '3.1';
  readonly root: DocumentNode;
  readonly documents: DocumentSet;
  readonly schemas: CompiledSchemas;
  readonly operations: readonly Operation[];
}

/** A server URL taken apart; variables have become wildcards or the list of their allowed values. */
export interface ServerUrl {
  /** The URL as written, variables replaced by their defaults. */
  readonly url: string;
  /** Tests a Host header in lower case; undefined when the server URL is relative. */
  readonly host: RegExp | undefined;
  readonly segments: readonly TemplateSegment[];
  /** The base path with defaults filled in, without a trailing slash: "/api/storefront/v1" or "". */
  readonly basePath: string;
}

export interface Operation {
  readonly api: ApiSpec;
  /** operationId, or "GET /pets/{id}" where the document gives none. */
  readonly id: string;
  /** Upper case. */
  readonly method: string;
  /** The path template as written. */
  readonly path: string;
  readonly segments: readonly TemplateSegment[];
  readonly servers: readonly ServerUrl[];
  readonly node: DocumentNode;
  readonly deprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly requestBody: RequestBody | undefined;
  readonly responses: readonly ResponseSpec[];
  /** What it answers when all goes well; see successAmong(). */
  readonly successResponse: ResponseSpec | undefined;
  /** Alternatives, each a list of schemes that must all be met; empty: nothing is required. */
  readonly security: readonly (readonly SecurityRequirement[])[];
  readonly refusals: Refusals;
}

export type ParameterStyle =
  | 'simple'
  | 'label'
  | 'matrix'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'deepObject';

/** A parameter, or a response header, which OpenAPI defines as a parameter in "header" with style "simple". */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly deprecated: boolean;
  /** True: in a query the parameter may come without a value, whatever its schema says. */
  readonly allowEmptyValue: boolean;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  readonly node: DocumentNode;
  readonly schema: DocumentNode | undefined;
  /** Set when the value is a whole document of a media type instead of a styled value. */
  readonly content: Content | undefined;
}

export interface RequestBody {
  readonly required: boolean;
  readonly contents: readonly Content[];
  readonly node: DocumentNode;
}

export interface Content {
  readonly mediaType: string;
  readonly node: DocumentNode;
  readonly schema: DocumentNode | undefined;
  readonly examples: readonly Example[];
}

export interface Example {
  /** The key under `examples`, or "" for a lone `example`. */
  readonly name: string;
  readonly value: unknown;
  readonly node: DocumentNode;
}

export interface ResponseSpec {
  /** "200", "4XX" or "default". */
  readonly status: string;
  readonly node: DocumentNode;
  readonly headers: readonly Parameter[];
  readonly contents: readonly Content[];
}

export interface SecurityRequirement {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly scheme: SecurityScheme;
  readonly node: DocumentNode;
}

export type SecurityScheme =
  | { readonly type: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
  /** `scheme` in lower case: "basic", "bearer", "digest" ... oauth2 and openIdConnect travel as bearer tokens. */
  | { readonly type: 'http'; readonly scheme: string }
  | { readonly type: 'other'; readonly named: string };

/** The declared response for a status: exact, then its class ("4XX"), then "default". */
export function responseFor(operation: Operation, status: number): ResponseSpec | undefined {
  const exact = String(status);
  const range = `${exact[0]}XX`;
  let byRange: ResponseSpec | undefined;
  let byDefault: ResponseSpec | undefined;
  for (const response of operation.responses) {
    if (response.status === exact) return response;
    if (response.status === range) byRange = response;
    else if (response.status === 'default') byDefault = response;
  }
  return byRange ?? byDefault;
}

/** What an operation answers when all goes well: its lowest 2xx, else "default", else the first declared. */
export function findSuccessResponse(responses: readonly ResponseSpec[]): ResponseSpec | undefined {
  const successes = responses.filter(response => /^2(\d\d|XX)$/.test(response.status));
  successes.sort((left, right) => (left.status < right.status ? -1 : 1));
  return successes[0] ?? responses.find(response => response.status === 'default') ?? responses[0];
}

/** Whether the document speaks of a cookie: as a parameter, or as what a credential travels in. */
export function declaresCookie({ parameters, security }: Operation, name: string): boolean {
  return (
    parameters.some(each => each.in === 'cookie' && each.name === name) ||
    security
      .flat()
      .some(({ scheme }) => scheme.type === 'apiKey' && scheme.in === 'cookie' && scheme.name === name)
  );
}

const SECRET_NAMES = new WeakMap<ApiSpec, ReadonlySet<string>>();

/** The names, in lower case, under which the API keys of an API travel: also on calls that its document does not know. */
export function secretNames(api: ApiSpec | undefined): ReadonlySet<string> {
  let names = api && SECRET_NAMES.get(api);
  if (names === undefined) {
    const schemes = api?.operations.flatMap(({ security }) => security.flat()) ?? [];
    names = new Set(
      schemes.flatMap(({ scheme }) => (scheme.type === 'apiKey' ? [scheme.name.toLowerCase()] : [])),
    );
    if (api !== undefined) SECRET_NAMES.set(api, names);
  }
  return names;
}
