// The resources of a document, for a stateful mock: which operations list, create, read, change and delete the same items.

import type { DocumentNode } from '../../document/documents.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import type { ResourceRole } from '../../openapi/state-settings.ts';

/** Where a body contains an item or a list of items. */
export interface BodyPlace {
  /** JSON Pointer into the body: "" for the body itself, "/data" for a member that wraps it. */
  readonly pointer: string;
  /** The rule that found it, in plain words, such as "the only array whose items have the properties of the item". */
  readonly rule: string;
}

/** An action such as POST /orders/{id}/cancel. It is never guessed: the document declares what it sets. */
export interface ResourceAction {
  readonly operation: Operation;
  /** The members that the action sets in the stored item. */
  readonly set: Readonly<Record<string, unknown>>;
}

/** A collection of items, with the operations on it. At least two of the operations exist. */
export interface Resource {
  readonly api: ApiSpec;
  /** Unique in the API: the text segments of the collection's path, such as "owners/pets" for /owners/{ownerId}/pets. */
  readonly name: string;
  /** The path template of the collection, such as "/owners/{ownerId}/pets". */
  readonly collection: string;
  /** The path template of an item, such as "/owners/{ownerId}/pets/{petId}"; undefined: no path leads to one item. */
  readonly item: string | undefined;
  /** Names of the path parameters before the one of the item, outermost first. */
  readonly parents: readonly string[];
  /** The path parameter of the item; undefined: as for `item`. */
  readonly idParameter: string | undefined;
  /** The property of an item that has its id; undefined: none was found, and the id is known by the path only. */
  readonly idProperty: string | undefined;
  /** The rule that found `idProperty`, or why there is none. */
  readonly idRule: string;
  /** The schema of an item in a response; undefined: no response declares one. */
  readonly itemSchema: DocumentNode | undefined;
  readonly operations: {
    readonly list?: Operation;
    readonly create?: Operation;
    readonly read?: Operation;
    /** Its path may be that of the collection: then the id is in the request's body. */
    readonly replace?: Operation;
    readonly update?: Operation;
    readonly delete?: Operation;
  };
  readonly actions: readonly ResourceAction[];
  /** Where the body of a list has the array of items; undefined: there is no list, or no array was found. */
  readonly listPlace: BodyPlace | undefined;
  /** Properties whose values must differ between items, as the document declares with `x-deadringer.state.unique`. */
  readonly unique: readonly string[];
}

export interface OperationRole {
  readonly resource: Resource;
  readonly role: ResourceRole;
  /** The rule that gave the operation its role. */
  readonly rule: string;
  /** The variables of its own path that name the parents and the item: operations of one resource may name them differently. */
  readonly parents: readonly string[];
  readonly idParameter: string | undefined;
  /** Where the body of its success response has the item; undefined: it has none, or the role is `list`. */
  readonly itemPlace: BodyPlace | undefined;
}

/** An operation that looks like part of a resource and was not understood. */
export interface StateGap {
  readonly operation: Operation;
  /** In plain words, with the remedy. */
  readonly reason: string;
}

export interface ApiResources {
  readonly resources: readonly Resource[];
  readonly gaps: readonly StateGap[];
  /** The resource and the role of an operation; undefined: it has none. */
  readonly roleOf: (operation: Operation) => OperationRole | undefined;
}
