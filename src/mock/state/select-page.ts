// Selects the items of a list that a request asks for: filtered, sorted, and one page of them.

import type { Call } from '../../scenario/call.ts';
import type { TypeHints } from '../../schema/type-hints.ts';
import { cursorFor, findCursor } from './list-cursor.ts';
import { type ListParameters, listParametersOf, type PagingParameter } from './list-parameters.ts';
import { ListQuery } from './list-query.ts';
import { BAD_CURSOR_STATUSES, declaredError } from './refuse-item.ts';
import { readSortKeys } from './sort-items.ts';
import type { StoredItem, Table } from './table.ts';

export interface ListPage {
  readonly items: readonly StoredItem[];
  /** Number of items on all pages. */
  readonly total: number;
  /** Index of the first item of the page. */
  readonly offset: number;
  /** Undefined: the list has no pages. */
  readonly limit: number | undefined;
  /** The number of the first page: 0 or 1. */
  readonly firstPage: number;
  /** How the query selects another page; undefined: the document declares no parameter for that. */
  readonly queryFor: ((offset: number, cursor: string | undefined) => string) | undefined;
  /** The cursor of the page after this one, whether or not a parameter takes it; undefined: this is the last. */
  readonly nextCursor: string | undefined;
  readonly ignored: readonly string[];
}

/** Items of a page where the document says nothing. */
const DEFAULT_LIMIT = 20;
/** Items of a list without pages. */
const MAX_UNPAGED = 1000;
/** Items of a page, whatever the client asks for: a page of all items of a session would stop the server for seconds. */
const MAX_LIMIT = 10_000;

/** @param most items that the schema of the list admits @returns "bad-cursor": of no page, and the document declares a response for that */
export function selectPage(
  call: Call,
  table: Table,
  parents: readonly string[],
  item: TypeHints | undefined,
  most: number,
): ListPage | 'bad-cursor' {
  const parameters = listParametersOf(call.operation, item);
  const query = new ListQuery(call, parameters);
  const found = filterAndSort(query, parameters, table, parents, item);
  const limit = query.number('limit') ?? declaredLimit(parameters);
  const size = Math.min(limit ?? MAX_UNPAGED, most, MAX_LIMIT);
  const firstPage = firstPageOf(parameters.paging.get('page'));
  let offset = offsetOf(query, parameters, size, firstPage);
  let end = offset + size;
  const cursor = query.text('after') ?? query.text('before');
  if (cursor !== undefined) {
    const isAfter = query.text('after') !== undefined;
    const at = findCursor(found, cursor);
    if (at === undefined) {
      if (declaredError(call.operation, BAD_CURSOR_STATUSES) !== undefined) return 'bad-cursor';
      query.ignore(isAfter ? 'after' : 'before');
    } else {
      offset = isAfter ? at.end : Math.max(0, at.start - size);
      end = isAfter ? offset + size : at.start;
    }
  }
  const items = found.slice(offset, end);
  const last = items.at(-1);
  const isLast = last === undefined || offset + items.length >= found.length;
  const next = isLast
    ? undefined
    : cursorFor(last, offset + items.length - 1, parameters.paging.get('after'));
  return {
    items,
    total: found.length,
    offset,
    limit: limit === undefined ? undefined : size,
    firstPage,
    queryFor: query.pageQuery(size, firstPage),
    nextCursor: next,
    ignored: query.ignored(),
  };
}

function filterAndSort(
  query: ListQuery,
  { filters, paging }: ListParameters,
  table: Table,
  parents: readonly string[],
  item: TypeHints | undefined,
): readonly StoredItem[] {
  const wanted = [...filters].flatMap(([name, property]) => {
    const values = query.values(name).filter(value => value !== '');
    return values.length === 0 ? [] : [{ property, values }];
  });
  const sortText = query.text('sort') ?? defaultText(paging.get('sort'));
  const keys = sortText === undefined ? [] : readSortKeys(sortText, query.text('direction'), item);
  if (keys === undefined) query.ignore('sort');
  const isReversed = sortText === undefined && /^desc/i.test(query.text('direction') ?? '');
  return table.arranged(parents, { wanted, keys: keys ?? [], isReversed });
}

function offsetOf(query: ListQuery, { paging }: ListParameters, size: number, firstPage: number): number {
  const page = query.number('page');
  if (page !== undefined) return Math.max(0, page - firstPage) * size;
  const offset = query.number('offset') ?? 0;
  const parameter = paging.get('offset');
  const isFromOne = parameter?.plain === 'startindex' && lowestOf(parameter) === 1;
  return isFromOne ? Math.max(0, offset - 1) : offset;
}

/** Undefined: the document declares no parameter that selects a page. */
function declaredLimit({ paging }: ListParameters): number | undefined {
  const limit = paging.get('limit');
  const { default: declared, maximum } = limit ?? {};
  if (typeof declared === 'number' && declared > 0) return declared;
  const isPaged = (['limit', 'page', 'offset', 'after'] as const).some(role => paging.has(role));
  return isPaged ? Math.min(DEFAULT_LIMIT, typeof maximum === 'number' ? maximum : DEFAULT_LIMIT) : undefined;
}

function firstPageOf(page: PagingParameter | undefined): number {
  if (page === undefined) return 1;
  const lowest = lowestOf(page);
  return lowest === 0 || (lowest === undefined && page.plain === 'pageindex') ? 0 : 1;
}

function lowestOf({ default: first, minimum }: PagingParameter): unknown {
  return first ?? minimum;
}

function defaultText(parameter: PagingParameter | undefined): string | undefined {
  return typeof parameter?.default === 'string' ? parameter.default : undefined;
}
