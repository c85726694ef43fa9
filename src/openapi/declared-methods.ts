// Reads which methods a path item declares: its fields, and since OpenAPI 3.2 the map of additional operations.

import { childNode, childNodes, type DocumentNode } from '../document/documents.ts';
import { FIELD_NAME } from '../exchange/header-names.ts';
import { FIELD_METHODS, isReceived } from '../exchange/methods.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import { ANY_METHOD, type ApiSpec } from './model.ts';

interface DeclaredMethod {
  /** As it is sent. */
  readonly method: string;
  /** Not dereferenced. */
  readonly node: DocumentNode;
}

interface MethodReader {
  /** The members of an object, not dereferenced, without extensions. */
  map(declared: DocumentNode | undefined, what: string): [string, DocumentNode][];
  reportAt(code: FindingCode, node: DocumentNode, message: string): void;
}

function hasField(version: ApiSpec['version'], method: string): boolean {
  return FIELD_METHODS.includes(method) && (method !== 'QUERY' || version === '3.2');
}

/** A path item with one operation; undefined if no document of the version can declare the method. */
export function pathItemWith(
  { version }: ApiSpec,
  method: string,
  operation: object,
): Readonly<Record<string, object>> | undefined {
  if (hasField(version, method)) return { [method.toLowerCase()]: operation };
  return version === '3.2' ? { additionalOperations: { [method]: operation } } : undefined;
}

/** @param levels the path item, and what stands beside the `$ref` that leads to it */
export function readDeclaredMethods(
  { version }: ApiSpec,
  levels: readonly DocumentNode[],
  reader: MethodReader,
): DeclaredMethod[] {
  const known = FIELD_METHODS.filter(method => hasField(version, method));
  const fields = levels.flatMap(level => childNodes(level).map(([name, node]) => ({ name, node })));
  const declared: DeclaredMethod[] = known.flatMap(method => {
    const field = method.toLowerCase();
    const found = fields.find(({ name }) => name.toLowerCase() === field);
    if (found === undefined) return [];
    const { name, node } = found;
    if (name !== field)
      reader.reportAt('spec-operation', node, `write the method in lower case: "${field}", not "${name}"`);
    return [{ method, node }];
  });
  if (version !== '3.2') return declared;
  for (const [key, node] of levels.flatMap(level =>
    reader.map(childNode(level, 'additionalOperations'), '"additionalOperations"'),
  )) {
    const method = readAdditionalMethod(key, node, reader);
    if (method !== undefined && !declared.some(each => each.method === method))
      declared.push({ method, node });
  }
  return declared;
}

/** @returns undefined for a text that is no method */
function readAdditionalMethod(key: string, node: DocumentNode, reader: MethodReader): string | undefined {
  const upper = key.toUpperCase();
  // OpenAPI 3.2.1, Path Item Object: the map has no entry for methods of other fields.
  if (FIELD_METHODS.includes(upper)) {
    const message = `"${key}" has a field of its own: write it as "${key.toLowerCase()}" beside "additionalOperations"`;
    reader.reportAt('spec-operation', node, message);
    return upper;
  }
  // RFC 9110, sections 9.1 and 5.1: methods and names of fields are tokens. One that means all methods does not exist.
  if (!FIELD_NAME.test(key) || key === ANY_METHOD) {
    reader.reportAt('spec-operation', node, `${JSON.stringify(key)} is not a method of HTTP`);
    return undefined;
  }
  if (!isReceived(key)) {
    // A recorded CONNECT is about a tunnel.
    const checked = key === 'CONNECT' ? '' : '; recorded requests are checked';
    const instead = isReceived(upper) ? `; methods are case-sensitive, did you mean ${upper}?` : '';
    const message = `a server cannot receive the method ${key}, because node:http does not pass it on${checked}${instead}`;
    reader.reportAt('spec-unsupported', node, message);
  }
  return key;
}
