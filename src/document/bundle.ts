// Copies a value together with everything that it refers to, for consumers that cannot read other files.

import { isObject } from '../exchange/json.ts';
import { resolveReference } from './references.ts';

/**
 * Copies a value. Every `$ref` in the copy leads to a copy of its target under `definitionsKey`, one per target, also where
 * references are circular.
 * @param uri the document that contains the value
 * @param find the value at a URI and a JSON Pointer
 * @param definitionsKey the member for the targets: "$defs" for schemas
 */
export function bundle(
  root: unknown,
  uri: string,
  find: (uri: string, pointer: string) => unknown,
  definitionsKey: string,
): Record<string, unknown> {
  const names = new Map<string, string>();
  const definitions: Record<string, unknown> = {};
  const pending: (() => void)[] = [];

  const copy = (value: unknown, base: string): unknown => {
    if (Array.isArray(value)) return value.map(item => copy(item, base));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string' ? rename(inner, base) : copy(inner, base),
      ]),
    );
  };
  const rename = (ref: string, base: string): string => {
    const target = resolveReference(base, ref);
    const key = `${target.uri}#${target.pointer}`;
    let name = names.get(key);
    if (name === undefined) {
      name = `part${names.size}`;
      names.set(key, name);
      const definition = name;
      pending.push(() => {
        definitions[definition] = copy(find(target.uri, target.pointer), target.uri);
      });
    }
    return `#/${definitionsKey}/${name}`;
  };

  const copied = copy(root, uri);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) next();
  const schema = isObject(copied) ? copied : { allOf: [copied] };
  if (names.size === 0) return { ...schema };
  const existing = schema[definitionsKey];
  return { ...schema, [definitionsKey]: { ...(isObject(existing) ? existing : {}), ...definitions } };
}
