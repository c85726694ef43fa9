// Operations by a name that means the same in every process.
import type { Operation } from '../contract/contract.ts';
import type { World } from '../mock/world.ts';

const TABLES = new WeakMap<World, ReadonlyMap<string, Operation>>();

/** "petstore GET /pets/{id}" */
export function nameOf({ api, method, path }: Operation): string {
  return `${api.name} ${method} ${path}`;
}

export function operationNamed(world: World, name: string): Operation | undefined {
  let table = TABLES.get(world);
  if (table === undefined) {
    table = new Map(
      world.contract.apis.flatMap(({ operations }) => operations.map(each => [nameOf(each), each] as const)),
    );
    TABLES.set(world, table);
  }
  return table.get(name);
}
