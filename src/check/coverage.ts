// What of the documents the traffic showed: operations, statuses, media types, parameters, properties and enum values.
import {
  type ApiSpec,
  type Content,
  type Contract,
  type Operation,
  type Parameter,
  responseFor,
} from '../contract/contract.ts';
import type { Direction } from '../contract/dialect.ts';
import type { Match } from '../contract/tree.ts';
import { type Decoded, decodeBody, type Message } from '../exchange/body.ts';
import { decodePercent, type Exchange, header, parseCookies, parsePairs } from '../exchange/exchange.ts';
import { closestMediaType, mediaTypeOf } from '../exchange/media-type.ts';
import { type Item, type Node, PropertyTrees, touch, walk } from './properties.ts';
import type { Level } from './report.ts';

interface ContentPlan {
  readonly item: Item;
  readonly node: Node | undefined;
}

interface Plan {
  readonly operation: Item;
  readonly statuses: ReadonlyMap<string, Item>;
  readonly contents: ReadonlyMap<Content, ContentPlan>;
  readonly parameters: readonly {
    readonly parameter: Parameter;
    readonly item: Item;
    readonly enums: ReadonlyMap<string, Item>;
  }[];
}

/** The parts of the documents that can be covered; each knows whether it was seen, and whether in a kept exchange. */
export class Coverage {
  readonly #plans = new Map<Operation, Plan>();
  readonly #items = new Map<Level, Map<string, Item>>();
  readonly #trees = new PropertyTrees((level, key) => this.#item(level, key));

  constructor(contract: Contract) {
    // All at once, in the order of the documents: a schema with two places, by an alias, is known by the first of them.
    for (const api of contract.apis) for (const operation of api.operations) this.#plan(operation);
  }

  /** @param kept whether the exchange kept the contract */
  mark({ operation, pathValues }: Match, { request, response }: Exchange, kept: boolean): void {
    const plan = this.#plan(operation);
    touch(plan.operation, kept);
    for (const { parameter, item, enums } of plan.parameters) {
      if (item.kept && isKept(enums)) continue;
      const values = valuesOf(parameter, pathValues, request);
      if (values.length === 0) continue;
      touch(item, kept);
      for (const value of values) {
        // A number or a boolean is written as in JSON, a text without its quotes.
        const found = enums.get(JSON.stringify(value)) ?? enums.get(value);
        if (found !== undefined) touch(found, kept);
      }
    }
    this.#markContent(plan, operation, operation.requestBody?.contents ?? [], request, 'request', kept);
    if (response === undefined) return;
    const declared = responseFor(operation, response.status);
    if (declared === undefined) return;
    const status = plan.statuses.get(declared.status);
    if (status !== undefined) touch(status, kept);
    this.#markContent(plan, operation, declared.contents, response, 'response', kept);
  }

  /** Everything that is declared, with what was seen of it. */
  levels(): ReadonlyMap<Level, ReadonlyMap<string, Item>> {
    return this.#items;
  }

  /** What was touched, for handing over to another thread; see absorb(). */
  touched(): [Level, string, boolean][] {
    return [...this.#items].flatMap(([level, items]) =>
      [...items.values()].flatMap(({ key, seen, kept }): [Level, string, boolean][] =>
        seen ? [[level, key, kept]] : [],
      ),
    );
  }

  /** Adds what another thread touched. */
  absorb(touched: readonly (readonly [Level, string, boolean])[]): void {
    const levels = this.levels();
    for (const [level, key, kept] of touched) {
      const item = levels.get(level)?.get(key);
      if (item !== undefined) touch(item, kept);
    }
  }

  #markContent(
    plan: Plan,
    { api }: Operation,
    contents: readonly Content[],
    message: Message,
    direction: Direction,
    kept: boolean,
  ): void {
    if (contents.length === 0) return;
    const mediaType = mediaTypeOf(message.headers);
    const content = mediaType && closestMediaType(contents, mediaType);
    const found = content && plan.contents.get(content);
    if (found === undefined) return;
    const decoded = decodeBody(message);
    if (decoded.kind === 'empty' || decoded.kind === 'not-recorded') return;
    touch(found.item, kept);
    if (found.node === undefined) return;
    const value = shownBy(decoded);
    if (value !== undefined) walk(api, found.node, value, direction, kept);
  }

  #plan(operation: Operation): Plan {
    let plan = this.#plans.get(operation);
    if (plan === undefined) {
      plan = this.#makePlan(operation);
      this.#plans.set(operation, plan);
    }
    return plan;
  }

  #makePlan(operation: Operation): Plan {
    const { api, id } = operation;
    const name = `${api.name} ${id}`;
    const contents = new Map<Content, ContentPlan>();
    const take = (content: Content, where: string): void => {
      contents.set(content, {
        item: this.#item('mediaTypes', `${name} ${where} ${content.mediaType}`),
        node: this.#node(api, content.schema),
      });
    };
    for (const content of operation.requestBody?.contents ?? []) take(content, 'request');
    for (const response of operation.responses) {
      for (const content of response.contents) take(content, response.status);
    }
    return {
      operation: this.#item('operations', name),
      statuses: new Map(
        operation.responses.map(({ status }) => [status, this.#item('statuses', `${name} ${status}`)]),
      ),
      contents,
      parameters: operation.parameters.map(parameter => ({
        parameter,
        item: this.#item('parameters', `${name} ${parameter.in} ${parameter.name}`),
        enums: enumsOf(this.#node(api, parameter.schema)),
      })),
    };
  }

  #node(api: ApiSpec, schema: Content['schema']): Node | undefined {
    return schema && this.#trees.nodeOf(api, schema);
  }

  #item(level: Level, key: string): Item {
    let items = this.#items.get(level);
    if (items === undefined) {
      items = new Map();
      this.#items.set(level, items);
    }
    let item = items.get(key);
    if (item === undefined) {
      item = { key, seen: false, kept: false };
      items.set(key, item);
    }
    return item;
  }
}

function isKept(items: ReadonlyMap<string, Item>): boolean {
  for (const item of items.values()) if (!item.kept) return false;
  return true;
}

/** As far as properties and enum values can be seen in it: the members of a form are texts. */
function shownBy(decoded: Decoded): unknown {
  switch (decoded.kind) {
    case 'json':
      return decoded.value;
    case 'form':
      return Object.fromEntries(decoded.pairs.map(({ name, value }) => [name, value]));
    case 'multipart':
      return Object.fromEntries(decoded.parts.map(({ name }) => [name, null]));
    default:
      return undefined;
  }
}

function enumsOf(node: Node | undefined): ReadonlyMap<string, Item> {
  const own = [node, ...(node?.also ?? [])].flatMap(each => [
    each,
    each?.items,
    ...(each?.items?.also ?? []),
  ]);
  return new Map(own.flatMap(each => [...(each?.enums ?? [])]));
}

/** The texts that a parameter was sent with, as far as an enum can be looked up by them. */
function valuesOf(
  { in: where, name, explode }: Parameter,
  pathValues: Match['pathValues'],
  { query, headers }: Exchange['request'],
): string[] {
  switch (where) {
    // Whoever matched the path has sent its parameters.
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
        .filter(pair => pair.name === name)
        .map(({ value }) => value);
    case 'query': {
      const own = parsePairs(query).filter(pair => pair.name === name || pair.name.startsWith(`${name}[`));
      return own.flatMap(({ value }) => (explode ? [value] : value.split(/[,| ]/)));
    }
  }
}
