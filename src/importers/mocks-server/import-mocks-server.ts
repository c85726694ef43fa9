// Imports collections of mocks-server: one scenario for each, with the variants of routes that it chooses.
import { isObject, type JsonObject, textOfValue } from '../../exchange/json.ts';
import { type ImportInput, placedObjects } from '../import-input.ts';
import { LossList } from '../loss-list.ts';
import type { Imported, ImportedRule, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { rulesOf } from './variant.ts';

type Placed = readonly [JsonObject, ImportPlace];

const isCollection = (value: unknown): boolean =>
  isObject(value) && typeof value.id === 'string' && Array.isArray(value.routes);
const isRoute = (value: unknown): boolean =>
  isObject(value) && typeof value.id === 'string' && Array.isArray(value.variants);

/** Whether a file has collections, or routes with variants. */
export function isMocksServer(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(each => isCollection(each) || isRoute(each));
}

export function importMocksServer(input: ImportInput): Imported {
  const losses = new LossList();
  const all = input.files.flatMap(source => placedObjects(source.value, { source, pointer: '' }));
  const collections = all.filter(([value]) => isCollection(value));
  const routes = new Map(
    all.flatMap((each): [unknown, Placed][] => (isRoute(each[0]) ? [[each[0].id, each]] : [])),
  );
  const used = new Set<string>();
  const scenarios = collections.map(([collection, place], index) => {
    const id = textOfValue(collection.id);
    const plain = id.replace(/[^\w-]+/g, '-').slice(0, 80) || 'collection';
    let name = plain;
    for (let next = 2; used.has(name.toLowerCase()); next++) name = `${plain}-${next}`;
    used.add(name.toLowerCase());
    const rules = [...chosenVariants(collection, place, collections, losses)].flatMap(
      ([route, [variant, at]]) =>
        losses.attempt(at, () => readVariant(routes, route, variant, input, losses)) ?? [],
    );
    return {
      name,
      title: `Replies as the collection ${JSON.stringify(id)} of mocks-server does`,
      onByDefault: index === 0,
      rules,
    };
  });
  return { format: 'mocks-server', scenarios, losses: unique(losses).losses, resources: [] };
}

/** Collections that extend others name the same losses again. */
function unique({ losses }: LossList): Pick<LossList, 'losses'> {
  return { losses: [...new Map(losses.map(loss => [JSON.stringify(loss), loss])).values()] };
}

/** Variants by route: those of the collection replace those of the collections that it extends. */
function chosenVariants(
  collection: JsonObject,
  place: ImportPlace,
  collections: readonly Placed[],
  losses: LossList,
): Map<string, readonly [string, ImportPlace]> {
  const byId = new Map(collections.map(each => [each[0].id, each]));
  const chain: Placed[] = [];
  const seen = new Set<unknown>();
  for (let at: Placed | undefined = [collection, place]; at !== undefined && !seen.has(at[0].id); ) {
    seen.add(at[0].id);
    chain.unshift(at);
    const { from }: JsonObject = at[0];
    const next: Placed | undefined = from === undefined || from === null ? undefined : byId.get(from);
    if (typeof from === 'string' && next === undefined)
      losses.add(
        at[1],
        '/from',
        'from',
        `there is no collection "${from}"`,
        'correct the name, or import its file, too',
      );
    at = next;
  }
  const chosen = new Map<string, readonly [string, ImportPlace]>();
  for (const [{ routes }, at] of chain)
    for (const [index, text] of (Array.isArray(routes) ? (routes as unknown[]) : []).entries()) {
      const [route = '', variant = ''] = textOfValue(text).split(':');
      chosen.set(route, [variant, { source: at.source, pointer: `${at.pointer}/routes/${index}` }]);
    }
  return chosen;
}

function readVariant(
  routes: ReadonlyMap<unknown, Placed>,
  routeId: string,
  variantId: string,
  input: ImportInput,
  losses: LossList,
): ImportedRule[] {
  const route = routes.get(routeId);
  if (route === undefined)
    throw new NotCarriedOver(
      'route',
      `no file that is read has a route "${routeId}"`,
      'write the route as JSON',
    );
  const [definition, routePlace] = route;
  const variants = placedObjects(definition.variants, {
    source: routePlace.source,
    pointer: `${routePlace.pointer}/variants`,
  });
  const found = variants.find(([{ id }]) => id === variantId);
  if (found === undefined)
    throw new NotCarriedOver(
      'variant',
      `the route "${routeId}" has no variant "${variantId}"`,
      'correct the name',
    );
  const [variant, place] = found;
  if (variant.disabled === true) return [];
  return losses.attempt(place, () => rulesOf(definition, variant, place, input, losses)) ?? [];
}
