// Decides which operations belong to which resource, and what they do with its items, from paths, methods and bodies.

import { SAFE_METHODS } from '../../exchange/methods.ts';
import type { ApiSpec, Operation } from '../../openapi/model.ts';
import type { StateSettings } from '../../openapi/state-settings.ts';
import { preferredSchema } from './body-places.ts';
import { findNamedId } from './id-property.ts';
import { readLinks } from './links.ts';
import { createsSeveral, listsWhatIsCreated, returnsArray, returnsItems } from './operation-bodies.ts';
import { keysAbove, type PathShape, readPathShape } from './path-shape.ts';
import type { StateGap } from './resource.ts';
import { DraftRegistry, type ItemRole, itemNamesOf, type ResourceDraft } from './resource-drafts.ts';
import type { ReadShape } from './schema-shape.ts';

/** An operation that may get a role. */
interface Candidate {
  readonly operation: Operation;
  readonly shape: PathShape;
  readonly settings: StateSettings;
}

export interface AssignedRoles {
  /** Each with two operations or more. */
  readonly drafts: readonly ResourceDraft[];
  readonly gaps: readonly StateGap[];
}

const ITEM_ROLES: Readonly<Record<string, ItemRole>> = {
  GET: 'read',
  PUT: 'replace',
  PATCH: 'update',
  DELETE: 'delete',
};
const COLLECTION_ROLES: Readonly<Record<string, ItemRole>> = { GET: 'list', POST: 'create' };

export const NO_ARRAY =
  'its response has no array of items; name one with x-deadringer: {state: {list: POINTER}}';

export function assignRoles(api: ApiSpec, readShape: ReadShape): AssignedRoles {
  return new RoleAssignment(api, readShape).assign();
}

class RoleAssignment {
  readonly #api: ApiSpec;
  readonly #readShape: ReadShape;
  readonly #drafts = new DraftRegistry();
  readonly #gaps: StateGap[] = [];
  readonly #candidates: readonly Candidate[];
  /** Operations without a role so far. */
  readonly #left: Map<Operation, Candidate>;

  constructor(api: ApiSpec, readShape: ReadShape) {
    this.#api = api;
    this.#readShape = readShape;
    this.#candidates = api.operations.flatMap((operation): Candidate[] =>
      operation.unusable !== undefined || operation.state === false
        ? []
        : [{ operation, shape: readPathShape(operation), settings: operation.state }],
    );
    this.#left = new Map(this.#candidates.map(candidate => [candidate.operation, candidate]));
  }

  assign(): AssignedRoles {
    const inferred = this.#candidates.filter(
      ({ settings: { resource, role, set } }) => (resource ?? role ?? set) === undefined,
    );
    for (const candidate of inferred) this.#item(candidate);
    this.#collectionsWithoutItem(inferred);
    for (const candidate of inferred)
      this.#collection(candidate, 'the path of the collection', shape =>
        this.#drafts.ofCollection(shape.key),
      );
    for (const candidate of inferred)
      this.#collection(candidate, 'the path of the collection in singular or plural', shape =>
        shape.variants.map(key => this.#drafts.ofCollection(key)).find(draft => draft?.itemKey !== undefined),
      );
    for (const candidate of inferred) this.#otherMethods(candidate);
    for (const candidate of this.#candidates) this.#declared(candidate);
    this.#links();
    for (const candidate of this.#candidates) this.#action(candidate);
    const drafts = this.#drafts
      .all()
      .filter(({ operations, actions }) => operations.size + actions.length > 1);
    const kept = new Set(drafts);
    for (const candidate of this.#left.values()) this.#reportLeft(candidate, kept);
    return { drafts, gaps: this.#gaps };
  }

  #take({ operation, shape }: Candidate, draft: ResourceDraft, role: ItemRole, rule: string): void {
    draft.operations.set(role, { operation, rule });
    if (shape.item === undefined && (role === 'list' || (role === 'create' && !draft.operations.has('list'))))
      draft.collection = operation.path;
    this.#left.delete(operation);
  }

  #item(candidate: Candidate): void {
    const { operation, shape } = candidate;
    const role = ITEM_ROLES[operation.method];
    if (shape.item === undefined || role === undefined) return;
    // GET /tags/{objectId} that returns an array: the variable names a parent.
    if (role === 'read' && returnsArray(operation, this.#readShape)) return;
    const draft = this.#drafts.forPath(operation, shape);
    if (!draft.operations.has(role)) this.#take(candidate, draft, role, 'the path of an item');
  }

  /** Paths with GET and POST whose items have no path of their own, such as comments. */
  #collectionsWithoutItem(candidates: readonly Candidate[]): void {
    const creating = new Map<string, Candidate>();
    for (const candidate of candidates)
      if (candidate.operation.method === 'POST' && candidate.shape.item === undefined)
        creating.set(candidate.shape.key, candidate);
    for (const { operation, shape } of candidates) {
      const post = operation.method === 'GET' ? creating.get(shape.key)?.operation : undefined;
      if (post === undefined || this.#drafts.ofCollection(shape.key) !== undefined) continue;
      if (listsWhatIsCreated(operation, post, this.#readShape)) this.#drafts.forPath(operation, shape);
    }
  }

  #collection(
    candidate: Candidate,
    rule: string,
    find: (shape: PathShape) => ResourceDraft | undefined,
  ): void {
    const { operation, shape } = candidate;
    const role = COLLECTION_ROLES[operation.method];
    if (shape.item !== undefined || role === undefined || !this.#left.has(operation)) return;
    const draft = find(shape);
    if (draft === undefined || draft.operations.has(role)) return;
    if (role === 'list' && !returnsItems(operation, itemNamesOf(draft), this.#readShape)) return;
    if (role === 'create' && createsSeveral(operation, this.#readShape)) {
      this.#gap(operation, 'its request body is an array, so it creates several items at once');
      return;
    }
    this.#take(candidate, draft, role, rule);
  }

  /** POST on an item, and PUT on a collection with the id in the body. */
  #otherMethods(candidate: Candidate): void {
    const { operation, shape } = candidate;
    if (operation.method === 'POST' && shape.item !== undefined) {
      const draft = this.#drafts.ofItem(shape.key);
      if (draft === undefined || draft.operations.has('replace') || draft.operations.has('update')) return;
      this.#take(candidate, draft, 'update', 'POST on an item that has neither PUT nor PATCH');
    } else if (operation.method === 'PUT' && shape.item === undefined) {
      const draft = this.#drafts.ofCollection(shape.key);
      if (draft?.parameter === undefined || draft.operations.has('replace')) return;
      const body = preferredSchema(operation.requestBody?.contents ?? []);
      if (
        body === undefined ||
        findNamedId(this.#readShape(body), itemNamesOf(draft), this.#readShape) === undefined
      )
        return;
      this.#take(candidate, draft, 'replace', 'PUT on the collection, with the id in the body');
    }
  }

  #declared(candidate: Candidate): void {
    const { operation, shape, settings } = candidate;
    if (settings.resource === undefined && settings.role === undefined) return;
    if (settings.role === 'action' || settings.set !== undefined) return;
    const roles = shape.item === undefined ? COLLECTION_ROLES : ITEM_ROLES;
    const role = settings.role ?? roles[operation.method];
    if (role === undefined) {
      this.#gap(operation, 'its role is not known; name it with x-deadringer: {state: {role: ROLE}}');
      return;
    }
    const known = settings.resource === undefined ? undefined : this.#drafts.named(settings.resource);
    const isItem = shape.item !== undefined && known?.item === undefined;
    const draft =
      known !== undefined && !isItem ? known : this.#drafts.forPath(operation, shape, settings.resource);
    const displaced = draft.operations.get(role)?.operation;
    this.#take(candidate, draft, role, 'x-deadringer.state');
    const before = this.#candidates.find(each => each.operation === displaced);
    if (before !== undefined) this.#left.set(before.operation, before);
  }

  /** A link from the response of one operation to the operations on the item that it names. */
  #links(): void {
    for (const { source, target, property } of readLinks(this.#api)) {
      const shape = readPathShape(target);
      const draft = this.#drafts.ofItem(shape.key);
      if (draft === undefined) continue;
      draft.linkedId ??= property;
      const candidate = this.#left.get(source);
      if (candidate === undefined || source.method !== 'POST' || draft.operations.has('create')) continue;
      if (candidate.settings.set !== undefined || candidate.shape.parents.join() !== draft.parents.join())
        continue;
      this.#take(candidate, draft, 'create', `a link to ${target.id}`);
    }
  }

  #action({ operation, shape, settings: { set, resource, role } }: Candidate): void {
    if (set === undefined && role !== 'action') return;
    const above = [shape.key, ...keysAbove(shape.key)].map(key => this.#drafts.ofItem(key));
    const draft =
      resource === undefined ? above.find(each => each !== undefined) : this.#drafts.named(resource);
    if (draft === undefined) {
      this.#gap(
        operation,
        'no resource has the item of this action; name it with x-deadringer: {state: {resource: NAME}}',
      );
      return;
    }
    draft.actions.push({ operation, rule: 'x-deadringer.state', set: set ?? {} });
    this.#left.delete(operation);
  }

  #reportLeft({ operation, shape }: Candidate, drafts: ReadonlySet<ResourceDraft>): void {
    const isKept = (draft: ResourceDraft | undefined): draft is ResourceDraft =>
      draft !== undefined && drafts.has(draft);
    // Without a role they are answered as documented, because there is nothing to store.
    if (SAFE_METHODS.has(operation.method)) {
      const listed = operation.method === 'GET' ? this.#drafts.ofCollection(shape.key) : undefined;
      if (isKept(listed) && !listed.operations.has('list')) this.#gap(operation, NO_ARRAY);
      return;
    }
    const own = this.#drafts.ofItem(shape.key);
    if (isKept(own))
      this.#gap(
        operation,
        `${operation.method} on an item that has PUT or PATCH; say what it does with x-deadringer: {state: {set: ...}}`,
      );
    else if (isKept(this.#drafts.ofCollection(shape.key)))
      this.#gap(
        operation,
        `${operation.method} on a collection is about several items, so it is answered as documented`,
      );
    else if (keysAbove(shape.key).some(key => isKept(this.#drafts.ofItem(key))))
      this.#gap(
        operation,
        'an action is never guessed; say what it sets with x-deadringer: {state: {set: {MEMBER: VALUE}}}',
      );
  }

  #gap(operation: Operation, reason: string): void {
    this.#gaps.push({ operation, reason });
    this.#left.delete(operation);
  }
}
