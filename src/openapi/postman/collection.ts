// Reads the requests of a Postman collection, each with what it inherits from its folders: variables and authentication.
import { childNode, type DocumentNode } from '../../document/documents.ts';
import { isObject, textOfValue } from '../../exchange/json.ts';
import { stringOf } from '../../recording/json-values.ts';
import { createVariableFiller, enabledItems } from '../../recording/postman-url.ts';
import {
  enabledNodes,
  type FillText,
  membersAt,
  nameAt,
  type PostmanConversion,
  quoteName,
} from './conversion.ts';
import { isSecretVariable } from './secret-mask.ts';

/** An item of a collection that has a request. */
export interface CollectionItem {
  readonly node: DocumentNode;
  readonly name: string;
  readonly folders: readonly string[];
  /** An object, or the URL as a text. */
  readonly request: DocumentNode;
  /** Its own authentication, or that of a folder. */
  readonly auth: DocumentNode | undefined;
  readonly fill: FillText;
  /** The saved responses. */
  readonly responses: readonly DocumentNode[];
}

export interface ReadCollection {
  readonly items: readonly CollectionItem[];
  /** Folders by the names that their requests have in `folders`. */
  readonly folders: ReadonlyMap<string, DocumentNode>;
  /** Scripts, which are not run. */
  readonly scripts: readonly DocumentNode[];
}

interface Inherited {
  readonly folders: readonly string[];
  readonly auth: DocumentNode | undefined;
  readonly fill: FillText;
}

export function readCollection(conversion: PostmanConversion, collection: DocumentNode): ReadCollection {
  const items: CollectionItem[] = [];
  const folders = new Map<string, DocumentNode>();
  const scripts: DocumentNode[] = [];
  readHolder(collection, { folders: [], auth: undefined, fill: text => text });
  return { items, folders, scripts };

  /** Collections have at most 256 levels. */
  function readHolder(holder: DocumentNode, outer: Inherited): void {
    const inherited = inherit(holder, outer);
    scripts.push(...scriptsOf(holder));
    const list = childNode(holder, 'item');
    if (list === undefined || !Array.isArray(list.value)) return;
    for (const index of list.value.keys()) readItem(childNode(list, index) as DocumentNode, inherited);
  }

  function readItem(node: DocumentNode, inherited: Inherited): void {
    const { item } = membersAt(node);
    const shown = nameAt(conversion, node);
    if (Array.isArray(item)) {
      const path = [...inherited.folders, ...(shown === '' ? [] : [shown])];
      if (shown !== '' && !folders.has(shown)) folders.set(shown, node);
      readHolder(node, { ...inherited, folders: path });
      return;
    }
    const request = childNode(node, 'request');
    if (request === undefined || (!isObject(request.value) && typeof request.value !== 'string')) {
      const what = shown === '' ? 'this item' : `the item ${quoteName(shown)}`;
      conversion.report('spec-operation', node, `${what} has no request: it is left out`);
      return;
    }
    scripts.push(...scriptsOf(node));
    const own = inherit(request, inherit(node, inherited));
    const responses = enabledNodes(childNode(node, 'response'));
    items.push({
      node,
      name: shown,
      folders: own.folders,
      request,
      auth: own.auth,
      fill: own.fill,
      responses,
    });
  }
}

function inherit(holder: DocumentNode, outer: Inherited): Inherited {
  const auth = childNode(holder, 'auth');
  const variables = enabledItems(membersAt(holder).variable).filter(each => !isSecretVariable(each));
  const fillOwn = variables.length === 0 ? undefined : createVariableFiller(variables);
  return {
    folders: outer.folders,
    // Null and "inherit" mean that of the folder.
    auth: isObject(auth?.value) && auth.value.type !== 'inherit' ? auth : outer.auth,
    fill: fillOwn === undefined ? outer.fill : text => outer.fill(fillOwn(text)),
  };
}

/** Scripts that are not empty and enabled. */
function scriptsOf(holder: DocumentNode): DocumentNode[] {
  return enabledNodes(childNode(holder, 'event')).filter(({ value }) => {
    const script = isObject(value) ? value.script : undefined;
    const lines = isObject(script) ? script.exec : script;
    const text = Array.isArray(lines) ? lines.map(textOfValue).join('') : (stringOf(lines) ?? '');
    return text.trim() !== '';
  });
}
