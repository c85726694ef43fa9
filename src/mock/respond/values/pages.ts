// Numbers and flags about a list: its total, its pages, and that there are no more of them.

import { singular } from '../../../exchange/names.ts';
import { perObject } from '../../../exchange/per-object.ts';
import { fact, hasAny, type Subject } from './subject.ts';
import { namesOf, nameWords, tableOf } from './words.ts';

type Counter =
  | 'items'
  | 'page-size'
  | 'first-page'
  | 'zero'
  /** Pages, or the number of the last page. */
  | 'pages';

const COUNTERS = tableOf<Counter>([
  ['total count total_count totalcount total_items total_results total_records total_elements', 'items'],
  ['total_entries total_hits total_rows num_results result_count results_count record_count', 'items'],
  ['item_count items_count page_count_items number_of_elements number_of_items num_found size', 'items'],
  ['returned matched hits length found to page_items current_item_count filtered_count', 'items'],
  ['per_page perpage page_size pagesize limit page_limit items_per_page results_per_page', 'page-size'],
  ['max_results rows_per_page max_items', 'page-size'],
  ['page current_page page_number page_no first_page pagenumber last_page from', 'first-page'],
  ['total_pages page_count pages pages_count num_pages number_of_pages totalpages', 'pages'],
  ['offset skip start start_index page_index first_index page_offset start_at number', 'zero'],
]);

/** They mean something else where there is no list beside them. */
const NEED_LIST = namesOf('size length found count total hits matched returned');
/** They mean something else outside of an object about pages. */
const NEED_PAGES = namesOf('to from start number skip');

const PAGING = namesOf(
  'meta metadata pagination paging page page_info paginator pager links cursor list_meta',
  'response_metadata result_info paginated page_meta info list_info pagination_meta',
  'pagination_info meta_data paging_info page_metadata',
);

const NEXT = namesOf(
  'next next_page next_page_token next_cursor next_token next_link next_url next_page_url',
  'previous prev previous_page prev_page previous_cursor prev_cursor prev_url odata_next_link',
  'previous_url prev_page_url next_offset next_page_link next_id continuation_token next_uri',
  'next_marker end_cursor previous_link',
);

const MORE = namesOf(
  'has_more has_next has_next_page has_more_items has_more_results more is_truncated truncated',
  'has_previous has_previous_page has_prev has_more_pages has_prev_page more_results',
  'incomplete_results has_more_data',
);

/** Members whose value depends on lists beside them are generated last. */
export const dependsOnLists = perObject((words: readonly string[]): boolean => {
  const name = words.join(' ');
  return COUNTERS.has(name) || PAGING.has(name) || NEXT.has(name) || countedName(words) !== undefined;
});

function isPaging({ entity, members }: Subject): boolean {
  const name = entity.join(' ');
  const isNamed =
    PAGING.has(name) || entity.some(word => /^(?:pagination|paging|paginator|pageinfo)$/.test(word));
  return (
    isNamed ||
    ['total pages', 'per page', 'page size', 'has more', 'next cursor'].some(each => members.has(each))
  );
}

/** Notes the length of a list of an object, for the counters in it and in the object around it. */
export function noteList(subject: Subject, name: string, length: number): void {
  const words = nameWords(name).map(singular).join(' ');
  subject.lists.set(words, length);
  if (subject.group === subject.at && subject.outer !== undefined && !subject.outer.lists.has(words))
    subject.outer.lists.set(words, length);
}

/** The lists of the object, or those beside an object about pages. */
function listsBeside(subject: Subject): ReadonlyMap<string, number> {
  const { lists, outer } = subject;
  return lists.size === 0 && outer !== undefined && isPaging(subject) ? outer.lists : lists;
}

/** "items" in "itemCount", "total_items" and "number_of_items". */
function countedName(words: readonly string[]): string | undefined {
  const [first, second] = words;
  if (words.length < 2) return undefined;
  if (words.at(-1) === 'count') return words.slice(0, -1).map(singular).join(' ');
  if (first === 'total' || first === 'num') return words.slice(1).map(singular).join(' ');
  return first === 'number' && second === 'of' ? words.slice(2).map(singular).join(' ') : undefined;
}

/** The number for a counter; undefined: it counts nothing that is known. */
export function counterOf(subject: Subject, words: readonly string[]): number | undefined {
  const lists = listsBeside(subject);
  const counted = countedName(words);
  if (counted !== undefined) for (const [name, length] of lists) if (name === counted) return length;
  const name = words.join(' ');
  const counter = COUNTERS.get(name);
  const isNear = lists.size > 0 || isPaging(subject);
  if (
    counter === undefined ||
    (!isNear && NEED_LIST.has(name)) ||
    (NEED_PAGES.has(name) && !isPaging(subject))
  )
    return undefined;
  if (
    name === 'total' &&
    !isPaging(subject) &&
    hasAny(subject, 'currency', 'subtotal', 'tax', 'price', 'amount')
  )
    return undefined;
  const length = lists.values().next().value;
  if (counter === 'first-page') return 1;
  if (counter === 'zero') return 0;
  if (counter === 'pages') return length === 0 ? 0 : 1;
  const total = length ?? fact(subject, 'total', random => 1 + Math.floor(random() * 12));
  return counter === 'items' ? total : Math.max(20, total);
}

/** Whether a member leads to another page. There is none: all items are on this one. */
export function isOtherPage(subject: Subject, words: readonly string[]): boolean {
  const name = words.join(' ');
  if (!NEXT.has(name)) return false;
  return listsBeside(subject).size > 0 || isPaging(subject) || words.length > 1;
}

/** Whether a flag says that there is another page. */
export function tellsOfMore(words: readonly string[]): boolean {
  return MORE.has((words[0] === 'is' ? words.slice(1) : words).join(' ')) || MORE.has(words.join(' '));
}
