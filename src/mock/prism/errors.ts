// The errors of Prism, by the names that end their types: title, status, and the problem of the mock that each stands for.

import type { Problem, ProblemCode } from '../problem.ts';

interface PrismError {
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
}

const PRISM_ERRORS = {
  NO_PATH_MATCHED_ERROR: {
    title: 'Route not resolved, no path matched',
    status: 404,
    code: 'no-such-path',
  },
  NO_METHOD_MATCHED_ERROR: {
    title: 'Route resolved, but no method matched',
    status: 405,
    code: 'no-such-method',
  },
  NO_SERVER_MATCHED_ERROR: {
    title: 'Route not resolved, no server matched',
    status: 404,
    code: 'no-such-path',
  },
  NO_SERVER_CONFIGURATION_PROVIDED_ERROR: {
    title: 'Route not resolved, no server configuration provided',
    status: 404,
    code: 'no-such-path',
  },
  UNPROCESSABLE_ENTITY: { title: 'Invalid request', status: 422, code: 'invalid-request' },
  NOT_ACCEPTABLE: {
    title: 'The server cannot produce a representation for your accept header',
    status: 406,
    code: 'not-acceptable',
  },
  NOT_FOUND: {
    title: 'The server cannot find the requested content',
    status: 404,
    code: 'not-declared',
  },
  NO_RESPONSE_RESPONSE_DEFINED: {
    title: 'No response defined for the selected operation',
    status: 500,
    code: 'nothing-to-say',
  },
  NO_COMPLEX_OBJECT_TEXT: {
    title: 'Cannot serialise complex objects as text',
    status: 500,
    code: 'nothing-to-say',
  },
  UNAUTHORIZED: { title: 'Invalid security scheme used', status: 401, code: 'unauthorized' },
  VIOLATIONS: { title: 'Request/Response not valid', status: 500, code: 'invalid-response' },
  INVALID_CONTENT_TYPE: { title: 'Invalid content type', status: 415, code: 'unsupported-media-type' },
} as const satisfies Record<string, PrismError>;

/** A problem that is sent as Prism sends it: its type, title and status. */
export function prismProblem(
  name: keyof typeof PRISM_ERRORS,
  detail: string,
  more: Pick<Problem, 'more' | 'headers'> = {},
): Problem {
  const { title, status, code } = PRISM_ERRORS[name];
  return {
    code,
    detail,
    ...more,
    sentAs: { type: `https://stoplight.io/prism/errors#${name}`, title, status },
  };
}

/** Prism has errors without a type of their own; the title says what is wrong. */
export function unknownPrismProblem(title: string): Problem {
  const sentAs = { type: 'https://stoplight.io/prism/errors#UNKNOWN', title, status: 500 };
  return { code: 'nothing-to-say', detail: '', sentAs };
}
