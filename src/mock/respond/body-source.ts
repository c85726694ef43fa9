// Where the body of a response comes from. The response has it as a hidden member, so that the request path does not carry it along.

import type { DocumentNode } from '../../document/documents.ts';
import type { Response } from '../../exchange/exchange.ts';

/** A node of a document without its value, which would keep the document in memory after a reload. */
export type NodeReference = Pick<DocumentNode, 'uri' | 'pointer'>;

export type BodySource =
  /** An example of the response; `name` is empty for "example". */
  | { readonly kind: 'example'; readonly name: string; readonly node: NodeReference }
  | {
      readonly kind: 'generated';
      readonly schema: NodeReference;
      /** Number of values that are examples or defaults of schemas; "all": the whole body is one. */
      readonly examples: number | 'all';
      /** True: generated from a seed. False: the same for every request. */
      readonly isSeeded: boolean;
    }
  /** A small valid file, or {}, because the document has neither example nor schema. */
  | { readonly kind: 'placeholder' }
  /** The document declares no content, or the status has no body. */
  | { readonly kind: 'empty' }
  /** The body of the reply of a scenario. */
  | { readonly kind: 'reply' }
  /** Another body with stored items laid over it. */
  | { readonly kind: 'state'; readonly base: BodySource | undefined }
  /** Another body with values of the request. */
  | {
      readonly kind: 'request-values';
      readonly base: BodySource;
      /** The names of the members that lead to the object with the values. */
      readonly place: readonly string[];
      /** Names of members of the request body, and of properties that have an id of the path. */
      readonly members: readonly string[];
      /** JSON Pointers below the place: what the response does not admit. */
      readonly leftOff: readonly string[];
    }
  /** Another body with the changes of a scenario. */
  | { readonly kind: 'patched'; readonly base: BodySource | undefined };

/** A member of the response: a WeakMap costs more time than the rest of what is done for it. */
const BODY_SOURCE: unique symbol = Symbol('body source');

type SourcedResponse = Response & { [BODY_SOURCE]?: BodySource };

/** @returns the response */
export function withBodySource(response: Response, source: BodySource | undefined): Response {
  if (source !== undefined) (response as SourcedResponse)[BODY_SOURCE] = source;
  return response;
}

/** Undefined: not a response of the document or of a scenario. */
export function bodySourceOf(response: Response): BodySource | undefined {
  return (response as SourcedResponse)[BODY_SOURCE];
}
