// The errors of the mock in one table, sent as application/problem+json (RFC 9457) with a deadringer type.
import { Buffer } from 'node:buffer';
import type { Response } from '../exchange/exchange.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import type { Operation } from '../openapi/model.ts';
import { MOCK_ERROR_HEADER } from '../routing/match-target.ts';

/** Every error of the mock itself; docs/codes.md lists them. */
export const PROBLEMS = {
  'no-such-path': { status: 404, title: 'No API serves this path' },
  'ambiguous-path': { status: 404, title: 'Several APIs declare this path' },
  'no-such-method': { status: 405, title: 'The path does not support this method' },
  'invalid-request': {
    status: 422,
    title: 'The request is invalid, and the document declares no response for that case',
  },
  unauthorized: {
    status: 401,
    title: 'Credentials are missing, and the document declares no response for that case',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has the wrong media type, and the document declares no response for that case',
  },
  'not-acceptable': {
    status: 406,
    title: 'The operation has no response in a media type that the client accepts',
  },
  'invalid-response': {
    status: 500,
    title: 'The response does not match the document, and the server is to reject such responses',
  },
  'bad-preference': { status: 400, title: 'The preference is invalid' },
  'not-declared': { status: 400, title: 'The document does not declare the requested response' },
  'body-too-large': { status: 413, title: 'The body is larger than the limit of this server' },
  'unknown-coding': { status: 415, title: 'The content coding is not supported' },
  'bad-coding': { status: 400, title: 'The body cannot be decoded with the content coding of the request' },
  'bad-request': { status: 400, title: 'The request is not valid HTTP' },
  'headers-too-large': { status: 431, title: 'The header fields are larger than the limit of this server' },
  'expectation-failed': { status: 417, title: 'The server cannot meet the Expect field of the request' },
  'not-a-proxy': { status: 501, title: 'This server is not a proxy' },
  'tls-required': { status: 400, title: 'This server requires HTTPS' },
  'request-timeout': { status: 408, title: 'The request was not received in time' },
  'rate-limited': {
    status: 429,
    title: 'The rate limit is exceeded, and the document declares no response for that case',
  },
  'bad-control': { status: 400, title: 'The request to the control API is invalid' },
  'credential-bound': { status: 409, title: 'The credential is bound to another session' },
  'control-unauthorized': { status: 401, title: 'The control API requires a token' },
  'control-forbidden': { status: 403, title: 'The control API rejects requests from this origin or host' },
  'too-many-checks': { status: 429, title: 'The server checks as many recordings as it can' },
  'no-such-control': { status: 404, title: 'The control API has no such resource' },
  'no-such-session': { status: 404, title: 'The server has no such session' },
  'no-stored-item': { status: 404, title: 'The session stores no such item' },
  'scenario-read-only': { status: 403, title: 'This server does not write the scenario' },
  'scenario-changed': { status: 409, title: 'The scenario file was changed by someone else' },
  'scenario-invalid': { status: 422, title: 'The scenario has errors, so it is not saved' },
  'scenario-not-saved': { status: 500, title: 'The scenario file cannot be written' },
  'bad-template': { status: 500, title: 'A template of the scenario cannot be rendered' },
  'scenario-ended': { status: 501, title: 'The reply list of the scenario is exhausted' },
  'not-renderable': { status: 501, title: 'The example cannot be serialized in its media type' },
  'nothing-to-say': { status: 501, title: 'The document declares no response that can be served' },
  'callback-failed': { status: 502, title: 'The callback or webhook was not sent, or got no response' },
  'no-upstream': {
    status: 501,
    title: 'A scenario replies with "upstream", and no upstream is configured',
  },
  'upstream-unreachable': { status: 502, title: 'The upstream service cannot be reached' },
  'upstream-tls': { status: 502, title: 'The TLS certificate of the upstream service is not trusted' },
  'upstream-timeout': { status: 504, title: 'The upstream service did not respond in time' },
  'upstream-broke': { status: 502, title: 'The upstream service closed the connection without a response' },
  'upstream-too-large': {
    status: 502,
    title: 'The response of the upstream service is too large for the delivery of the scenario',
  },
  'upstream-loop': { status: 508, title: 'The upstream is this server itself' },
  'upstream-garbage': { status: 502, title: 'The response of the upstream service is not valid HTTP' },
  'unusable-operation': {
    status: 501,
    title: 'The document declares the operation, or a part of it, wrongly',
  },
  'state-invalid': { status: 422, title: 'The item does not match its schema, so it is not stored' },
  'no-such-item': {
    status: 404,
    title: 'The session has no such item, and the document declares no response for that case',
  },
  'precondition-failed': {
    status: 412,
    title: 'The item does not meet the condition, and the document declares no response for that case',
  },
  'patch-failed': {
    status: 409,
    title: 'The patch cannot be applied, and the document declares no response for that case',
  },
  'state-full': { status: 507, title: 'The session stores as many items as it may' },
  'store-unavailable': { status: 503, title: 'The store of the sessions cannot be reached' },
  bug: { status: 500, title: 'Internal error in deadringer; please report it' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  readonly code: ProblemCode;
  /** One sentence about this occurrence. */
  readonly detail: string;
  /** How to fix it: a command or a sentence. */
  readonly hint?: string | undefined;
  /** Extension members of the problem document (RFC 9457 section 3.2). */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** How another mock sends it (see MockOptions.dialect); undefined: as this one does. */
  readonly sentAs?: { readonly type: string; readonly title: string; readonly status: number };
}

/** The problem for an operation, or a part of it, that the document declares wrongly. @param cause what is wrong */
export function unusableProblem({ location, message }: Finding): Problem {
  const detail = location === undefined ? message : `${formatLocation(location)}: ${message}`;
  const hint = 'correct the document at this line; "deadringer lint" lists all that is wrong with it';
  return { code: 'unusable-operation', detail, hint };
}

/** The problem for a request that needs the store of the sessions. @param error a StoreUnavailable */
export function storeProblem({ message }: Error): Problem {
  return {
    code: 'store-unavailable',
    detail: `the request needs its session: ${message}`,
    hint: 'send the request again; GET /__deadringer/health tells when the store is back',
    headers: { 'retry-after': ['1'] },
  };
}

/** The response for a problem. */
export function problemResponse(problem: Problem): Response {
  const { type, title, status } = problem.sentAs ?? {
    type: `deadringer:${problem.code}`,
    ...PROBLEMS[problem.code],
  };
  const { detail, hint, more } = problem;
  const document = {
    type,
    title,
    status,
    detail,
    ...(hint !== undefined && { hint }),
    ...more,
  };
  return {
    status,
    headers: {
      ...problem.headers,
      'content-type': ['application/problem+json'],
      [MOCK_ERROR_HEADER]: [problem.code],
    },
    body: Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`),
  };
}

/** @param operation to which the scenario replies */
export function noUpstreamProblem(operation: Pick<Operation, 'id' | 'api'> | undefined): Problem {
  const name = operation?.api.name;
  return {
    code: 'no-upstream',
    detail: `the scenario replies to ${operation?.id} with "upstream", and no upstream is configured for it`,
    hint: `deadringer serve --upstream ${name}=https://... --upstream-mode on-request`,
  };
}
