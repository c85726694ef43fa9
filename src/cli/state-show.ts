// deadringer state show: the resources with their counts, the items of one as a table, or one item as JSON.

import { type ControlConnection, callControl } from '../client/call-control.ts';
import { exactMember, writeExactJson } from '../exchange/exact-json.ts';
import type { JsonObject } from '../exchange/json.ts';
import { nearestWord } from '../finding/nearest-word.ts';
import { pluralize } from '../finding/plural.ts';
import { truncate } from '../finding/truncate.ts';
import { printable, printableLines } from '../reporters/safe-text.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { printRows } from './rows.ts';

export interface ShowStateOptions extends ControlConnection {
  session: string;
  parent?: string[];
  offset: string;
  limit: string;
  json?: boolean;
}

interface ResourceCount {
  readonly api: string;
  readonly name: string;
  readonly items: number;
}

interface StateCounts {
  /** The APIs that answer from stored items. */
  readonly on: readonly string[];
  readonly resources: readonly ResourceCount[];
  readonly entries: number;
  readonly bytes: number;
  readonly limits: { readonly stateEntries: number; readonly stateBytes: number };
}

/** An item, as the control API sends it. */
interface ShownItem {
  readonly id: string;
  readonly parents: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
  readonly exchange?: string;
  readonly value: JsonObject;
}

interface ItemPage {
  readonly total: number;
  readonly items: readonly ShownItem[];
}

export async function showState(
  name: string | undefined,
  id: string | undefined,
  options: ShowStateOptions,
  io: Io,
): Promise<void> {
  const session = `/sessions/${encodeURIComponent(options.session)}`;
  const counts = (await callControl(options, 'GET', `${session}/resources`)) as StateCounts;
  const resource = name === undefined ? undefined : findResource(name, counts.resources);
  if (resource === undefined) {
    if (options.json) io.out(JSON.stringify(counts));
    else printCounts(counts, options, io);
    return;
  }
  if (typeof resource === 'string') {
    if (id !== undefined)
      throw new UsageError(`"${name}" is an API: name one of its resources before the id`);
    const resources = counts.resources.filter(({ api }) => api === resource);
    if (options.json) io.out(JSON.stringify({ resources }));
    else printRows(countRows(resources), io);
    return;
  }
  const query = new URLSearchParams(options.parent?.map((parent): [string, string] => ['parent', parent]));
  const path = `${session}/state/${encodeURIComponent(resource.api)}/${encodeURIComponent(resource.name)}`;
  if (id !== undefined) {
    const suffix = query.size === 0 ? '' : `?${query}`;
    const item = (await callControl(
      options,
      'GET',
      `${path}/${encodeURIComponent(id)}${suffix}`,
    )) as ShownItem;
    if (options.json) io.out(writeExactJson(item));
    else printItem(item, io);
    return;
  }
  query.set('offset', requireCount('offset', options.offset));
  query.set('limit', requireCount('limit', options.limit));
  const page = (await callControl(options, 'GET', `${path}?${query}`)) as ItemPage;
  if (options.json) io.out(writeExactJson(page));
  else printItems(page, Number(options.offset), io);
}

/** @returns the resource, or the name of an API. @throws UsageError with the nearest name */
function findResource(name: string, resources: readonly ResourceCount[]): ResourceCount | string {
  const found =
    resources.find(each => nameOf(each) === name) ?? resources.find(({ api }) => api === name)?.api;
  if (found !== undefined) return found;
  const namesakes = resources.filter(each => each.name === name);
  const [only] = namesakes;
  if (namesakes.length === 1 && only !== undefined) return only;
  const near =
    only === undefined
      ? nearestWord(name, [...resources.flatMap(each => [nameOf(each), each.api])])
      : nameOf(only);
  throw new UsageError(
    `there is no resource "${name}"; ${near === undefined ? '' : `did you mean "${near}"? `}"deadringer state show" lists the resources`,
  );
}

function nameOf({ api, name }: ResourceCount): string {
  return `${api}/${name}`;
}

function countRows(resources: readonly ResourceCount[]): string[][] {
  return resources.map(each => [nameOf(each), pluralize(each.items, 'item')]);
}

/** A document may have hundreds of resources, and most of them are empty. */
const MAX_EMPTY = 10;

function printCounts(
  { on, resources, entries, bytes, limits }: StateCounts,
  { session }: ShowStateOptions,
  io: Io,
): void {
  io.out(
    printable(
      `${session}: ${pluralize(entries, 'item')}, about ${sizeText(bytes)}; at most ${limits.stateEntries.toLocaleString('en')} items, ${sizeText(limits.stateBytes)}`,
    ),
  );
  const isListed = resources.length <= MAX_EMPTY ? () => true : ({ items }: ResourceCount) => items > 0;
  const listed = resources.filter(isListed);
  printRows(
    countRows(listed).map(([name = '', items = '']) => [`  ${name}`, items]),
    io,
  );
  const rest = resources.length - listed.length;
  if (rest > 0) io.out(`  ${pluralize(rest, 'other resource')} without items`);
  const [first] = resources;
  if (first !== undefined && on.length === 0)
    io.out(printable(`the state is off: "deadringer use ${first.api}/state" turns it on in a session`));
  if (first === undefined)
    io.out('no document has a resource; "deadringer lint --state" says what was not understood');
}

function sizeText(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  return mebibytes >= 1 ? `${Math.round(mebibytes)} MiB` : `${Math.ceil(bytes / 1024)} KiB`;
}

/** Of a table. */
const MAX_COLUMNS = 6;
const MAX_CELL = 32;

function printItems({ total, items }: ItemPage, offset: number, io: Io): void {
  const hasParents = items.some(({ parents }) => parents.length > 0);
  const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;
  const names = new Set(items.flatMap(({ value }) => Object.keys(value).filter(key => isScalar(value[key]))));
  const text = (value: JsonObject, key: string): string =>
    Object.hasOwn(value, key) ? String(exactMember(value, key, value[key])) : '';
  // The id is the first column already.
  const isId = (key: string): boolean => items.every(({ id, value }) => text(value, key) === id);
  const columns = [...names].filter(key => !isId(key)).slice(0, MAX_COLUMNS);
  const cell = (value: JsonObject, key: string): string => truncate(text(value, key), MAX_CELL);
  const rows = items.map(({ id, parents, value }) => [
    truncate(id, MAX_CELL),
    ...(hasParents ? [parents.join(' ')] : []),
    ...columns.map(key => cell(value, key)),
  ]);
  if (items.length > 0) printRows([['ID', ...(hasParents ? ['PARENTS'] : []), ...columns], ...rows], io);
  const shown = offset + items.length;
  if (shown < total && items.length > 0)
    io.out(
      `${offset + 1} to ${shown} of ${total.toLocaleString('en')} items; --offset ${shown} shows the next`,
    );
  else if (total === 0) io.out('no items');
  else if (items.length === 0) io.out(`${pluralize(total, 'item')}, none after --offset ${offset}`);
}

function printItem({ id, parents, createdAt, updatedAt, version, exchange, value }: ShownItem, io: Io): void {
  const facts = [
    `version ${version}`,
    `created ${createdAt}`,
    ...(version > 1 ? [`changed ${updatedAt}`] : []),
    ...(parents.length === 0 ? [] : [`below ${parents.join(' ')}`]),
    ...(exchange === undefined ? [] : [`by exchange ${exchange}`]),
  ];
  io.out(io.stdout.style('dim', printable(`${id}: ${facts.join(', ')}`)));
  for (const line of printableLines(writeExactJson(value, 2)).split('\n')) io.out(line);
}

/** @throws UsageError if an option is not a number from 0 */
function requireCount(name: string, text: string): string {
  if (/^\d{1,9}$/.test(text)) return text;
  throw new UsageError(`--${name} "${text}" is not a number: use one such as 100`);
}
