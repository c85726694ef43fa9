// Errors that a keyword takes over from another validator, with what the first validator reported.

import type { ErrorObject } from 'ajv';

/**
 * An error that a keyword returns from another validator. ajv overwrites schema, data and schemaPath of such errors with
 * those of the keyword, so `inner` keeps the original.
 */
export interface CarriedError extends ErrorObject {
  readonly inner: ErrorObject;
}

export function carried(error: ErrorObject): CarriedError {
  return { ...error, inner: innermost(error) };
}

/** The error as the first validator reported it. */
export function innermost(error: ErrorObject): ErrorObject {
  return (error as Partial<CarriedError>).inner ?? error;
}
