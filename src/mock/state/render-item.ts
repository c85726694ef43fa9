// Makes the response that shows a stored item: the one of the document with the item laid over it.

import { LRUCache } from 'lru-cache';
import type { Response } from '../../exchange/exchange.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { jsonPointer, valueAt } from '../../exchange/json-pointer.ts';
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

type RenderedByBase = Map<BaseResponse, RenderedItem>;

/** Responses by the stored item and the base: most items are read more often than they are changed. */
const RENDERED = new WeakMap<ApiSpec, LRUCache<StoredItem, RenderedByBase>>();

const MAX_ITEMS = 500;
/** Bases of one item: they differ by operation, media type and seed. */
const MAX_BASES = 4;

/** As renderItem. The response is the same as long as the item and the base are. */
export function renderStored(
  resource: Resource,
  base: BaseResponse,
  stored: StoredItem,
  fields: (stored: StoredItem) => Fields,
): RenderedItem {
  const items = RENDERED.get(resource.api) ?? new LRUCache<StoredItem, RenderedByBase>({ max: MAX_ITEMS });
  RENDERED.set(resource.api, items);
  const byBase = items.get(stored) ?? new Map<BaseResponse, RenderedItem>();
  let rendered = byBase.get(base);
  if (rendered === undefined) {
    rendered = renderItem(resource, base, stored.value, fields(stored));
    if (byBase.size >= MAX_BASES) byBase.clear();
    items.set(stored, byBase.set(base, rendered));
  }
  return rendered;
}
