// The model of OpenAPI documents: APIs, operations, parameters, bodies and responses, each with its document node.

import type { DocumentNode, DocumentSet } from '../document/documents.ts';
import { type SecretNames, withPersonalData } from '../exchange/personal-data.ts';
import type { Finding } from '../finding/finding.ts';
import type { OpenApiVersion } from '../schema/openapi-version.ts';
import type { CompiledSchemas } from '../schema/schemas.ts';
import type { TemplateSegment } from './path-template.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Refusals } from './refusals.ts';
import type { ExpressionText } from './runtime-expression.ts';
import type { StateSettings } from './state-settings.ts';
import type { TextPattern } from './text-pattern.ts';

/** All loaded OpenAPI documents. */
export interface Contract {
  readonly apis: readonly ApiSpec[];
}

/** One OpenAPI document with its operations. */
export interface ApiSpec {
  /** "petstore" for specs/petstore.yaml, unless the user gave another. URLs begin with it. */
  readonly name: string;
  /** The file relative to `LoadOptions.relativeTo`. */
  readonly file: string;
  readonly title: string;
  /** The version of OpenAPI by whose rules the document is read. */
  readonly version: OpenApiVersion;
  /** The format that the user wrote, for messages: "Swagger 2.0", "OpenAPI 3.1.0". */
  readonly format: string;
  readonly root: DocumentNode;
  readonly documents: DocumentSet;
  readonly schemas: CompiledSchemas;
  /** True: personal data is redacted like secrets. Equal in all documents of a contract. */
  readonly redactPersonal: boolean;
  readonly operations: readonly Operation[];
  readonly webhooks: readonly Webhook[];
}

/** A request that the API sends to a URL of its client, such as a notification. The response is the client's. */
export interface Webhook {
  /** The key under `webhooks`. */
  readonly name: string;
  /** Its path has parameters only, because the client chooses the URL. */
  readonly operation: Operation;
}

/** A webhook that a request to an operation causes. */
export interface Callback extends Webhook {
  /** The URL to which it is sent. */
  readonly url: ExpressionText;
}

/** A parsed server URL. Variables are wildcards, or alternatives when they have an `enum`. */
export interface ServerUrl {
  /** The URL as the document writes it, variables replaced by their defaults. */
  readonly url: string;
  /** Undefined when the server URL is relative. */
  readonly host: ServerHost | undefined;
  readonly segments: readonly TemplateSegment[];
  /** The base path with defaults filled in, without a trailing slash: "/api/storefront/v1" or "". */
  readonly basePath: string;
}

/** The method of an unusable operation whose methods are not known. It matches every method. */
export const ANY_METHOD = '*';

/** The host of a server URL. */
export interface ServerHost {
  /** "https"; undefined: the document names none, or a variable. */
  readonly scheme: string | undefined;
  /** In lower case, without the port. */
  readonly name: TextPattern;
  /** Undefined: the document names no port. */
  readonly port: TextPattern | undefined;
}

/** One method on one path template. */
export interface Operation {
  readonly api: ApiSpec;
  /** The operationId, or "GET /pets/{id}" without one. */
  readonly id: string;
  /** As it is sent: in upper case, unless the document declares an additional operation in another case. */
  readonly method: string;
  /** The path template as the document writes it, without a query or fragment. */
  readonly path: string;
  readonly segments: readonly TemplateSegment[];
  readonly servers: readonly ServerUrl[];
  readonly node: DocumentNode;
  readonly deprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly requestBody: RequestBody | undefined;
  readonly responses: readonly ResponseSpec[];
  /** The response that `findSuccessResponse` returns. */
  readonly successResponse: ResponseSpec | undefined;
  /** Alternatives; all requirements of one alternative must be met. Empty: no credentials are required. */
  readonly security: readonly (readonly SecurityRequirement[])[];
  readonly refusals: Refusals;
  readonly callbacks: readonly Callback[];
  /** What `x-deadringer.state` says about the operation; false: a stateful mock answers it as documented. */
  readonly state: false | StateSettings;
  /** What `x-deadringer.rate-limit` says about the operation. */
  readonly rateLimit: RateLimit;
  /** Set if the document declares the operation in a way that cannot be read. Nothing else is known of it then. */
  readonly unusable?: Finding;
  /** Of each declared parameter that cannot be read. It is not in `parameters`. */
  readonly unusableParameters: readonly Finding[];
}

export type ParameterStyle =
  | 'simple'
  | 'label'
  | 'matrix'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'deepObject'
  | 'cookie';

/** A parameter, or a response header: OpenAPI defines headers as parameters in "header" with style "simple". */
export interface Parameter {
  readonly name: string;
  /** "querystring": the whole query string, written in the media type of `content` (OpenAPI 3.2). */
  readonly in: 'path' | 'query' | 'querystring' | 'header' | 'cookie';
  readonly required: boolean;
  readonly deprecated: boolean;
  /** True: a query parameter may have an empty value even if its schema does not allow one. */
  readonly allowEmptyValue: boolean;
  readonly style: ParameterStyle;
  readonly explode: boolean;
  /** True: characters that URLs reserve, and what is percent-encoded already, are not encoded. */
  readonly allowReserved: boolean;
  readonly node: DocumentNode;
  readonly schema: DocumentNode | undefined;
  /** Set when the value is serialized in a media type instead of a style. */
  readonly content: Content | undefined;
  /** Those beside `schema` or `content`. */
  readonly examples: readonly Example[];
}

export interface RequestBody {
  readonly required: boolean;
  readonly contents: readonly Content[];
  readonly node: DocumentNode;
  /** Set if the document declares the body in a way that cannot be read. */
  readonly unusable?: Finding;
}

export interface Content {
  readonly mediaType: string;
  readonly node: DocumentNode;
  readonly schema: DocumentNode | undefined;
  readonly examples: readonly Example[];
}

export interface Example {
  /** The key under `examples`, or "" for `example`. */
  readonly name: string;
  /** The data; a text if the document has the serialized form only, and it is no JSON. */
  readonly value: unknown;
  readonly node: DocumentNode;
  /** True: `dataValue`, which is never a serialized form. */
  readonly isData?: true;
  /** The node of `serializedValue`. */
  readonly serialized?: DocumentNode & { readonly value: string };
  /** The serialized form of a body, which is sent as it is: `serializedValue`, or a file in another format than JSON. */
  readonly bytes?: Uint8Array;
}

export interface ResponseSpec {
  /** "200", "4XX" or "default". */
  readonly status: string;
  readonly node: DocumentNode;
  readonly headers: readonly Parameter[];
  /** Of each declared header that cannot be read. */
  readonly unusableHeaders: readonly Finding[];
  readonly contents: readonly Content[];
  /** Set if the document declares the response in a way that cannot be read. */
  readonly unusable?: Finding;
}

export interface SecurityRequirement {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly scheme: SecurityScheme;
  readonly node: DocumentNode;
}

export type SecurityScheme = { readonly deprecated?: true } & SchemeKind;

type SchemeKind =
  | { readonly type: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string }
  /** `scheme` in lower case: "basic", "bearer", "digest" ... oauth2 and openIdConnect are sent as bearer tokens. */
  | { readonly type: 'http'; readonly scheme: string }
  /** A scheme that cannot be checked, such as mutualTLS, or one that is not declared. */
  | { readonly type: 'other'; readonly declaredType: string };

/** "OpenAPI 3.0.3, Swagger 2.0": the formats of the documents. */
export function formatsOf({ apis }: Contract): string {
  return [...new Set(apis.map(({ format }) => format))].toSorted().join(', ');
}

/** Finds the declared response for a status: the exact status, then its range ("4XX"), then "default". */
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

/** The success response of an operation: the lowest 2xx, else "default", else the first declared. */
export function findSuccessResponse(responses: readonly ResponseSpec[]): ResponseSpec | undefined {
  const successes = responses.filter(response => /^2(\d\d|XX)$/.test(response.status));
  successes.sort((left, right) => (left.status < right.status ? -1 : 1));
  return successes[0] ?? responses.find(response => response.status === 'default') ?? responses[0];
}

/** True if the document declares the cookie as a parameter or as an API key. */
export function declaresCookie({ parameters, security }: Operation, name: string): boolean {
  return (
    parameters.some(each => each.in === 'cookie' && each.name === name) ||
    security
      .flat()
      .some(({ scheme }) => scheme.type === 'apiKey' && scheme.in === 'cookie' && scheme.name === name)
  );
}

/** The requests that the API sends: callbacks and webhooks. */
export function sentOperations({ operations, webhooks }: ApiSpec): Operation[] {
  const callbacks = operations.flatMap(each => each.callbacks);
  return [...callbacks, ...webhooks].map(({ operation }) => operation);
}

const SECRET_NAMES = new WeakMap<ApiSpec, ReadonlySet<string>>();

/** The names, in lower case, of the headers, query parameters and cookies that contain API keys of an API. */
export function secretNames(api: ApiSpec | undefined): ReadonlySet<string> {
  let names = api && SECRET_NAMES.get(api);
  if (names === undefined) {
    const operations = api === undefined ? [] : [...api.operations, ...sentOperations(api)];
    const schemes = operations.flatMap(({ security }) => security.flat());
    names = new Set(
      schemes.flatMap(({ scheme }) => (scheme.type === 'apiKey' ? [scheme.name.toLowerCase()] : [])),
    );
    if (api !== undefined) SECRET_NAMES.set(api, names);
  }
  return names;
}

/** The names of what is redacted in everything that is written: secrets, and on request personal data. */
export function redactedNames(
  api: ApiSpec | undefined,
  redactPersonal = api?.redactPersonal === true,
): SecretNames {
  return redactPersonal ? withPersonalData(secretNames(api)) : secretNames(api);
}
