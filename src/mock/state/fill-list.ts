// Fills the members and header fields around a list: totals, the number of the page, links and cursors of other pages.

import { copyDigits } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import { plainName } from '../../exchange/names.ts';
import type { TypeHints } from '../../schema/type-hints.ts';
import type { Fields } from './base-response.ts';
import type { ListPage } from './select-page.ts';

/** A page with the URLs of others. */
export interface LinkedPage extends ListPage {
  readonly urls: PageUrls;
}

export interface PageUrls {
  readonly self: string;
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly next: string | undefined;
  readonly previous: string | undefined;
}

/** Levels of members around a list: "meta", "meta.pagination". */
const MAX_DEPTH = 2;
const HOLDERS =
  /^(?:meta|metadata|pagination|paging|paginginfo|pageinfo|page|links?|cursors?|responsemetadata|info|summary|resultset|resultinfo)$/;

/** The values that fit a member, best first; undefined: the member is about something else. */
type Fill = (page: LinkedPage, beside: ReadonlySet<string>) => readonly unknown[];

const nextPage = ({ offset, items, total, limit, firstPage }: LinkedPage): number | undefined =>
  offset + items.length < total ? Math.floor(offset / Math.max(1, limit ?? 1)) + firstPage + 1 : undefined;
const pageNumber = ({ offset, limit, firstPage }: LinkedPage): number =>
  limit === undefined ? firstPage : Math.floor(offset / Math.max(1, limit)) + firstPage;
const pageCount = ({ total, limit }: LinkedPage): number =>
  limit === undefined || total === 0 ? 1 : Math.ceil(total / Math.max(1, limit));
const hasMore = ({ offset, items, total }: LinkedPage): boolean => offset + items.length < total;
const orNothing = (value: unknown): readonly unknown[] =>
  value === undefined ? [null, '', undefined] : [value];

/** By type and name without separators. The first entry that fits decides. */
const FILLS: readonly (readonly [type: 'number' | 'boolean' | 'string', names: RegExp, fill: Fill])[] = [
  [
    'number',
    /^(?:total|(?:total|all|nb|num|number)(?:count|items|results|elements|records|rows|size|hits|entries|number|of(?:items|results|records))|(?:results?|records?|items?|row)(?:count|total)|totalitemcount|itemstotal)$/,
    ({ total }) => [total],
  ],
  [
    'number',
    /^count$/,
    ({ total, items }, beside) => [[...beside].some(name => name.startsWith('total')) ? items.length : total],
  ],
  [
    'number',
    /^(?:numberofelements|returned|returnedcount|currentitemcount|countonpage)$/,
    ({ items }) => [items.length],
  ],
  [
    'number',
    /^(?:totalpages?|pages|pagecount|pagestotal|numpages|numberofpages|lastpage|pagetotal|maxpage)$/,
    page => [pageCount(page), 1],
  ],
  ['number', /^(?:page|currentpage|pagenumber|pageindex|pageno|pagenum)$/, page => [pageNumber(page)]],
  ['number', /^number$/, (page, beside) => (beside.has('totalpages') ? [pageNumber(page)] : [])],
  [
    'number',
    /^(?:limit|perpage|pagesize|itemsperpage|pagelimit|resultsperpage)$/,
    ({ limit, items }) => [limit ?? items.length, items.length],
  ],
  [
    'number',
    /^size$/,
    ({ limit, items }, beside) =>
      beside.has('totalpages') || beside.has('totalelements') ? [limit ?? items.length] : [],
  ],
  ['number', /^(?:offset|skip|start|startindex|from)$/, ({ offset }) => [offset]],
  ['number', /^nextpage$/, page => orNothing(nextPage(page))],
  ['number', /^nextoffset$/, page => orNothing(hasMore(page) ? page.offset + page.items.length : undefined)],
  ['number', /^prev(?:ious)?page$/, page => orNothing(page.offset > 0 ? pageNumber(page) - 1 : undefined)],
  [
    'boolean',
    /^(?:has(?:more|next|nextpage|moreitems|moreresults|morepages)|more|moreavailable|is?truncated|truncated)$/,
    page => [hasMore(page)],
  ],
  ['boolean', /^has(?:prev|previous)(?:page)?$/, ({ offset }) => [offset > 0]],
  ['boolean', /^(?:is)?first(?:page)?$/, ({ offset }) => [offset === 0]],
  ['boolean', /^(?:is)?last(?:page)?$/, page => [!hasMore(page)]],
  ['boolean', /^empty$/, ({ items }) => [items.length === 0]],
  [
    'string',
    /^(?:next(?:cursor|token|pagetoken|pagecursor|key|marker)|endcursor|continuationtoken|nextcontinuationtoken)$/,
    page => orNothing(page.nextCursor),
  ],
  [
    'string',
    /^next(?:url|uri|link|href|page|pageurl|pageuri|pagelink)?$|^odatanextlink$/,
    ({ urls, nextCursor }) => orNothing(urls.next ?? nextCursor),
  ],
  [
    'string',
    /^prev(?:ious)?(?:url|uri|link|href|page|pageurl|pageuri|pagelink)?$/,
    ({ urls }) => orNothing(urls.previous),
  ],
  ['string', /^first(?:url|uri|link|page|pageurl)$/, ({ urls }) => orNothing(urls.first)],
  ['string', /^last(?:url|uri|link|page|pageurl)$/, ({ urls }) => orNothing(urls.last)],
];

const LINKS: Readonly<Record<string, keyof PageUrls>> = {
  self: 'self',
  first: 'first',
  last: 'last',
  next: 'next',
  prev: 'previous',
  previous: 'previous',
};

/**
 * The body of a list with the members that tell about the page.
 * @param list JSON Pointer of the list, which is left alone
 */
export function fillList(
  body: unknown,
  hints: TypeHints | undefined,
  list: string,
  page: LinkedPage,
): unknown {
  return fillObject(body, hints, '', list, page, 0, false);
}

function fillObject(
  value: unknown,
  hints: TypeHints | undefined,
  at: string,
  list: string,
  page: LinkedPage,
  depth: number,
  isOfLinks: boolean,
): unknown {
  if (!isObject(value) || at === list) return value;
  const beside = new Set([...Object.keys(value), ...(hints?.properties.keys() ?? [])].map(plainName));
  const members = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) {
    const pointer = at + jsonPointer(name);
    const plain = plainName(name);
    const inner = hints?.properties.get(name);
    const isOnTheWay = list.startsWith(`${pointer}/`);
    if (pointer === list) members.set(name, member);
    else if (isObject(member) && isOfLinks && Object.hasOwn(LINKS, plain))
      setLink(members, name, member, page.urls[LINKS[plain] as keyof PageUrls]);
    else if (isObject(member) && (isOnTheWay || (HOLDERS.test(plain) && depth < MAX_DEPTH)))
      members.set(name, fillObject(member, inner, pointer, list, page, depth + 1, /^links?$/.test(plain)));
    else fillMember(members, name, member, inner, isOfLinks, beside, page);
  }
  const filled = Object.fromEntries(members);
  copyDigits(value, filled);
  return filled;
}

/** A link of HAL: an object with the member "href". */
function setLink(
  members: Map<string, unknown>,
  name: string,
  member: JsonObject,
  url: string | undefined,
): void {
  if (url !== undefined) members.set(name, 'href' in member ? { ...member, href: url } : member);
}

function fillMember(
  members: Map<string, unknown>,
  name: string,
  member: unknown,
  hints: TypeHints | undefined,
  isOfLinks: boolean,
  beside: ReadonlySet<string>,
  page: LinkedPage,
): void {
  const plain = plainName(name);
  const values =
    isOfLinks && Object.hasOwn(LINKS, plain)
      ? orNothing(page.urls[LINKS[plain] as keyof PageUrls])
      : valuesFor(plain, member, hints, beside, page);
  if (values.length === 0) {
    members.set(name, member);
    return;
  }
  const fitting = values.findIndex(
    value => value === undefined || hints === undefined || hints.accepts(value),
  );
  // None fits: the member of the document stays. `undefined`: there is no such page, so the member is left out.
  if (fitting < 0) members.set(name, member);
  else if (values[fitting] !== undefined) members.set(name, values[fitting]);
}

function valuesFor(
  plain: string,
  member: unknown,
  hints: TypeHints | undefined,
  beside: ReadonlySet<string>,
  page: LinkedPage,
): readonly unknown[] {
  const { types = NO_TYPES } = hints ?? {};
  for (const [type, names, fill] of FILLS) {
    if (!names.test(plain)) continue;
    const isDeclared = type === 'number' ? types.has('integer') || types.has('number') : types.has(type);
    if (!isDeclared && (types.size > 0 || typeof member !== type)) continue;
    return fill(page, beside);
  }
  return [];
}

const NO_TYPES: ReadonlySet<string> = new Set();

const COUNT_FIELDS: readonly (readonly [RegExp, (page: LinkedPage) => number | undefined])[] = [
  [/^x(?:pagination)?total(?:count|items|elements|results)?$|^xresultcount$/, ({ total }) => total],
  [/^x(?:pagination)?(?:totalpages|pagecount)$/, pageCount],
  [/^x(?:pagination)?(?:page|currentpage)$/, pageNumber],
  [/^x(?:pagination)?(?:perpage|limit|pagesize)$/, ({ limit }) => limit],
  [/^x(?:pagination)?nextpage$/, nextPage],
];

/** The declared header fields that tell about the page. @param declared names of the fields, in lower case */
export function listFields(declared: readonly string[], page: LinkedPage): Fields {
  return Object.fromEntries(
    declared.flatMap((name): [string, readonly string[] | undefined][] => {
      if (name === 'link') return [[name, linkField(page.urls)]];
      const count = COUNT_FIELDS.find(([names]) => names.test(plainName(name)))?.[1](page);
      return count === undefined ? [] : [[name, [String(count)]]];
    }),
  );
}

/** RFC 8288; undefined: there is no other page. */
function linkField({ next, previous, first, last }: PageUrls): readonly string[] | undefined {
  const links = [
    [next, 'next'],
    [previous, 'prev'],
    [first, 'first'],
    [last, 'last'],
  ].flatMap(([url, relation]) => (url === undefined ? [] : `<${url}>; rel="${relation}"`));
  return next === undefined && previous === undefined ? undefined : [links.join(', ')];
}
