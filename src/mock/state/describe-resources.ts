// Describes the resources of a document as plain JSON: what was inferred, by which rules, and what was not understood.

import { formatPosition } from '../../finding/finding.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import { resourcesOf } from './infer-resources.ts';
import type { BodyPlace } from './resource.ts';
import type { ItemRole } from './resource-drafts.ts';

export interface ResourceView {
  readonly name: string;
  readonly collection: string;
  /** Missing: no path leads to one item. */
  readonly item?: string;
  readonly parents: readonly string[];
  readonly idParameter?: string;
  /** Missing: the id is known by the path only. */
  readonly idProperty?: string;
  readonly idRule: string;
  readonly listPlace?: BodyPlace;
  readonly unique: readonly string[];
  /** By role. */
  readonly operations: { readonly [role in ItemRole]?: RoleView };
  readonly actions: readonly (RoleView & { readonly set: Readonly<Record<string, unknown>> })[];
}

export interface RoleView {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly rule: string;
  /** Where the body of the success response has the item; missing: it has none, or it has a list. */
  readonly itemPlace?: BodyPlace;
  /** "file:line:column" */
  readonly location: string;
}

export interface ApiResourcesView {
  readonly name: string;
  readonly file: string;
  readonly resources: readonly ResourceView[];
  readonly notUnderstood: readonly {
    readonly operation: string;
    readonly method: string;
    readonly path: string;
    readonly reason: string;
    readonly location: string;
  }[];
}

export function describeResources(api: ApiSpec): ApiResourcesView {
  const { resources, gaps, roleOf } = resourcesOf(api);
  const identity = (operation: Operation) => ({
    operation: operation.id,
    method: operation.method,
    path: operation.path,
    location: formatPosition(api.documents.locate(operation.node)),
  });
  const view = (operation: Operation): RoleView => {
    const { rule = '', itemPlace } = roleOf(operation) ?? {};
    return { ...identity(operation), rule, ...(itemPlace !== undefined && { itemPlace }) };
  };
  return {
    name: api.name,
    file: api.file,
    resources: resources.map(resource => ({
      name: resource.name,
      collection: resource.collection,
      ...(resource.item !== undefined && { item: resource.item }),
      parents: resource.parents,
      ...(resource.idParameter !== undefined && { idParameter: resource.idParameter }),
      ...(resource.idProperty !== undefined && { idProperty: resource.idProperty }),
      idRule: resource.idRule,
      ...(resource.listPlace !== undefined && { listPlace: resource.listPlace }),
      unique: resource.unique,
      operations: Object.fromEntries(
        Object.entries(resource.operations).map(([role, operation]) => [role, view(operation)]),
      ),
      actions: resource.actions.map(({ operation, set }) => ({ ...view(operation), set })),
    })),
    notUnderstood: gaps.map(({ operation, reason }) => ({ ...identity(operation), reason })),
  };
}
