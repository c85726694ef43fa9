// Finds values that must differ between the items of a resource and do not.

import type { JsonObject } from '../../exchange/json.ts';
import type { Resource } from './resource.ts';
import type { Table } from './table.ts';

/** The name of a member whose value must differ between items and does not. */
export function takenUnique(
  { unique }: Resource,
  table: Table,
  parents: readonly string[],
  sent: JsonObject,
  except?: string,
): string | undefined {
  const names = unique.filter(name => Object.hasOwn(sent, name) && sent[name] !== null);
  if (names.length === 0) return undefined;
  const texts = new Map(names.map(name => [name, JSON.stringify(sent[name])]));
  for (const { id, value } of table.list(parents)) {
    if (id === except) continue;
    const name = names.find(
      each => Object.hasOwn(value, each) && JSON.stringify(value[each]) === texts.get(each),
    );
    if (name !== undefined) return name;
  }
  return undefined;
}
