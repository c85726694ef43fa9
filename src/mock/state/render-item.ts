// Makes the response that shows a stored item: the one of the document with the item laid over it.

import { LRUCache } from 'lru-cache';
import { isRecorded, type Response } from '../../exchange/exchange.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { jsonPointer, valueAt } from '../../exchange/json-pointer.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { Finding } from '../../finding/finding.ts';
import type { ApiSpec } from '../../openapi/model.ts';
import { type BaseResponse, createValidated, type Fields, isWorse } from './base-response.ts';
import { correctBody, type FitTask, fitItem } from './fit-item.ts';
import { withFormats } from './item-formats.ts';
import { itemPlace } from './item-place.ts';
import type { Resource } from './resource.ts';
import { settableMembers } from './settable-members.ts';
import type { StoredItem } from './table.ts';

export interface RenderedItem {
  readonly response: Response;
  readonly findings: readonly Finding[];
  readonly leftOff: readonly string[];
  /** The item as the response shows it; undefined: the response shows none. */
  readonly shown: JsonObject | undefined;
}

/** @param settable members that the response of the document does not add to the item */
export function renderItem(
  resource: Resource,
  base: BaseResponse,
  item: JsonObject,
  fields: Fields,
  settable = settableMembers(resource),
): RenderedItem {
  const { body } = base;
  const place = body && itemPlace(resource, body.content);
  if (body === undefined || place === undefined || !mayHold(valueAt(body.value, place))) {
    const isUnchanged = Object.keys(fields).length === 0;
    const { response, findings } = isUnchanged ? base : createValidated(base, undefined, fields);
    return { response, findings, leftOff: NONE, shown: undefined };
  }
  const formatted = withFormats(resource, body.content, body.value, place, item);
  const task: FitTask = {
    api: resource.api,
    content: body.content,
    base: body.value,
    place,
    item: formatted.item,
    first: resource.idProperty,
    settable,
  };
  let fitted = fitItem(task);
  let { leftOff } = formatted;
  let validated = createValidated(base, fitted, fields);
  if (isWorse(base, validated)) {
    const corrected = correctBody(task);
    fitted = corrected.body;
    leftOff = [...formatted.leftOff, ...corrected.leftOff];
    validated = createValidated(base, fitted, fields);
    if (isWorse(base, validated)) {
      fitted = body.value;
      leftOff = Object.keys(item).map(name => jsonPointer(name));
      validated = createValidated(base, fitted, fields);
    }
  }
  const shown = valueAt(fitted, place);
  return { ...validated, leftOff, shown: isObject(shown) ? shown : undefined };
}

const NONE: readonly string[] = [];

/** A body that is an array, or a text, has another form than the schema of an item. */
function mayHold(value: unknown): boolean {
  return value === undefined || value === null || isObject(value);
}

/** The responses for one item, by base, and the bytes of their bodies. */
interface RenderedResponses {
  readonly byBase: ReadonlyMap<BaseResponse, RenderedItem>;
  readonly bytes: number;
}

/** Most items are read more often than they are changed. */
const RENDERED = perObject(
  (_api: ApiSpec) =>
    new LRUCache<StoredItem, RenderedResponses>({
      max: MAX_ITEMS,
      maxSize: MAX_BYTES,
      sizeCalculation: ({ bytes }) => ITEM_BYTES + bytes,
    }),
);

const MAX_ITEMS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** About what a response keeps in memory beside its body. */
const ITEM_BYTES = 1000;
/** Bases of one item: they differ by operation, media type and seed. */
const MAX_BASES = 4;

const NO_RESPONSES: RenderedResponses = { byBase: new Map(), bytes: 0 };

/** As renderItem. The response is the same as long as the item and the base are. */
export function renderStored(
  resource: Resource,
  base: BaseResponse,
  stored: StoredItem,
  fields: (stored: StoredItem) => Fields,
): RenderedItem {
  const items = RENDERED(resource.api);
  const others = items.get(stored);
  const known = others?.byBase.get(base);
  if (known !== undefined) return known;
  const rendered = renderItem(resource, base, stored.value, fields(stored));
  const kept = others === undefined || others.byBase.size >= MAX_BASES ? NO_RESPONSES : others;
  const { body } = rendered.response;
  items.set(stored, {
    byBase: new Map(kept.byBase).set(base, rendered),
    bytes: kept.bytes + (isRecorded(body) ? body.length : 0),
  });
  return rendered;
}
