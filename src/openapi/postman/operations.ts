// Writes the requests of a Postman collection as operations: one for each method and path template.

import { childNode, type DocumentNode } from '../../document/documents.ts';
import { textOfValue } from '../../exchange/json.ts';
import { wordsOf } from '../../exchange/names.ts';
import { stringOf } from '../../recording/json-values.ts';
import { type CollectionServer, type RequestAddress, readAddress } from './address.ts';
import { type BodySample, createNamer, writeContent } from './body-samples.ts';
import type { CollectionItem } from './collection.ts';
import { descriptionOf, membersAt, type PostmanConversion, quoteName } from './conversion.ts';
import { addKinds } from './infer-schema.ts';
import { writePathParameters, writeSentParameters } from './parameters.ts';
import { readRequestBody } from './request-body.ts';
import { readSavedResponseNode, type SavedResponse, writeResponses } from './responses.ts';
import { type NamedScheme, schemeOf } from './security.ts';
import { groupByTemplate, type OperationGroup } from './templates.ts';

/** A request of an item, or the one that belongs to a saved response. */
interface CollectionRequest {
  readonly item: CollectionItem;
  readonly request: DocumentNode;
  readonly method: string;
  readonly address: RequestAddress;
  readonly response: SavedResponse | undefined;
}

/** The parts of an OpenAPI document that requests decide. */
export interface WrittenOperations {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly servers: readonly CollectionServer[];
  readonly schemes: ReadonlyMap<string, NamedScheme>;
}

const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']);

export function writeOperations(
  conversion: PostmanConversion,
  items: readonly CollectionItem[],
): WrittenOperations {
  const requests = items.flatMap(item => requestsOf(conversion, item));
  for (const { response } of requests) addKinds(conversion.kinds, response?.body?.value);
  const groups = groupByTemplate(requests);
  const servers = commonServers(groups);
  const schemes = new Map<string, NamedScheme>();
  const paths: Record<string, Record<string, object>> = {};
  const uniqueId = createNamer('');
  for (const group of groups) {
    const [{ item }] = group.requests as [CollectionRequest];
    const pathItem = paths[group.path] ?? conversion.from<Record<string, object>>(item.node, {});
    paths[group.path] = pathItem;
    const id = operationId(item.name);
    pathItem[group.method.toLowerCase()] = writeOperation(
      conversion,
      group,
      id === undefined ? undefined : uniqueId(id),
      servers,
      schemes,
    );
  }
  return { paths, servers, schemes };
}

/** The request of an item and those of its saved responses. */
function requestsOf(conversion: PostmanConversion, item: CollectionItem): CollectionRequest[] {
  const address = readAddress(conversion, item.request, item.fill);
  const method = methodOf(item.request);
  const problem =
    typeof address === 'string' ? address : METHODS.has(method) ? undefined : `has the method "${method}"`;
  if (typeof address === 'string' || problem !== undefined) {
    conversion.report(
      'spec-operation',
      item.node,
      `the request ${quoteName(item.name)} ${problem}: it is left out`,
    );
    return [];
  }
  const own = { item, request: item.request, method, address, response: undefined };
  const saved = item.responses.flatMap((node): CollectionRequest[] => {
    const response = readSavedResponseNode(conversion, node, item.fill);
    if (response === undefined) return [];
    const original = childNode(node, 'originalRequest');
    const sentTo = original && readAddress(conversion, original, item.fill);
    const isUsable = original !== undefined && typeof sentTo === 'object' && METHODS.has(methodOf(original));
    return isUsable
      ? [{ item, request: original, method: methodOf(original), address: sentTo, response }]
      : [{ ...own, response }];
  });
  return [own, ...saved];
}

function methodOf(request: DocumentNode): string {
  return stringOf(membersAt(request).method)?.trim().toUpperCase() || 'GET';
}

/** Longer names are sentences. */
const MAX_WORDS = 8;

/** "Get user by id" is "getUserById". */
function operationId(name: string): string | undefined {
  const [first, ...others] = wordsOf(name).slice(0, MAX_WORDS);
  return first && first + others.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function serversOf({ requests }: OperationGroup<CollectionRequest>): readonly CollectionServer[] {
  const servers = requests.map(({ address }) => address.server ?? { url: '/' });
  return [...new Map(servers.map(server => [server.url, server])).values()];
}

/** The servers of most operations. */
function commonServers(groups: readonly OperationGroup<CollectionRequest>[]): readonly CollectionServer[] {
  const byUrls = Map.groupBy(groups.map(serversOf), servers => urlsOf(servers));
  const [most] = [...byUrls.values()].toSorted((left, right) => right.length - left.length);
  return most?.[0] ?? [];
}

function urlsOf(servers: readonly CollectionServer[]): string {
  return servers.map(({ url }) => url).join(' ');
}

function writeOperation(
  conversion: PostmanConversion,
  group: OperationGroup<CollectionRequest>,
  id: string | undefined,
  common: readonly CollectionServer[],
  schemes: Map<string, NamedScheme>,
): object {
  const { requests, path, variables } = group;
  const [{ item, request }] = requests as readonly [CollectionRequest];
  const saved = requests.flatMap(({ response }) => (response === undefined ? [] : [response]));
  // A request that was rejected says little about valid ones.
  const valid = requests.filter(({ response }) => response === undefined || response.status < 400);
  const typical = withoutRepetition(valid.length === 0 ? requests : valid);
  const security = securityOf(conversion, typical, schemes);
  const omitted = new Set(security.map(({ scheme }) => `${scheme.in} ${fieldOf(scheme)}`));
  const parameters = [
    ...writePathParameters(conversion, path, variables),
    ...writeSentParameters(
      conversion,
      typical.map(each => ({ ...each, fill: each.item.fill })),
      omitted,
    ),
  ];
  const bodies = typical.map(each =>
    isBodyLeftOut(each)
      ? undefined
      : readRequestBody(conversion, each.request, each.response?.name || each.item.name, each.item.fill),
  );
  const sent = bodies.filter(body => body !== undefined);
  const description = descriptionOf(membersAt(request)) ?? descriptionOf(membersAt(item.node));
  const servers = serversOf(group);
  return conversion.from(item.node, {
    ...(item.folders.length > 0 && { tags: [...new Set(item.folders)] }),
    ...(item.name !== '' && { summary: item.name }),
    ...(description !== undefined && { description: conversion.mask.text(description) }),
    ...(id !== undefined && { operationId: id }),
    ...(parameters.length > 0 && { parameters: conversion.from(request, parameters) }),
    ...(sent.length > 0 && { requestBody: writeBodyOf(conversion, sent, bodies.length) }),
    responses: writeResponses(conversion, saved, item.node),
    ...(security.length > 0 && {
      security: security.map(({ name, node }) => conversion.from(node, { [name]: [] })),
    }),
    ...(urlsOf(servers) !== urlsOf(common) && { servers }),
    'x-inferred-from': { savedResponses: saved.length, requestBodies: sent.length },
  });
}

/** Postman does not send the body that a request to read something has, unless the item says so. */
function isBodyLeftOut({ method, item }: CollectionRequest): boolean {
  const { disableBodyPruning } = membersAt(childNode(item.node, 'protocolProfileBehavior'));
  return (method === 'GET' || method === 'HEAD') && disableBodyPruning !== true;
}

/** A saved response without a request of its own belongs to that of the item. */
function withoutRepetition(requests: readonly CollectionRequest[]): CollectionRequest[] {
  return [
    ...new Map(requests.toReversed().map(each => [each.request.pointer, each] as const)).values(),
  ].toReversed();
}

function writeBodyOf(conversion: PostmanConversion, bodies: readonly BodySample[], requests: number): object {
  const [{ node }] = bodies as readonly [BodySample];
  const content = writeContent(conversion, bodies, hasSeveralBodies);
  return conversion.from(node, {
    required: bodies.length === requests,
    content: conversion.from(node, content),
  });
}

/** One body does not show which of its members are required. */
function hasSeveralBodies(bodies: readonly BodySample[]): boolean {
  return new Set(bodies.map(({ value }) => JSON.stringify(value))).size > 1;
}

/** The alternatives of credentials. A request without any is a test of what happens without them. */
function securityOf(
  conversion: PostmanConversion,
  requests: readonly CollectionRequest[],
  schemes: Map<string, NamedScheme>,
): NamedScheme[] {
  const found = new Map<string, NamedScheme>();
  for (const { item, request } of requests) {
    const scheme = schemeOf(conversion, request, item.auth, item.fill);
    if (scheme === undefined || found.has(scheme.name)) continue;
    found.set(scheme.name, scheme);
    if (!schemes.has(scheme.name)) schemes.set(scheme.name, scheme);
  }
  return [...found.values()];
}

function fieldOf({ in: location, name }: NamedScheme['scheme']): string {
  return location === 'header' ? textOfValue(name).toLowerCase() : textOfValue(name);
}
