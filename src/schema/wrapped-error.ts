// Errors that a keyword takes over from another validator, with what the first validator reported.

import type { ErrorObject } from 'ajv';

/**
 * An error that a keyword returns from another validator. ajv overwrites schema, data and schemaPath of such errors with
 * those of the keyword, so `inner` keeps the original.
 */
export interface WrappedError extends ErrorObject {
  readonly inner: ErrorObject;
}

export function wrapError(error: ErrorObject): WrappedError {
  return { ...error, inner: unwrapError(error) };
}

/** The error as the first validator reported it. */
export function unwrapError(error: ErrorObject): ErrorObject {
  return (error as Partial<WrappedError>).inner ?? error;
}
