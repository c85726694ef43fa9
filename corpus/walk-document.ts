// Walks through the resources of one document: creates, reads, changes, deletes and lists items, and judges each answer.
import { isObject, type Json } from './json.ts';
import type { Random } from './random.ts';
import { isRefused, isSuccess, type Sent, stateOf, type WalkCalls, type WalkFault } from './walk-calls.ts';
import {
  idOf,
  isSameParents,
  jsonOf,
  leftOffOf,
  type RoleOperation,
  type WalkItem,
  type WalkResource,
  type WalkRole,
  WalkTable,
} from './walk-model.ts';
import { valueBelow } from './walk-properties.ts';

/** A number that is not a fault is in `counts` only. */
export interface WalkResult {
  readonly counts: Map<string, number>;
  readonly faults: readonly WalkFault[];
}

/** Roles in the order of their share of the calls. */
const ROLES: readonly WalkRole[] = [
  ...(['create', 'create', 'read', 'read', 'read', 'update', 'update'] as const),
  ...(['replace', 'list', 'list', 'delete'] as const),
];

const PAGE_SIZES = /^(limit|per_page|page_size|pagesize|perpage|maxresults|max_results)$/i;
/** Calls for one resource before another one is chosen. */
const CALLS_IN_A_ROW = 8;
const MAX_PARENTS = 4;

export class DocumentWalk {
  readonly #calls: WalkCalls;
  readonly #random: Random;
  readonly #tables: readonly WalkTable[];

  constructor(calls: WalkCalls, resources: readonly WalkResource[], random: Random) {
    this.#calls = calls;
    this.#random = random;
    this.#tables = resources.map(resource => new WalkTable(resource));
  }

  async walk(calls: number): Promise<WalkResult> {
    // Resources that nothing creates are answered as documented: a walk finds nothing there.
    const creating = this.#tables.filter(
      ({ resource: { operations } }) => operations.create ?? operations.replace,
    );
    const tables = creating.length > 0 ? creating : this.#tables;
    // A document whose requests cannot be sampled ends, too.
    for (let turns = 0; this.#calls.sent < calls && turns < calls && tables.length > 0; turns++) {
      const table = tables[this.#random.below(tables.length)] as WalkTable;
      const parents = await this.#parentsFor(table, 0);
      for (let call = 0; call < CALLS_IN_A_ROW && this.#calls.sent < calls; call++)
        await this.#step(table, parents);
    }
    const { counts, faults } = this.#calls;
    return { counts, faults };
  }

  async #step(table: WalkTable, parents: readonly string[] | undefined): Promise<void> {
    const role = ROLES[this.#random.below(ROLES.length)] as WalkRole;
    const { [role]: operation } = table.resource.operations;
    if (operation === undefined) return;
    if (role === 'create') await this.#create(table, operation, parents);
    else if (role === 'list') await this.#list(table, operation, parents);
    else if (this.#random.below(8) === 0) await this.#unknown(table, role, operation, parents);
    else await this.#known(table, role, operation, parents);
  }

  /** Values for the path parameters before the item: those of an item of the resource above, which is created if need be. */
  async #parentsFor({ resource }: WalkTable, depth: number): Promise<readonly string[] | undefined> {
    if (resource.parents.length === 0) return [];
    const plain = (path: string): string => path.replaceAll(/\{[^{}]*\}/g, '{}');
    const above = this.#tables.find(
      ({ resource: { item, parents } }) =>
        item !== undefined &&
        parents.length === resource.parents.length - 1 &&
        plain(resource.collection).startsWith(`${plain(item)}/`),
    );
    if (above === undefined || depth === MAX_PARENTS) return undefined;
    const parents = await this.#parentsFor(above, depth + 1);
    const { create } = above.resource.operations;
    if (above.below(parents).length === 0 && create !== undefined) await this.#create(above, create, parents);
    const items = above.below(parents);
    const parent = items[this.#random.below(items.length)];
    return parent?.parents === undefined ? undefined : [...parent.parents, parent.id];
  }

  async #create(
    table: WalkTable,
    operation: RoleOperation,
    parents: readonly string[] | undefined,
  ): Promise<void> {
    const sent = await this.#calls.send(operation, parents);
    if (sent === undefined || !isSuccess(sent.answer)) return;
    if (stateOf(sent.answer) === '' && !showsItems(table.resource)) {
      this.#calls.count('not stored, no response shows an item');
      return;
    }
    if (stateOf(sent.answer) === '') {
      this.#calls.fault('not stored', sent, 'the creation is answered as documented');
      return;
    }
    const id = idOf(table.resource, operation, sent.answer);
    if (id === undefined) {
      this.#calls.count('created without an id');
      table.unnamed.push(parents);
      this.#calls.compare(operation, sent, { parents, id: '', members: sent.members });
      return;
    }
    const { idProperty } = table.resource;
    if (idProperty !== undefined && leftOffOf(sent.answer)(operation.itemPlace?.pointer ?? '', idProperty)) {
      this.#calls.fault('id left off', sent, idProperty);
      return;
    }
    const item: WalkItem = { parents, id, members: sent.members };
    if (table.find(item) !== undefined && !isObject(sent.members[table.resource.idProperty ?? '']))
      this.#checkTwice(table, item, sent);
    table.put(item);
    this.#calls.compare(operation, sent, item);
  }

  /** A created item must not take the id of another, unless the client sent that id. */
  #checkTwice({ resource: { idProperty } }: WalkTable, { id }: WalkItem, sent: Sent): void {
    if (idProperty === undefined || sent.members[idProperty] === undefined)
      this.#calls.fault('id twice', sent, `the id ${id} belongs to another item`);
  }

  async #known(
    table: WalkTable,
    role: WalkRole,
    operation: RoleOperation,
    parents: readonly string[] | undefined,
  ): Promise<void> {
    const items = table.below(parents);
    const item = items[this.#random.below(items.length)];
    if (item === undefined) return;
    const sent = await this.#calls.send(operation, parents, item.id, {}, table.resource.idProperty);
    if (sent === undefined) return;
    const { answer } = sent;
    const { idProperty } = table.resource;
    if (!isSuccess(answer)) {
      if (isRefused(answer)) return;
      if (answer.status === 404) this.#calls.fault('known item not found', sent, `${role} of ${item.id}`);
      return;
    }
    if (role === 'delete') {
      table.remove(item);
      this.#forgetBelow(table, item);
      return;
    }
    // The id in the path wins.
    const own = idProperty === undefined ? {} : { [idProperty]: item.id };
    if (role === 'replace') item.members = { ...sent.members, ...own };
    if (role === 'update') item.members = { ...item.members, ...sent.members, ...own };
    this.#calls.compare(operation, sent, item);
    if (role !== 'read' && table.resource.operations.read !== undefined)
      await this.#known(table, 'read', table.resource.operations.read, parents);
  }

  /** An item that was deleted, or never was. */
  async #unknown(
    table: WalkTable,
    role: WalkRole,
    operation: RoleOperation,
    parents: readonly string[] | undefined,
  ): Promise<void> {
    const deleted = table.deleted.filter(each => isSameParents(each.parents, parents));
    const gone = deleted[this.#random.below(deleted.length)];
    const id = gone?.id ?? String(800_000_000 + this.#random.below(100_000_000));
    if (table.find({ parents, id }) !== undefined) return;
    const sent = await this.#calls.send(operation, parents, id, {}, table.resource.idProperty);
    if (sent === undefined || !isSuccess(sent.answer)) return;
    const { idProperty } = table.resource;
    if (role === 'replace' && stateOf(sent.answer) !== '')
      table.put({
        parents,
        id,
        members: { ...sent.members, ...(idProperty !== undefined && { [idProperty]: id }) },
      });
    else if (role !== 'replace' && stateOf(sent.answer) !== '')
      this.#calls.fault(
        gone === undefined ? 'unknown item found' : 'deleted item found',
        sent,
        `${role} of ${id}`,
      );
  }

  async #list(
    table: WalkTable,
    operation: RoleOperation,
    parents: readonly string[] | undefined,
  ): Promise<void> {
    const declared = this.#calls.operations.get(`${operation.method} ${operation.path}`)?.parameters ?? [];
    const size = declared.find(({ in: place, name }) => place === 'query' && PAGE_SIZES.test(String(name)));
    const isPaged = size !== undefined && this.#random.below(2) === 0;
    const sent = await this.#calls.send(
      operation,
      parents,
      undefined,
      isPaged ? { [String(size.name)]: '2' } : {},
    );
    if (sent === undefined || !isSuccess(sent.answer)) return;
    const { resource } = table;
    const listed = valueBelow(jsonOf(sent.answer), resource.listPlace?.pointer ?? '');
    if (!Array.isArray(listed) || stateOf(sent.answer) === '') return;
    const items = listed as readonly Json[];
    const isFiltered = declared.some(({ in: place, required }) => place === 'query' && required === true);
    const count =
      table.below(parents).length + table.unnamed.filter(each => isSameParents(each, parents)).length;
    if (items.length === 0 && count > 0 && !isFiltered)
      this.#calls.fault('empty list', sent, `${count} items were created`);
    if (isPaged && items.length > 2) this.#calls.fault('page too long', sent, `${items.length} items, not 2`);
    const ids = items.map(item => (isObject(item) ? String(item[resource.idProperty ?? '']) : ''));
    const gone = table.deleted.find(each => isSameParents(each.parents, parents) && ids.includes(each.id));
    if (gone !== undefined) this.#calls.fault('deleted item listed', sent, gone.id);
  }

  #forgetBelow({ resource }: WalkTable, { parents, id }: WalkItem): void {
    const prefix = parents === undefined ? undefined : [...parents, id];
    for (const table of this.#tables) {
      if (table.resource.parents.length <= resource.parents.length) continue;
      for (const item of table.items.slice())
        if (prefix === undefined || item.parents?.slice(0, prefix.length).join('/') === prefix.join('/'))
          table.items.splice(table.items.indexOf(item), 1);
    }
  }
}

/** The mock answers as documented where no response of a resource has an item. */
function showsItems({ operations, listPlace }: WalkResource): boolean {
  return listPlace !== undefined || Object.values(operations).some(each => each.itemPlace !== undefined);
}
