// Rewrites a Postman collection of version 1 as one of version 2, whose nodes are located in the file that the user wrote.
import { deriveFile, Origins } from '../../document/derived-file.ts';
import type { ParsedFile } from '../../document/parse.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { objectsOf, stringOf } from '../../recording/json-values.ts';

/** A request or folder of version 1 and its position in the list of them. */
interface ListedObject {
  readonly value: JsonObject;
  readonly pointer: string;
}

/** The kinds of authentication of the oldest collections. */
const HELPERS = new Map([
  ['basicAuth', 'basic'],
  ['bearerAuth', 'bearer'],
  ['digestAuth', 'digest'],
  ['hawkAuth', 'hawk'],
  ['oAuth1', 'oauth1'],
  ['oAuth2', 'oauth2'],
  ['awsSigV4', 'awsv4'],
  ['ntlmAuth', 'ntlm'],
  ['apikeyAuth', 'apikey'],
]);

export function toSecondVersion(file: ParsedFile): ParsedFile {
  const origins = new Origins();
  const root = isObject(file.value) ? file.value : {};
  const requests = listed(root.requests, '/requests');
  const folders = listed(root.folders, '/folders');
  // An item that an order names twice, and a folder that contains itself, is read once.
  const used = new Set<ListedObject>();
  const top = [...itemsOf(root), ...[...folders.values(), ...requests.values()].flatMap(writeOnce)];
  const value = origins.set(
    {
      info: { name: root.name, description: root.description },
      ...members(root, ['auth']),
      variable: root.variables ?? root.variable,
      event: root.events,
      item: origins.set(top, file, ''),
    },
    file,
    '',
  );
  return deriveFile(file, value, origins);

  /** The folders and requests that the orders of a folder, or of the collection, name. */
  function itemsOf(holder: JsonObject): object[] {
    const named = (list: unknown, among: ReadonlyMap<unknown, ListedObject>): ListedObject[] =>
      (Array.isArray(list) ? list : []).flatMap(id => among.get(id) ?? []);
    return [...named(holder.folders_order, folders), ...named(holder.order, requests)].flatMap(writeOnce);
  }

  function writeOnce(entry: ListedObject): object[] {
    if (used.has(entry)) return [];
    used.add(entry);
    const { value: written, pointer } = entry;
    if (!pointer.startsWith('/folders')) return [writeItem(written, pointer)];
    const { name, description, events, variables } = written;
    const folder = {
      ...{ name, description, variable: variables, event: events },
      ...members(written, ['auth']),
      item: itemsOf(written),
    };
    return [origins.set(folder, file, pointer)];
  }

  function writeItem(request: JsonObject, pointer: string): object {
    const responses = objectsOf(request.responses).map((response, index) => {
      const at = `${pointer}/responses/${index}`;
      const code = isObject(response.responseCode) ? response.responseCode.code : response.code;
      const original = isObject(response.request) ? response.request : response.requestObject;
      const saved = {
        ...{ name: response.name, status: response.status, code, header: fields(response.headers) },
        ...{ _postman_previewlanguage: response.language, body: response.text },
        ...(isObject(original) && { originalRequest: writeRequest(original, `${at}/request`) }),
      };
      return origins.set(saved, file, at);
    });
    const scripts = [
      request.events ?? [],
      scriptOf('test', request.tests),
      scriptOf('prerequest', request.preRequestScript),
    ];
    const item = {
      ...{ name: request.name, event: scripts.flat(), request: writeRequest(request, pointer) },
      response: responses,
    };
    return origins.set(item, file, pointer);
  }

  function writeRequest(request: JsonObject, pointer: string): object {
    const auth = authOf(request);
    const written = {
      ...{ method: request.method, description: request.description },
      url: { raw: request.url, variable: pathVariables(request) },
      header: request.headerData === undefined ? request.headers : fields(request.headerData),
      ...(auth !== undefined && { auth }),
      ...bodyOf(request),
    };
    return origins.set(written, file, pointer);
  }
}

function listed(list: unknown, at: string): ReadonlyMap<unknown, ListedObject> {
  const entries = Array.isArray(list) ? [...list.entries()] : [];
  return new Map(
    entries.flatMap(([index, value]) =>
      isObject(value) ? [[value.id ?? index, { value, pointer: `${at}/${index}` }] as const] : [],
    ),
  );
}

function members(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.filter(name => isObject(value[name])).map(name => [name, value[name]]));
}

/** Fields that are not enabled are disabled. */
function fields(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  return objectsOf(list).map(field => ({
    ...field,
    disabled: field.enabled === false || field.disabled === true,
  }));
}

function pathVariables({ pathVariableData, pathVariables: byName }: JsonObject): unknown {
  if (Array.isArray(pathVariableData) && pathVariableData.length > 0) return pathVariableData;
  return isObject(byName) ? Object.entries(byName).map(([key, value]) => ({ key, value })) : [];
}

function authOf({ auth, currentHelper, helperAttributes }: JsonObject): object | undefined {
  if (isObject(auth)) return auth;
  const type = HELPERS.get(stringOf(currentHelper) ?? '');
  return type === undefined
    ? undefined
    : { type, [type]: isObject(helperAttributes) ? helperAttributes : {} };
}

function bodyOf(request: JsonObject): { readonly body?: object } {
  const { dataMode, data, rawModeData, dataOptions, graphqlModeData } = request;
  const raw = stringOf(rawModeData) ?? stringOf(data);
  switch (dataMode) {
    case 'raw':
      return raw === undefined ? {} : { body: { mode: 'raw', raw, options: dataOptions } };
    case 'params':
      return { body: { mode: 'formdata', formdata: fields(data) } };
    case 'urlencoded':
      return { body: { mode: 'urlencoded', urlencoded: fields(data) } };
    case 'binary':
      return { body: { mode: 'file', file: {} } };
    case 'graphql':
      return { body: { mode: 'graphql', graphql: graphqlModeData } };
    default:
      return {};
  }
}

function scriptOf(listen: string, text: unknown): object[] {
  return typeof text === 'string' ? [{ listen, script: { exec: text } }] : [];
}
