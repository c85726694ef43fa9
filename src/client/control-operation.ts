// The operations of the control API as types: what each takes, and what it returns.
import type { components, paths } from './control-api.ts';

export type ControlPath = keyof paths;
export type ControlMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type ControlSchemaName = keyof components['schemas'];
export type ControlSchema<Name extends ControlSchemaName> = components['schemas'][Name];

/** The paths that have a method. */
export type PathsWith<M extends ControlMethod> = {
  [P in ControlPath]: paths[P] extends Record<M, unknown> ? P : never;
}[ControlPath];

type OperationOf<P extends ControlPath, M extends ControlMethod> =
  paths[P] extends Record<M, infer O> ? O : never;
type PathValues<T> = T extends { parameters: { path: infer V } } ? V : object;
type QueryValues<T> = T extends { parameters: { query?: infer V } } ? V & object : object;
type JsonBody<T> = T extends { requestBody?: { content: { 'application/json': infer B } } } ? B : never;
type JsonOf<T> = T extends { content: { 'application/json': infer B } } ? B : undefined;
type Success<T> = T extends { responses: infer R } ? JsonOf<R[keyof R & (200 | 201 | 204)]> : never;

/** What a call sends: the values of its path and query parameters, and its JSON body. */
export interface ControlCall<P extends ControlPath, M extends ControlMethod> {
  readonly path?: PathValues<paths[P]> & PathValues<OperationOf<P, M>>;
  readonly query?: QueryValues<OperationOf<P, M>>;
  readonly body?: JsonBody<OperationOf<P, M>>;
}

/** The JSON that a call sends. */
export type ControlBody<P extends ControlPath, M extends ControlMethod> = NonNullable<
  JsonBody<OperationOf<P, M>>
>;

/** The JSON of a successful response; undefined if it has none. */
export type ControlResult<P extends ControlPath, M extends ControlMethod> = Success<OperationOf<P, M>>;
