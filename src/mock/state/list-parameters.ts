// The query parameters of a list: which of them page, sort and filter, by their names and by the properties of the items.

import { plainName } from '../../exchange/names.ts';
import type { ApiSpec, Operation, Parameter } from '../../openapi/model.ts';
import { type TypeHints, typeHintsOf } from '../../schema/type-hints.ts';
import { keywordsAt } from './settable-members.ts';

export type PagingRole = 'limit' | 'page' | 'offset' | 'after' | 'before' | 'sort' | 'direction';

/** Names without separators, in lower case: "page[size]" and "pageSize" are "pagesize". */
const PAGING_NAMES: Readonly<Record<PagingRole, RegExp>> = {
  limit:
    /^(?:limit|perpage|pagesize|pagelimit|size|count|top|first|take|max|maxresults|maxitems|itemsperpage|resultsperpage|rows|numresults)$/,
  page: /^(?:page|pagenumber|pageno|pagenum|pageindex|currentpage)$/,
  offset: /^(?:offset|skip|start|startindex|pageoffset|from)$/,
  after:
    /^(?:cursor|after|startingafter|startafter|pagetoken|nexttoken|nextpagetoken|nextcursor|continuationtoken|marker|pageafter|pagecursor|lastid|aftercursor)$/,
  before: /^(?:before|endingbefore|endbefore|previouscursor|prevcursor|pagebefore|beforecursor)$/,
  sort: /^(?:sort|sortby|sortfield|sortkey|orderby|ordering|order)$/,
  direction: /^(?:direction|sortorder|sortdirection|sortdir|orderdirection|orderdir|dir)$/,
};

export interface PagingParameter {
  readonly name: string;
  /** The name without separators, in lower case. */
  readonly plain: string;
  readonly hints: TypeHints;
  /** Keywords of its schema. */
  readonly default: unknown;
  readonly minimum: unknown;
  readonly maximum: unknown;
}

export interface ListParameters {
  readonly paging: ReadonlyMap<PagingRole, PagingParameter>;
  /** Query parameters that are properties of the items, with the property. */
  readonly filters: ReadonlyMap<string, string>;
  /** All declared query parameters. */
  readonly names: readonly string[];
}

const LIST_PARAMETERS = new WeakMap<Operation, ListParameters>();

/** @param item the properties of the items */
export function listParametersOf(operation: Operation, item: TypeHints | undefined): ListParameters {
  let parameters = LIST_PARAMETERS.get(operation);
  if (parameters === undefined) {
    parameters = readListParameters(operation, item);
    LIST_PARAMETERS.set(operation, parameters);
  }
  return parameters;
}

function readListParameters({ api, parameters }: Operation, item: TypeHints | undefined): ListParameters {
  const paging = new Map<PagingRole, PagingParameter>();
  const filters = new Map<string, string>();
  let order: PagingParameter | undefined;
  const properties = new Map([...(item?.properties.keys() ?? [])].map(name => [plainName(name), name]));
  const fields = parameters.flatMap(parameter => queryFields(api, parameter));
  for (const field of fields) {
    const { name, hints } = field;
    const plain = plainName(name);
    const role = pagingRole(plain, hints);
    const property = properties.get(plain);
    if (role === 'sort' && plain === 'order' && !isFilter(role, property))
      order ??= toPagingParameter(api, field);
    else if (role !== undefined && !paging.has(role) && !isFilter(role, property))
      paging.set(role, toPagingParameter(api, field));
    else if (property !== undefined) filters.set(name, property);
  }
  asDirection(paging, order);
  return { paging, filters, names: fields.map(({ name }) => name) };
}

/** A name in the query, and the schema of its value: at the steps of a schema. */
interface QueryField {
  readonly name: string;
  readonly hints: TypeHints;
  readonly schema: Parameter['schema'];
  readonly steps: readonly string[];
}

/** A query parameter, or the members of a query string that is a form. */
function queryFields(api: ApiSpec, { name, in: location, schema, content }: Parameter): QueryField[] {
  const hints = typeHintsOf(api, schema ?? content?.schema);
  if (location === 'query') return [{ name, hints, schema, steps: [] }];
  if (location !== 'querystring' || !/^application\/x-www-form-urlencoded/i.test(content?.mediaType ?? ''))
    return [];
  return [...hints.properties].map(([member, each]) => ({
    name: member,
    hints: each,
    schema: content?.schema,
    steps: [member],
  }));
}

function toPagingParameter(api: ApiSpec, { name, hints, schema, steps }: QueryField): PagingParameter {
  const keywords = keywordsAt(api, schema, steps, 'request');
  const read = (keyword: string): unknown => keywords.find(each => each[keyword] !== undefined)?.[keyword];
  const plain = plainName(name);
  return { name, plain, hints, default: read('default'), minimum: read('minimum'), maximum: read('maximum') };
}

function pagingRole(plain: string, hints: TypeHints): PagingRole | undefined {
  const roles = Object.entries(PAGING_NAMES) as [PagingRole, RegExp][];
  const role = roles.find(([, names]) => names.test(plain))?.[0];
  const isNumber = role === 'limit' || role === 'page' || role === 'offset';
  const mayBeNumber = hints.types.size === 0 || hints.types.has('integer') || hints.types.has('number');
  // A time, such as "before=2030-01-01", filters in another way than by equality.
  if ((role === 'after' || role === 'before') && hints.accepts('2030-01-01T00:00:00Z') && !hints.accepts('a'))
    return undefined;
  return isNumber && !mayBeNumber ? undefined : role;
}

/** A property "count" or "size" of the items is no number of items; a property "order" may be sorted by. */
function isFilter(role: PagingRole, property: string | undefined): boolean {
  return (
    property !== undefined &&
    (role === 'sort' ||
      role === 'direction' ||
      /^(?:size|count|top|max|rows|from|start)$/.test(plainName(property)))
  );
}

/** `order` is the direction beside another parameter that sorts, or if it takes no name: `sort=name&order=asc`. */
function asDirection(paging: Map<PagingRole, PagingParameter>, order: PagingParameter | undefined): void {
  if (order === undefined) return;
  const takesNames = !order.hints.accepts('asc') || order.hints.accepts('name');
  if (takesNames && !paging.has('sort')) paging.set('sort', order);
  else if (!paging.has('direction')) paging.set('direction', order);
}
