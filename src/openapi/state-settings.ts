// What the extension `x-deadringer.state` says about the resources of a stateful mock.

/** What an operation does with the items of a resource. */
export const RESOURCE_ROLES = ['list', 'create', 'read', 'replace', 'update', 'delete', 'action'] as const;

export type ResourceRole = (typeof RESOURCE_ROLES)[number];

/** Each member corrects what would be inferred. */
export interface StateSettings {
  /** The property of an item that has its id. */
  readonly id?: string | undefined;
  /** JSON Pointer to the item in the body of a response. */
  readonly item?: string | undefined;
  /** JSON Pointer to the array of items in the body of a list. */
  readonly list?: string | undefined;
  /** The name of the resource that the operation belongs to. */
  readonly resource?: string | undefined;
  /** Properties whose values must differ between items. */
  readonly unique?: readonly string[] | undefined;
  readonly role?: ResourceRole | undefined;
  /** The members that an action sets in the stored item. */
  readonly set?: Readonly<Record<string, unknown>> | undefined;
}

/** False: the operation is answered as documented. */
export type DeclaredState = boolean | StateSettings;

/** The settings of an outer level, overridden key by key by those of an inner one. */
export function overrideState(
  outer: false | StateSettings,
  inner: DeclaredState | undefined,
): false | StateSettings {
  if (inner === undefined) return outer;
  if (inner === false) return false;
  const kept = outer === false ? {} : outer;
  return inner === true ? kept : { ...kept, ...inner };
}
