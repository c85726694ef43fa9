// The mock's own errors, in one table. They are problem+json with a deadringer type, so that none is mistaken for an API's.
import { Buffer } from 'node:buffer';
import { OWN_ERROR } from '../check/subject.ts';
import type { Response } from '../exchange/exchange.ts';

const PROBLEMS = {
  'no-such-path': { status: 404, title: 'No API here answers this path' },
  'no-such-method': { status: 405, title: 'The path exists, but not with this method' },
  'invalid-request': {
    status: 422,
    title: 'The request breaks the contract, and the document declares no answer for that',
  },
  unauthorized: {
    status: 401,
    title: 'Credentials are missing, and the document declares no answer for that',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has the wrong media type, and the document declares no answer for that',
  },
  'not-acceptable': { status: 406, title: 'Nothing the operation answers with is acceptable to the client' },
  'bad-preference': { status: 400, title: 'The preference is not understood' },
  'not-declared': { status: 400, title: 'The document does not declare what was asked for' },
  'body-too-large': { status: 413, title: 'The body is larger than this server reads' },
  'unknown-coding': { status: 415, title: 'The content coding is not known' },
  'bad-coding': { status: 400, title: 'The body is not in the content coding that the request names' },
  'bad-request': { status: 400, title: 'This is not HTTP' },
  'headers-too-large': { status: 431, title: 'The header fields are larger than this server reads' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time' },
  'bad-control': { status: 400, title: 'The control API does not understand this' },
  'control-unauthorized': { status: 401, title: 'The control API asks for its token' },
  'control-forbidden': { status: 403, title: 'The control API takes no such request' },
  'no-such-control': { status: 404, title: 'The control API has nothing at this path' },
  'bad-template': { status: 500, title: 'A template of the scenario cannot be filled in' },
  'scenario-ended': { status: 501, title: 'The list of the scenario has come to its end' },
  'not-renderable': { status: 501, title: 'The example cannot be written in its media type' },
  'nothing-to-say': { status: 501, title: 'The document gives no answer that could be served' },
  'no-upstream': {
    status: 501,
    title: 'A scenario asks for the real service, and the server was told of none',
  },
  'upstream-unreachable': { status: 502, title: 'The real service cannot be reached' },
  'upstream-tls': { status: 502, title: 'The real service cannot prove who it is' },
  'upstream-timeout': { status: 504, title: 'The real service did not answer in time' },
  'upstream-broke': { status: 502, title: 'The real service ended the connection without an answer' },
  'upstream-too-large': {
    status: 502,
    title: 'The answer of the real service is too large for the scenario',
  },
  'upstream-loop': { status: 508, title: 'The real service that is named is this server itself' },
  'upstream-garbage': { status: 502, title: 'The real service answered with what is not HTTP' },
  'unusable-schema': { status: 500, title: 'A schema of the document cannot be used for judging' },
  bug: { status: 500, title: 'deadringer itself failed; please report this' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  readonly code: ProblemCode;
  /** What happened here, in one sentence. */
  readonly detail: string;
  /** What to do about it: a command or a sentence. */
  readonly hint?: string | undefined;
  /** Further members of the problem document. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

/** RFC 9457 problem details. */
export function problemResponse(problem: Problem): Response {
  const { status, title } = PROBLEMS[problem.code];
  const { detail, hint, more } = problem;
  const document = {
    type: `deadringer:${problem.code}`,
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
      [OWN_ERROR]: [problem.code],
    },
    body: Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`),
  };
}
