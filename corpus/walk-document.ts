// Walks through the resources of one document: creates, reads, changes, deletes and lists items, and judges each answer.
import type { Json, JsonObject } from './documents.ts';
import { isObject } from './documents.ts';
import type { Random } from './random.ts';
import { type CorpusRequest, type GivenParts, type Operation, operationsOf, requestOf } from './request.ts';
import { CannotSample } from './sample.ts';
import { type Asked, ask, type MockServer } from './server.ts';
import { variedBody } from './walk-body.ts';
import {
  idOf,
  isSameParents,
  type JudgeAnswer,
  jsonOf,
  leftOffOf,
  missingMembers,
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

export interface WalkFault {
  readonly kind: string;
  readonly request: string;
  readonly detail: string;
}

/** Problems that a document need not declare: the mock says that no item is there. */
const EXPECTED_PROBLEMS = new Set(['no-such-item', 'precondition-failed', 'patch-failed']);

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
  readonly #document: JsonObject;
  readonly #server: MockServer;
  readonly #random: Random;
  readonly #judge: JudgeAnswer;
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #tables: readonly WalkTable[];
  readonly #counts = new Map<string, number>();
  readonly #faults: WalkFault[] = [];
  #calls = 0;

  constructor(
    document: JsonObject,
    server: MockServer,
    resources: readonly WalkResource[],
    random: Random,
    judge: JudgeAnswer,
  ) {
    this.#document = document;
    this.#server = server;
    this.#random = random;
    this.#judge = judge;
    this.#operations = new Map(operationsOf(document).map(each => [`${each.method} ${each.path}`, each]));
    this.#tables = resources.map(resource => new WalkTable(resource));
  }

  async walk(calls: number): Promise<WalkResult> {
    // Resources that nothing creates are answered as documented: a walk finds nothing there.
    const creating = this.#tables.filter(
      ({ resource: { operations } }) => operations.create ?? operations.replace,
    );
    const tables = creating.length > 0 ? creating : this.#tables;
    // A document whose requests cannot be sampled ends, too.
    for (let turns = 0; this.#calls < calls && turns < calls && tables.length > 0; turns++) {
      const table = tables[this.#random.below(tables.length)] as WalkTable;
      const parents = await this.#parentsFor(table, 0);
      for (let call = 0; call < CALLS_IN_A_ROW && this.#calls < calls; call++)
        await this.#step(table, parents);
    }
    return { counts: this.#counts, faults: this.#faults };
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
    const sent = await this.#send(operation, parents);
    if (sent === undefined || !isSuccess(sent.answer)) return;
    if (stateOf(sent.answer) === '' && !showsItems(table.resource)) {
      this.#count('not stored, no response shows an item');
      return;
    }
    if (stateOf(sent.answer) === '') {
      this.#fault('not stored', sent, 'the creation is answered as documented');
      return;
    }
    const id = idOf(table.resource, operation, sent.answer);
    if (id === undefined) {
      this.#count('created without an id');
      table.unnamed.push(parents);
      this.#compare(operation, sent, { parents, id: '', members: sent.members });
      return;
    }
    const { idProperty } = table.resource;
    if (idProperty !== undefined && leftOffOf(sent.answer)(operation.itemPlace?.pointer ?? '', idProperty)) {
      this.#fault('id left off', sent, idProperty);
      return;
    }
    const item: WalkItem = { parents, id, members: sent.members };
    if (table.find(item) !== undefined && !isObject(sent.members[table.resource.idProperty ?? '']))
      this.#checkTwice(table, item, sent);
    table.put(item);
    this.#compare(operation, sent, item);
  }

  /** A created item must not take the id of another, unless the client sent that id. */
  #checkTwice({ resource: { idProperty } }: WalkTable, { id }: WalkItem, sent: Sent): void {
    if (idProperty === undefined || sent.members[idProperty] === undefined)
      this.#fault('id twice', sent, `the id ${id} belongs to another item`);
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
    const sent = await this.#send(operation, parents, item.id, {}, table.resource.idProperty);
    if (sent === undefined) return;
    const { answer } = sent;
    const { idProperty } = table.resource;
    if (!isSuccess(answer)) {
      if (isRefused(answer)) return;
      if (answer.status === 404) this.#fault('known item not found', sent, `${role} of ${item.id}`);
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
    this.#compare(operation, sent, item);
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
    const sent = await this.#send(operation, parents, id, {}, table.resource.idProperty);
    if (sent === undefined || !isSuccess(sent.answer)) return;
    const { idProperty } = table.resource;
    if (role === 'replace' && stateOf(sent.answer) !== '')
      table.put({
        parents,
        id,
        members: { ...sent.members, ...(idProperty !== undefined && { [idProperty]: id }) },
      });
    else if (role !== 'replace' && stateOf(sent.answer) !== '')
      this.#fault(gone === undefined ? 'unknown item found' : 'deleted item found', sent, `${role} of ${id}`);
  }

  async #list(
    table: WalkTable,
    operation: RoleOperation,
    parents: readonly string[] | undefined,
  ): Promise<void> {
    const declared = this.#operations.get(`${operation.method} ${operation.path}`)?.parameters ?? [];
    const size = declared.find(({ in: place, name }) => place === 'query' && PAGE_SIZES.test(String(name)));
    const isPaged = size !== undefined && this.#random.below(2) === 0;
    const sent = await this.#send(operation, parents, undefined, isPaged ? { [String(size.name)]: '2' } : {});
    if (sent === undefined || !isSuccess(sent.answer)) return;
    const { resource } = table;
    const listed = valueBelow(jsonOf(sent.answer), resource.listPlace?.pointer ?? '');
    if (!Array.isArray(listed) || stateOf(sent.answer) === '') return;
    const items = listed as readonly Json[];
    const isFiltered = declared.some(({ in: place, required }) => place === 'query' && required === true);
    const count =
      table.below(parents).length + table.unnamed.filter(each => isSameParents(each, parents)).length;
    if (items.length === 0 && count > 0 && !isFiltered)
      this.#fault('empty list', sent, `${count} items were created`);
    if (isPaged && items.length > 2) this.#fault('page too long', sent, `${items.length} items, not 2`);
    const ids = items.map(item => (isObject(item) ? String(item[resource.idProperty ?? '']) : ''));
    const gone = table.deleted.find(each => isSameParents(each.parents, parents) && ids.includes(each.id));
    if (gone !== undefined) this.#fault('deleted item listed', sent, gone.id);
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

  async #send(
    { method, path }: RoleOperation,
    parents: readonly string[] | undefined,
    id?: string,
    query: Readonly<Record<string, string>> = {},
    idProperty?: string,
  ): Promise<Sent | undefined> {
    const operation = this.#operations.get(`${method} ${path}`);
    if (operation === undefined) return undefined;
    let members: JsonObject = {};
    const body: GivenParts['body'] = (sampled, schema) => {
      const varied = variedBody(this.#document, sampled, schema, this.#random);
      // PUT on a collection has the id in its body.
      const isInBody = id !== undefined && idProperty !== undefined && !endsWithVariable(path);
      const made = isInBody && isObject(varied) ? { ...varied, [idProperty]: id } : varied;
      members = isObject(made) ? made : {};
      return made;
    };
    let request: CorpusRequest;
    try {
      request = requestOf(this.#document, operation, { path: valuesFor(path, parents, id), query, body });
    } catch (error) {
      if (!(error instanceof CannotSample)) throw error;
      this.#count('not sampled');
      return undefined;
    }
    this.#calls++;
    this.#count('calls');
    const answer = await ask(this.#server, request);
    if (answer === 'no answer') {
      this.#faults.push({ kind: 'no answer', request: textOf(request), detail: '' });
      return undefined;
    }
    const sent: Sent = { request, answer, operation, members };
    await this.#judgeAnswer(sent);
    return sent;
  }

  async #judgeAnswer(sent: Sent): Promise<void> {
    const { answer, operation } = sent;
    const { status, toolError } = answer;
    if (status >= 500 && toolError === undefined) this.#fault('5xx', sent, '');
    if (toolError !== undefined) {
      if (EXPECTED_PROBLEMS.has(toolError)) this.#count('off-contract, no such item');
      else if (isRefused(answer)) this.#count('refused, error not declared');
      else this.#fault('tool error', sent, toolError);
      return;
    }
    if (isRefused(answer)) this.#count('refused');
    else this.#count(stateOf(answer) === '' ? 'answered as documented' : `state: ${stateOf(answer)}`);
    const verdict = this.#judge(operation, answer);
    if (verdict.kind === 'invalid' && !(await this.#isDocumentsOwn(sent)))
      this.#fault('invalid', sent, verdict.cause);
    else if (verdict.kind === 'invalid') this.#count('invalid example of the document');
    else this.#count(verdict.kind);
    if (/partial=/.test(String(answer.headers['x-deadringer-state'] ?? ''))) this.#count('partial');
  }

  /** Whether the answer of the document alone is invalid, too: its example is. */
  async #isDocumentsOwn({ request, operation, answer: { status } }: Sent): Promise<boolean> {
    const headers = { ...request.headers, prefer: `code=${status}` };
    const answer = await ask(this.#server, { ...request, headers });
    return answer !== 'no answer' && this.#judge(operation, answer).kind !== 'valid';
  }

  #compare(operation: RoleOperation, sent: Sent, item: WalkItem): void {
    if (operation.itemPlace === undefined || stateOf(sent.answer) === '') return;
    this.#count('compared');
    const missing = missingMembers(
      this.#document,
      this.#judge,
      sent.operation,
      operation.itemPlace.pointer,
      sent.answer,
      item,
    );
    for (const { name, expected, shown } of missing)
      this.#fault(
        'not what was written',
        sent,
        `${name}: ${JSON.stringify(expected)}, not ${JSON.stringify(shown)}`,
      );
  }

  #count(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  #fault(kind: string, { request, answer, operation }: Sent, detail: string): void {
    const state = answer.headers['x-deadringer-state'] ?? answer.headers['x-deadringer-reason'] ?? '-';
    const text = `${textOf(request)} -> ${answer.status} [${String(state)}] ${answer.body.toString().slice(0, 300)}`;
    this.#count(kind);
    this.#faults.push({ kind, request: `${operation.method} ${operation.path}: ${text}`, detail });
  }
}

interface Sent {
  readonly request: CorpusRequest;
  readonly answer: Asked;
  readonly operation: Operation;
  readonly members: JsonObject;
}

/** The variables of a path take the values in order: parents, then the item. */
function valuesFor(
  path: string,
  parents: readonly string[] | undefined,
  id: string | undefined,
): Record<string, string> {
  const names = [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name as string);
  const values: Record<string, string> = {};
  if (parents !== undefined)
    for (const [index, value] of parents.entries()) values[names[index] ?? ''] = value;
  const last = names.at(-1);
  if (id !== undefined && last !== undefined && endsWithVariable(path)) values[last] = id;
  return values;
}

function endsWithVariable(path: string): boolean {
  return /\}[^{}/]*\/?$/.test(path);
}

/** The mock answers as documented where no response of a resource has an item. */
function showsItems({ operations, listPlace }: WalkResource): boolean {
  return listPlace !== undefined || Object.values(operations).some(each => each.itemPlace !== undefined);
}

function isSuccess({ status }: Asked): boolean {
  return status >= 200 && status < 300;
}

/** The mock rejects the request as invalid. */
function isRefused({ headers }: Asked): boolean {
  return headers['x-deadringer-reason'] !== undefined;
}

/** "created"; empty: the mock answered as documented. */
function stateOf({ headers }: Asked): string {
  return String(headers['x-deadringer-state'] ?? '').replace(/;.*/, '');
}

function textOf({ method, target, headers, body }: CorpusRequest): string {
  const type = headers['content-type'];
  return `${method} ${target}${body === undefined ? '' : ` ${type} ${body.slice(0, 500)}`}`;
}
