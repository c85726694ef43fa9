// Tracks which operations, statuses, media types, parameters, properties and enum values the traffic exercises.

import { type DecodedBody, decodeBody } from '../exchange/body.ts';
import { decodePercent, type Exchange, header, parseCookies, parsePairs } from '../exchange/exchange.ts';
import { closestMediaType, mediaTypeOf } from '../exchange/media-type.ts';
import type { Message } from '../exchange/text-body.ts';
import {
  type ApiSpec,
  type Content,
  type Contract,
  type Operation,
  type Parameter,
  responseFor,
} from '../openapi/model.ts';
import type { Match } from '../routing/trie.ts';
import type { Direction } from '../schema/dialect.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import { readBodyValue } from '../validate/body-value.ts';
import {
  type CoverageItem,
  markItem,
  markValue,
  PropertyTrees,
  type SchemaNode,
} from './property-coverage.ts';
import type { CoverageLevel } from './report-terms.ts';

interface ContentItems {
  readonly item: CoverageItem;
  readonly node: SchemaNode | undefined;
}

interface OperationItems {
  readonly operation: CoverageItem;
  readonly statuses: ReadonlyMap<string, CoverageItem>;
  readonly contents: ReadonlyMap<Content, ContentItems>;
  readonly parameters: readonly {
    readonly parameter: Parameter;
    /** The names of its pairs in the query or in cookies. */
    readonly names: ReadonlySet<string>;
    readonly item: CoverageItem;
    readonly enums: ReadonlyMap<string, CoverageItem>;
  }[];
}

/** The items of the documents that traffic can cover: whether each was seen, and whether in an exchange that passed. */
export class CoverageTracker {
  readonly #operations = new Map<Operation, OperationItems>();
  readonly #items = new Map<CoverageLevel, Map<string, CoverageItem>>();
  readonly #trees = new PropertyTrees((level, key) => this.#item(level, key));

  constructor(contract: Contract) {
    // Create all items now, in document order, because the key of a schema with two places (by a YAML alias) is the first one.
    for (const api of contract.apis) for (const operation of api.operations) this.#itemsOf(operation);
  }

  /** @param passed whether the exchange passed */
  mark({ operation, pathValues }: Match, { request, response }: Exchange, passed: boolean): void {
    const operationItems = this.#itemsOf(operation);
    markItem(operationItems.operation, passed);
    for (const { parameter, names, item, enums } of operationItems.parameters) {
      if (item.passed && allPassed(enums)) continue;
      const values = parameterValues(parameter, names, pathValues, request);
      if (values.length === 0) continue;
      markItem(item, passed);
      for (const value of values) {
        // Enum keys are JSON; a number or a boolean parameter is sent as its JSON text.
        const enumItem = enums.get(JSON.stringify(value)) ?? enums.get(value);
        if (enumItem !== undefined) markItem(enumItem, passed);
      }
    }
    this.#markContent(
      operationItems,
      operation,
      operation.requestBody?.contents ?? [],
      request,
      'request',
      passed,
    );
    if (response === undefined) return;
    const declared = responseFor(operation, response.status);
    if (declared === undefined) return;
    const status = operationItems.statuses.get(declared.status);
    if (status !== undefined) markItem(status, passed);
    this.#markContent(operationItems, operation, declared.contents, response, 'response', passed);
  }

  /** All declared items by level and key. */
  levels(): ReadonlyMap<CoverageLevel, ReadonlyMap<string, CoverageItem>> {
    return this.#items;
  }

  /** Level, key and passed of the items that were seen; can be posted to another thread, for `markSeen`. */
  seenItems(): [CoverageLevel, string, boolean][] {
    return [...this.#items].flatMap(([level, items]) =>
      [...items.values()].flatMap(({ key, seen, passed }): [CoverageLevel, string, boolean][] =>
        seen ? [[level, key, passed]] : [],
      ),
    );
  }

  /** Adds the `seenItems` of another tracker. */
  markSeen(seenItems: readonly (readonly [CoverageLevel, string, boolean])[]): void {
    const levels = this.levels();
    for (const [level, key, passed] of seenItems) {
      const item = levels.get(level)?.get(key);
      if (item !== undefined) markItem(item, passed);
    }
  }

  #markContent(
    operationItems: OperationItems,
    { api }: Operation,
    contents: readonly Content[],
    message: Message,
    direction: Direction,
    passed: boolean,
  ): void {
    if (contents.length === 0) return;
    const mediaType = mediaTypeOf(message.headers);
    const content = mediaType && closestMediaType(contents, mediaType);
    const contentItems = content && operationItems.contents.get(content);
    if (content === undefined || contentItems === undefined) return;
    const decoded = decodeBody(message);
    if (decoded.kind === 'empty' || decoded.kind === 'not-recorded') return;
    markItem(contentItems.item, passed);
    if (contentItems.node === undefined) return;
    const value = coverableValue(decoded) ?? readBodyValue(api, content, message)?.json;
    if (value !== undefined) markValue(api, contentItems.node, value, direction, passed);
  }

  #itemsOf(operation: Operation): OperationItems {
    let operationItems = this.#operations.get(operation);
    if (operationItems === undefined) {
      operationItems = this.#createItems(operation);
      this.#operations.set(operation, operationItems);
    }
    return operationItems;
  }

  #createItems(operation: Operation): OperationItems {
    const { api, id } = operation;
    const name = `${api.name} ${id}`;
    const contents = new Map<Content, ContentItems>();
    const addContent = (content: Content, where: string): void => {
      contents.set(content, {
        item: this.#item('mediaTypes', `${name} ${where} ${content.mediaType}`),
        node: this.#node(api, content.schema),
      });
    };
    for (const content of operation.requestBody?.contents ?? []) addContent(content, 'request');
    for (const response of operation.responses) {
      for (const content of response.contents) addContent(content, response.status);
    }
    return {
      operation: this.#item('operations', name),
      statuses: new Map(
        operation.responses.map(({ status }) => [status, this.#item('statuses', `${name} ${status}`)]),
      ),
      contents,
      parameters: operation.parameters.map(parameter => ({
        parameter,
        names: pairNames(api, parameter),
        item: this.#item('parameters', `${name} ${parameter.in} ${parameter.name}`),
        enums: enumItems(this.#node(api, parameter.schema)),
      })),
    };
  }

  #node(api: ApiSpec, schema: Content['schema']): SchemaNode | undefined {
    return schema && this.#trees.nodeOf(api, schema);
  }

  #item(level: CoverageLevel, key: string): CoverageItem {
    let items = this.#items.get(level);
    if (items === undefined) {
      items = new Map();
      this.#items.set(level, items);
    }
    let item = items.get(key);
    if (item === undefined) {
      item = { key, seen: false, passed: false };
      items.set(key, item);
    }
    return item;
  }
}

function allPassed(items: ReadonlyMap<string, CoverageItem>): boolean {
  for (const item of items.values()) if (!item.passed) return false;
  return true;
}

/** The body as a value for property coverage; the values of a form are strings. */
function coverableValue(decoded: DecodedBody): unknown {
  switch (decoded.kind) {
    case 'json':
      return decoded.value;
    case 'form':
      return Object.fromEntries(decoded.pairs.map(({ name, value }) => [name, value]));
    case 'multipart':
      return Object.fromEntries(decoded.parts.map(({ name }) => [name, null]));
    default:
      // XML, and texts of items.
      return undefined;
  }
}

function enumItems(node: SchemaNode | undefined): ReadonlyMap<string, CoverageItem> {
  const nodes = [node, ...(node?.composed ?? [])].flatMap(each => [
    each,
    each?.items,
    ...(each?.items?.composed ?? []),
  ]);
  return new Map(nodes.flatMap(each => [...(each?.enums ?? [])]));
}

/** The members of an exploded object have names of their own. */
function pairNames(api: ApiSpec, { name, style, explode, schema }: Parameter): ReadonlySet<string> {
  const isExploded = explode && (style === 'form' || style === 'cookie');
  const { types, properties } = typeHintsOf(api, isExploded ? schema : undefined);
  return new Set([name, ...(types.has('object') ? properties.keys() : [])]);
}

/** The values sent for a parameter, as text for the lookup of an enum value. */
function parameterValues(
  { in: where, name, explode }: Parameter,
  names: ReadonlySet<string>,
  pathValues: Match['pathValues'],
  { query, headers }: Exchange['request'],
): string[] {
  switch (where) {
    // A request that matched the path has all path parameters.
    case 'path':
      return [decodePercent(pathValues[name] ?? '')];
    case 'header':
      return (
        header(headers, name.toLowerCase())
          ?.split(',')
          .map(item => item.trim()) ?? []
      );
    case 'cookie':
      return parseCookies(header(headers, 'cookie'))
        .filter(pair => names.has(pair.name))
        .map(({ value }) => value);
    case 'query': {
      const pairs = parsePairs(query).filter(
        pair => names.has(pair.name) || pair.name.startsWith(`${name}[`),
      );
      return pairs.flatMap(({ value }) => (explode ? [value] : value.split(/[,| ]/)));
    }
    case 'querystring':
      return query === '' ? [] : [query];
  }
}
