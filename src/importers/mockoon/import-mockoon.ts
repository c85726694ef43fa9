// Imports environments of Mockoon: routes as one scenario, and CRUD routes as resources with the items of their data bucket.
import { isObject, type JsonObject, textOfValue } from '../../exchange/json.ts';
import { randomFrom } from '../../exchange/seeded-random.ts';
import { pluralize } from '../../finding/plural.ts';
import { loadFaker } from '../../openapi/faker-library.ts';
import { stringOf } from '../../recording/json-values.ts';
import { DOCUMENT_METHODS } from '../document.ts';
import { readEndpoint } from '../express-path.ts';
import { below, type ImportInput, placedObjects } from '../import-input.ts';
import { LossList } from '../loss-list.ts';
import type { Imported, ImportedResource, ImportedRule, ImportPlace } from '../model.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { readBuckets } from './buckets.ts';
import type { ResponseContext } from './response.ts';
import { routeRules } from './route-rules.ts';

export function isMockoon(value: unknown): boolean {
  return (
    isObject(value) &&
    Array.isArray(value.routes) &&
    (value.lastMigration !== undefined || value.endpointPrefix !== undefined)
  );
}

export async function importMockoon(input: ImportInput): Promise<Imported> {
  const losses = new LossList();
  const faker = await loadFaker();
  const resources: ImportedResource[] = [];
  const rules = input.files.flatMap(source => {
    if (!isObject(source.value)) return [];
    const environment = source.value;
    const { value: bucket, body: bucketBody } = readBuckets(
      environment,
      { source, pointer: '' },
      losses,
      faker,
    );
    const context: ResponseContext = {
      environment,
      input,
      losses,
      bucketBody,
      templates: { names: [], bucket, faker, random: randomFrom('mockoon') },
    };
    addEnvironmentLosses(environment, { source, pointer: '' }, losses);
    return orderedRoutes(environment, { source, pointer: '' })
      .flatMap(([route, place]) => {
        if (route.type === 'crud') {
          const resource = losses.attempt(place, () => readResource(route, place, context, bucket));
          if (resource !== undefined) resources.push(resource);
          return [];
        }
        return losses.attempt(place, () => readRoute(route, place, context, bucket)) ?? [];
      })
      .concat(proxyRule(environment, { source, pointer: '' }));
  });
  return {
    format: 'mockoon',
    scenarios: [{ name: 'mockoon', title: 'Replies as the routes of Mockoon do', onByDefault: true, rules }],
    losses: losses.losses,
    resources,
  };
}

function addEnvironmentLosses(environment: JsonObject, place: ImportPlace, losses: LossList): void {
  if (isObject(environment.tlsOptions) && environment.tlsOptions.enabled === true)
    losses.add(
      place,
      '/tlsOptions',
      'tlsOptions',
      'a scenario has no certificate',
      'serve with --tls-cert and --tls-key',
    );
  for (const name of ['proxyReqHeaders', 'proxyResHeaders'])
    if (placedObjects(environment[name], place).length > 0)
      losses.add(
        place,
        `/${name}`,
        name,
        'proxied messages are not changed',
        'let client and service set the fields',
      );
  if (environment.proxyMode === true)
    losses.add(
      place,
      '/proxyMode',
      'proxyMode',
      'the address of a real service belongs to the command, and paths have up to three segments',
      'start the server with the --upstream that this command prints',
    );
}

function proxyRule(environment: JsonObject, place: ImportPlace): ImportedRule[] {
  const host = stringOf(environment.proxyHost);
  if (environment.proxyMode !== true || host === undefined || host === '') return [];
  return [{ methods: [], path: { segments: [], isOpen: true }, when: {}, reply: { upstream: host }, place }];
}

/** The routes in the order of the tree of folders, which is the order in which they are tried. */
function orderedRoutes(environment: JsonObject, place: ImportPlace): (readonly [JsonObject, ImportPlace])[] {
  const routes = placedObjects(environment.routes, below(place, 'routes'));
  const byId = new Map(routes.map(each => [each[0].uuid, each]));
  const folders = new Map(placedObjects(environment.folders, place).map(([folder]) => [folder.uuid, folder]));
  if (!Array.isArray(environment.rootChildren) || environment.rootChildren.length === 0) return [...routes];
  const ordered: (readonly [JsonObject, ImportPlace])[] = [];
  const open: unknown[][] = [[...environment.rootChildren]];
  while (open.length > 0) {
    const child: unknown = open.at(-1)?.shift();
    if (child === undefined) open.pop();
    else if (isObject(child)) {
      const route = byId.get(child.uuid);
      const folder = folders.get(child.uuid);
      // Each folder is entered once, also if the tree has a cycle.
      folders.delete(child.uuid);
      if (child.type === 'route' && route !== undefined) ordered.push(route);
      else if (Array.isArray(folder?.children)) open.push([...(folder.children as unknown[])]);
    }
  }
  return ordered;
}

function readRoute(
  route: JsonObject,
  place: ImportPlace,
  context: ResponseContext,
  bucket: (name: string) => unknown,
): ImportedRule[] {
  if (route.type !== 'http' && route.type !== undefined)
    throw new NotCarriedOver(
      `route of type ${textOfValue(route.type)}`,
      'the mock has no WebSockets',
      'none',
      '/type',
    );
  if (route.streamingMode === 'UNICAST' || route.streamingMode === 'BROADCAST')
    throw new NotCarriedOver(
      'streamingMode',
      'replies are sent once',
      'document an event stream',
      '/streamingMode',
    );
  const method = (stringOf(route.method) ?? 'get').toUpperCase();
  if (method !== 'ALL' && !DOCUMENT_METHODS.has(method))
    throw new NotCarriedOver(
      'method',
      `OpenAPI 3.1 has no method ${method}`,
      'use another method',
      '/method',
    );
  const endpoint = stringOf(route.endpoint) ?? '';
  const prefix = stringOf(context.environment.endpointPrefix) ?? '';
  const methods = method === 'ALL' ? [] : [method];
  return readEndpoint(prefix, endpoint).flatMap(path =>
    routeRules(
      route,
      place,
      { methods, path },
      `${method} /${endpoint}`.replace(/[^\w /:.-]/g, '-'),
      context,
      bucket,
    ),
  );
}

function readResource(
  route: JsonObject,
  place: ImportPlace,
  { environment, losses }: ResponseContext,
  bucket: (name: string) => unknown,
): ImportedResource {
  const [first] = placedObjects(route.responses, below(place, 'responses'));
  if (first === undefined)
    throw new NotCarriedOver('crud', 'it has no response', 'add the response of the data bucket');
  const [response, at] = first;
  const prefix = stringOf(environment.endpointPrefix) ?? '';
  const path = `/${prefix}/${stringOf(route.endpoint) ?? ''}`.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  if (/[:*?+(){}]/.test(path))
    throw new NotCarriedOver(
      'endpoint',
      'all lists below a variable have the same items in Mockoon, and each has its own here',
      'write one route for each list',
      '/endpoint',
    );
  const idName = stringOf(response.crudKey) || 'id';
  const bucketName = stringOf(response.databucketID) ?? '';
  const items = identifiedItems(bucket(bucketName), idName, at, losses);
  if (items === undefined)
    throw new NotCarriedOver(
      'databucketID',
      `a resource begins with a list of objects, and the data bucket "${bucketName}" has none`,
      'write the items as JSON',
      `${at.pointer.slice(place.pointer.length)}/databucketID`,
    );
  losses.add(
    place,
    '/endpoint',
    'crud',
    'PUT, PATCH and DELETE of the whole list, "search", filters such as age_gt, and pages of 10 items without a "limit" have no counterpart',
    'change items one by one, and send "limit" with "page"; see docs/state.md',
  );
  losses.add(
    place,
    '/endpoint',
    'X-Filtered-Count',
    'a list has the field X-Total-Count only',
    'count the items of the list',
  );
  losses.add(
    place,
    '/endpoint',
    'Location',
    'a created item gets a Location, and its members are in the order of the document',
    'none is needed',
  );
  return { path, idName, items, place };
}

/** The items that have an id of their own; undefined: the value is no list of objects. */
function identifiedItems(
  value: unknown,
  idName: string,
  place: ImportPlace,
  losses: LossList,
): JsonObject[] | undefined {
  if (!Array.isArray(value) || !value.every(isObject)) return undefined;
  const items = new Map<string, JsonObject>();
  for (const item of value) {
    const { [idName]: id } = item;
    if ((typeof id === 'string' && id !== '' && id.isWellFormed()) || typeof id === 'number')
      items.set(textOfValue(id), items.get(textOfValue(id)) ?? item);
  }
  const lost = value.length - items.size;
  if (lost > 0)
    losses.add(
      place,
      '/crudKey',
      'crudKey',
      `${pluralize(lost, 'item')} of ${value.length} ${lost === 1 ? 'has' : 'have'} no "${idName}" of ${lost === 1 ? 'its' : 'their'} own, and ${lost === 1 ? 'is' : 'are'} left out`,
      'give each item an id',
    );
  return [...items.values()];
}
