// Reads and writes stored items. Their JSON stays text, so that no number loses a digit.
import { controlPath, fetchControl, type Schema } from '../../client.ts';
import { href } from '../../router.ts';
import { formatJson } from '../operations/format-json.ts';

export type StoredItem = Schema<'StoredItem'>;

/** A resource of a session. */
export interface ResourceKey {
  readonly session: string;
  readonly api: string;
  readonly resource: string;
}

/** One item of it. */
export interface ItemKey extends ResourceKey {
  readonly id: string;
  readonly parents: readonly string[];
}

export interface ItemPage {
  readonly total: number;
  readonly items: readonly StoredItem[];
}

const RESOURCE_PATH = '/sessions/{session}/state/{api}/{resource}';

export function itemPath(key: ItemKey, query: Readonly<Record<string, string>> = {}): string {
  const path = `${controlPath(RESOURCE_PATH, key)}/${encodeURIComponent(key.id)}`;
  const pairs = [...Object.entries(query), ...key.parents.map(parent => ['parent', parent] as const)];
  const search = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value]));
  return search.size === 0 ? path : `${path}?${search}`;
}

/** The page of an item. Its parents are in the address too. */
export function itemHref({ api, resource, id, parents }: Omit<ItemKey, 'session'>): string {
  return href('state', { segments: [api, resource, id, ...parents] });
}

/** @param signal ends the reading */
export async function readPage(
  key: ResourceKey,
  offset: number,
  limit: number,
  signal: AbortSignal,
): Promise<ItemPage> {
  const path = controlPath(RESOURCE_PATH, key, { offset: String(offset), limit: String(limit) });
  return parseShown(await (await fetchControl(path, { signal })).text()) as ItemPage;
}

/** An item, and the text of its value. */
export async function readItem(
  key: ItemKey,
  signal?: AbortSignal,
): Promise<{ readonly item: StoredItem; readonly text: string }> {
  const response = await fetchControl(itemPath(key), signal === undefined ? {} : { signal });
  const body = await response.text();
  return { item: parseShown(body) as StoredItem, text: memberText(body, 'value') };
}

/** The text of a draft, with an id that is not taken on the page. */
export async function readDraft({ api, resource }: ResourceKey, seed: string): Promise<string> {
  const path = controlPath('/apis/{api}/resources/{resource}/draft', { api, resource }, { seed });
  return memberText(await (await fetchControl(path)).text(), 'value');
}

/** @throws ControlFailure with findings if the schema rejects the value and `keepInvalid` is not true */
export async function putItem(key: ItemKey, text: string, keepInvalid: boolean): Promise<void> {
  await fetchControl(itemPath(key, keepInvalid ? { 'keep-invalid': 'true' } : {}), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: text,
  });
}

/** JSON.parse, with long integers as texts of all their digits. */
export function parseShown(text: string): unknown {
  const revive = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? (context?.source ?? value)
      : value;
  return JSON.parse(text, revive);
}

/** The last member of a JSON object as indented text. */
function memberText(body: string, name: string): string {
  const lines = (formatJson(body) ?? '').split('\n');
  const from = lines.findLastIndex(line => line.startsWith(`  "${name}": `));
  const [first = '', ...rest] = lines.slice(from, -1);
  return [first.slice(`  "${name}": `.length), ...rest.map(line => line.slice(2))].join('\n');
}
