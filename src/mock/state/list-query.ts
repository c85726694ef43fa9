// The query of a list request: its parameters by their meaning, and the queries of other pages.

import { type Pair, parsePairs } from '../../exchange/exchange.ts';
import type { Call } from '../../scenario/call.ts';
import type { ListParameters, PagingRole } from './list-parameters.ts';

const PAGING_ROLES = ['limit', 'page', 'offset', 'after', 'before', 'sort', 'direction'] as const;

export class ListQuery {
  readonly #parameters: ListParameters;
  readonly #pairs: readonly Pair[];
  readonly #ignored = new Set<string>();

  constructor({ request }: Call, parameters: ListParameters) {
    this.#parameters = parameters;
    this.#pairs = parsePairs(request.query);
  }

  /** The values of a parameter; "a,b" is two. */
  values(name: string): readonly string[] {
    return this.#pairs.flatMap(pair => (pair.name === name ? [pair.value, ...split(pair.value)] : []));
  }

  text(role: PagingRole): string | undefined {
    const name = this.#parameters.paging.get(role)?.name;
    const value = name === undefined ? undefined : this.#pairs.findLast(pair => pair.name === name)?.value;
    return value === '' ? undefined : value;
  }

  /** A value that is no number from 0 has no effect. */
  number(role: PagingRole): number | undefined {
    const text = this.text(role);
    if (text === undefined) return undefined;
    if (/^\d+$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
    this.ignore(role);
    return undefined;
  }

  ignore(role: PagingRole): void {
    const name = this.#parameters.paging.get(role)?.name;
    if (name !== undefined) this.#ignored.add(name);
  }

  /** The declared parameters that were sent and have no effect. */
  ignored(): readonly string[] {
    const { paging, filters, names } = this.#parameters;
    const used = new Set([...paging.values()].map(({ name }) => name));
    for (const name of names)
      if (!used.has(name) && !filters.has(name) && this.#pairs.some(pair => isNamed(pair, name)))
        this.#ignored.add(name);
    return [...this.#ignored];
  }

  /**
   * Makes the query of another page: with the parameter that the client uses, else the first that the document declares.
   * @returns undefined if none is declared
   */
  pageQuery(
    size: number,
    firstPage: number,
  ): ((offset: number, cursor: string | undefined) => string) | undefined {
    const { paging } = this.#parameters;
    const roles = (['after', 'page', 'offset'] as const).filter(role => paging.has(role));
    const role = roles.find(each => this.text(each) !== undefined) ?? roles[0];
    const parameter = role === undefined ? undefined : paging.get(role);
    if (parameter === undefined) return undefined;
    const { name, plain } = parameter;
    const isFromOne = role === 'offset' && plain === 'startindex';
    return (offset, cursor) => {
      const value =
        role === 'after'
          ? cursor
          : role === 'page'
            ? Math.floor(offset / Math.max(1, size)) + firstPage
            : offset + (isFromOne ? 1 : 0);
      const others = this.#pairs.filter(
        pair => !PAGING_ROLES.slice(1, 5).some(each => paging.get(each)?.name === pair.name),
      );
      const pairs = others.map(pair => `${encodeURIComponent(pair.name)}=${pair.raw}`);
      return [
        ...pairs,
        ...(value === undefined
          ? []
          : [`${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value)}`]),
      ].join('&');
    };
  }
}

function split(value: string): readonly string[] {
  return value.includes(',') ? value.split(',') : [];
}

/** The parameter "filter" is sent as "filter[name]" if it is an object. */
function isNamed(pair: Pair, name: string): boolean {
  return pair.name === name || pair.name.startsWith(`${name}[`);
}
