// The state file of an import: the items of the other tool, as the resources of the documents store them.
import { toYaml } from '../document/write-yaml.ts';
import type { ImportedResource, Loss } from '../importers/model.ts';
import { IMPORTED_MARK } from '../importers/write-import.ts';
import { resourcesOf } from '../mock/state/infer-resources.ts';
import type { Resource } from '../mock/state/resource.ts';
import { readSnapshot, type StateSnapshot } from '../mock/state/snapshot.ts';
import type { Contract } from '../openapi/model.ts';

export interface ImportedState {
  /** The text of the file; undefined: no resource of the documents has the items. */
  readonly text: string | undefined;
  /** How many the file has. */
  readonly items: number;
  /** Items that no resource of the documents has. */
  readonly losses: readonly Loss[];
}

export function importedState(
  contract: Contract,
  imported: readonly ImportedResource[],
  origin: string,
): ImportedState {
  const known = contract.apis.flatMap(api => resourcesOf(api).resources);
  const apis: Record<string, Record<string, ImportedResource['items']>> = {};
  const losses: Loss[] = [];
  let items = 0;
  for (const each of imported) {
    const found = known.find(resource => isListedAt(resource, each.path));
    if (found === undefined || found.idProperty !== each.idName || found.parents.length > 0) {
      losses.push(lossOf(each));
      continue;
    }
    items += each.items.length;
    apis[found.api.name] = { ...apis[found.api.name], [found.name]: each.items };
  }
  if (Object.keys(apis).length === 0) return { text: undefined, items: 0, losses };
  const snapshot: StateSnapshot = { version: 1, apis };
  const [problem] = readSnapshot(snapshot, contract.apis).problems;
  if (problem !== undefined) throw new Error(`the imported state is invalid: ${problem.message}`);
  const text = `${IMPORTED_MARK} (source: ${origin}). --force overwrites this file.\n${toYaml(snapshot)}`;
  return { text, items, losses };
}

function lossOf({ path, idName, place }: ImportedResource): Loss {
  const { file, line } = place.source.locate(place.pointer);
  return {
    file,
    line,
    construct: 'items of a data bucket',
    reason: `the documents have no resource with the list ${path} and the id "${idName}"`,
    remedy:
      'see the resources with "deadringer lint --state", and load the items with "deadringer state load"',
  };
}

/** Below the paths of the servers, and without them. */
function isListedAt({ operations: { list } }: Resource, path: string): boolean {
  if (list === undefined) return false;
  return ['', ...list.servers.map(({ basePath }) => basePath)].some(base => base + list.path === path);
}
