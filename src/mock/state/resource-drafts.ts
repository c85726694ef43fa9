// Resources while they are inferred: which paths belong to them, which operations have which role, and what is declared.

import type { DocumentNode } from '../../document/documents.ts';
import type { Operation } from '../../openapi/model.ts';
import type { ResourceRole, StateSettings } from '../../openapi/state-settings.ts';
import type { ItemNames } from './id-property.ts';
import { lastText, type PathShape } from './path-shape.ts';
import type { ResourceAction } from './resource.ts';

export type ItemRole = Exclude<ResourceRole, 'action'>;

interface RuledOperation {
  readonly operation: Operation;
  /** The rule that gave it its role. */
  readonly rule: string;
}

export interface ResourceDraft {
  readonly name: string;
  collection: string;
  /** The key of the path of an item; undefined: no path leads to one item. */
  itemKey: string | undefined;
  item: string | undefined;
  parents: readonly string[];
  parameter: string | undefined;
  parameterSchema: DocumentNode | undefined;
  readonly operations: Map<ItemRole, RuledOperation>;
  readonly actions: (RuledOperation & ResourceAction)[];
  /** The property that a link of the document takes the id from. */
  linkedId: string | undefined;
}

/** Segments at the start of paths that are no part of a name. */
const PREFIX = /^(api|rest|public|beta|latest|v\d+([._]\d+)*|\d{4}-\d{2}-\d{2})$/i;

/** The drafts by name, collection and item. Keys of paths are those of readPathShape. */
export class DraftRegistry {
  readonly #byName = new Map<string, ResourceDraft>();
  readonly #byCollection = new Map<string, ResourceDraft>();
  readonly #byItem = new Map<string, ResourceDraft>();

  all(): ResourceDraft[] {
    return [...this.#byName.values()];
  }

  named(name: string): ResourceDraft | undefined {
    return this.#byName.get(name);
  }

  ofCollection(key: string): ResourceDraft | undefined {
    return this.#byCollection.get(key);
  }

  ofItem(key: string): ResourceDraft | undefined {
    return this.#byItem.get(key);
  }

  /** The draft whose items or collection the path leads to. A new one has the name, or one from its path. */
  forPath(operation: Operation, shape: PathShape, name?: string): ResourceDraft {
    const collectionKey = shape.item?.collectionKey ?? shape.key;
    const known = name === undefined ? this.#byCollection.get(collectionKey) : this.#byName.get(name);
    const draft = known ?? this.#add(operation, shape, name);
    if (!this.#byCollection.has(collectionKey)) this.#byCollection.set(collectionKey, draft);
    if (shape.item !== undefined && draft.itemKey === undefined) {
      const { parameter } = shape.item;
      draft.itemKey = shape.key;
      draft.item = operation.path;
      draft.parents = shape.parents;
      draft.parameter = parameter;
      draft.parameterSchema = operation.parameters.find(
        each => each.in === 'path' && each.name === parameter,
      )?.schema;
      this.#byItem.set(shape.key, draft);
    }
    return draft;
  }

  #add({ path }: Operation, shape: PathShape, name: string | undefined): ResourceDraft {
    const collection = shape.item?.collection ?? path;
    const draft: ResourceDraft = {
      name: name ?? this.#freeName(shape, collection),
      collection,
      itemKey: undefined,
      item: undefined,
      parents: shape.parents,
      parameter: undefined,
      parameterSchema: undefined,
      operations: new Map(),
      actions: [],
      linkedId: undefined,
    };
    this.#byName.set(draft.name, draft);
    return draft;
  }

  #freeName({ texts, item }: PathShape, collection: string): string {
    const first = texts.findIndex(text => !PREFIX.test(text));
    const name = first < 0 ? (item?.parameter ?? texts.join('/')) : texts.slice(first).join('/');
    const names = [name || 'items', collection.replace(/^\/|\/$/g, '')];
    const free = names.find(each => each !== '' && !this.#byName.has(each));
    if (free !== undefined) return free;
    for (let number = 2; ; number++) {
      const numbered = `${names[0]}-${number}`;
      if (!this.#byName.has(numbered)) return numbered;
    }
  }
}

/** What the operations of a resource declare, the first declaration of each key. */
export function settingsOf({ operations, actions }: ResourceDraft): StateSettings {
  let settings: StateSettings = {};
  for (const { operation } of [...operations.values(), ...actions].toReversed())
    if (operation.state !== false) settings = { ...settings, ...operation.state };
  return settings;
}

/** What the path says about an item. */
export function itemNamesOf({ parameter, parameterSchema, collection, name }: ResourceDraft): ItemNames {
  return { parameter, parameterSchema, collection: lastText(collection) || name };
}
