// What a walk expects of a stateful mock: the items that it wrote, and whether an answer shows them.
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Operation } from './request.ts';
import type { Answer, ResponseVerdict } from './response-validator.ts';
import type { Asked } from './server.ts';
import { declaredProperties, responseSchema, schemaBelow, valueBelow } from './walk-properties.ts';

/** Says whether an answer is one that the document declares. */
export type JudgeAnswer = (operation: Operation, answer: Answer) => ResponseVerdict;

/** An operation of a resource, as `lint --state --format json` prints it. */
export interface RoleOperation {
  readonly method: string;
  readonly path: string;
  readonly itemPlace?: { readonly pointer: string };
}

export type WalkRole = 'list' | 'create' | 'read' | 'replace' | 'update' | 'delete';

export interface WalkResource {
  readonly name: string;
  readonly collection: string;
  readonly item?: string;
  readonly parents: readonly string[];
  readonly idParameter?: string;
  readonly idProperty?: string;
  readonly listPlace?: { readonly pointer: string };
  readonly operations: { readonly [role in WalkRole]?: RoleOperation };
}

export interface WalkItem {
  /** Values of the path parameters before the item; undefined: those of the sampled request. */
  readonly parents: readonly string[] | undefined;
  readonly id: string;
  /** Members that were written. */
  members: JsonObject;
}

/** The items of one resource that a walk has written. */
export class WalkTable {
  readonly resource: WalkResource;
  readonly items: WalkItem[] = [];
  readonly deleted: WalkItem[] = [];
  /** The parents of items whose answers show no id: nothing but the list leads to them. */
  readonly unnamed: (readonly string[] | undefined)[] = [];

  constructor(resource: WalkResource) {
    this.resource = resource;
  }

  put(item: WalkItem): void {
    const known = this.find(item);
    if (known === undefined) this.items.push(item);
    else known.members = item.members;
    this.#forget(this.deleted, item);
  }

  remove(item: WalkItem): void {
    this.#forget(this.items, item);
    this.deleted.push(item);
  }

  find({ parents, id }: Pick<WalkItem, 'parents' | 'id'>): WalkItem | undefined {
    return this.items.find(each => each.id === id && isSameParents(each.parents, parents));
  }

  below(parents: readonly string[] | undefined): WalkItem[] {
    return this.items.filter(item => isSameParents(item.parents, parents));
  }

  #forget(list: WalkItem[], { parents, id }: WalkItem): void {
    const index = list.findIndex(each => each.id === id && isSameParents(each.parents, parents));
    if (index >= 0) list.splice(index, 1);
  }
}

export function isSameParents(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): boolean {
  return one === undefined || other === undefined ? one === other : one.join('/') === other.join('/');
}

export function jsonOf({ body, contentType }: Asked): Json | undefined {
  if (!/[/+]json/.test(contentType)) return undefined;
  try {
    return JSON.parse(body.toString()) as Json;
  } catch {
    return undefined;
  }
}

/** The id of an item that an answer shows, or that its Location names. */
export function idOf(
  { idProperty }: WalkResource,
  operation: RoleOperation,
  answer: Asked,
): string | undefined {
  const item = valueBelow(jsonOf(answer), operation.itemPlace?.pointer ?? '');
  const shown = isObject(item) && idProperty !== undefined ? item[idProperty] : undefined;
  if (typeof shown === 'string' || typeof shown === 'number') return String(shown);
  const location = answer.headers.location
    ?.replace(/[?#].*/, '')
    .split('/')
    .at(-1);
  return location === undefined || location === '' ? undefined : decodeURIComponent(location);
}

const TIMES = /^(last_?)?(date_?)?(creat|updat|modif)/i;

/** What an answer does not show of an item although its schema admits it. */
export function missingMembers(
  document: JsonObject,
  judge: JudgeAnswer,
  operation: Operation,
  place: string,
  answer: Asked,
  item: WalkItem,
): { readonly name: string; readonly expected: Json; readonly shown: Json | undefined }[] {
  const body = jsonOf(answer);
  const shown = valueBelow(body, place);
  if (!isObject(shown)) return [];
  const schema = schemaBelow(document, responseSchema(document, operation.node, answer.status), place);
  const declared = declaredProperties(document, schema);
  const leftOff = leftOffOf(answer);
  return Object.entries(item.members).flatMap(([name, expected]) => {
    const property = declared.get(name)?.schema;
    if (expected === undefined || property === undefined || isEqual(shown[name], expected)) return [];
    // These follow the clock of the session.
    if (TIMES.test(name)) return [];
    if (property.writeOnly === true || property.readOnly === true || leftOff(place, name)) return [];
    const full = withMember(body as Json, place, name, expected);
    const verdict = judge(operation, { ...answer, body: Buffer.from(JSON.stringify(full)) });
    return verdict.kind === 'valid' ? [{ name, expected, shown: shown[name] }] : [];
  });
}

/** Whether `x-deadringer-state: ...; partial="/a /b"` names a member. */
export function leftOffOf({ headers }: Asked): (place: string, name: string) => boolean {
  const [, list = ''] = /partial="([^"]*)"/.exec(String(headers['x-deadringer-state'] ?? '')) ?? [];
  // A long list is cut.
  if (list.length > 990) return () => true;
  const pointers = list.split(' ').filter(pointer => pointer !== '');
  return (place, name) => {
    const member = name.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll(' ', '%20');
    const starts = [`/${member}`, `${place}/${member}`];
    return pointers.some(pointer => starts.some(at => pointer === at || pointer.startsWith(`${at}/`)));
  };
}

function withMember(body: Json, place: string, name: string, value: Json): Json {
  const copy = structuredClone(body) as Record<string, Json>;
  const holder = valueBelow(copy as JsonObject, place) as Record<string, Json> | undefined;
  if (holder !== undefined) holder[name] = value;
  return copy as JsonObject;
}

/** Values of a form are texts. */
function isEqual(shown: Json | undefined, expected: Json): boolean {
  if (shown === undefined) return false;
  if (typeof expected !== 'object' && typeof shown !== 'object') return String(shown) === String(expected);
  if (Array.isArray(shown) && Array.isArray(expected))
    return (
      shown.length === expected.length &&
      expected.every((one, index) => isEqual((shown as Json[])[index], one as Json))
    );
  // The mock may add members that the schema requires.
  if (isObject(shown) && isObject(expected))
    return Object.entries(expected).every(([name, one]) => one === undefined || isEqual(shown[name], one));
  return shown === expected;
}
