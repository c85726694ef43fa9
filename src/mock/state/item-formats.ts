// Leaves off members of an item without the format that a response declares for them: typed clients rely on formats.

import { withoutMember } from '../../exchange/change-json.ts';
import type { JsonObject } from '../../exchange/json.ts';
import { splitPointer, valueAt } from '../../exchange/json-pointer.ts';
import type { ApiSpec, Content } from '../../openapi/model.ts';
import type { Direction } from '../../schema/dialect.ts';
import { formatMismatches } from '../respond/value-formats.ts';
import { shapeOf, type ValueShape } from '../respond/value-shape.ts';
import { sentPlace } from './item-place.ts';
import type { Resource } from './resource.ts';

export interface FormattedItem {
  readonly item: JsonObject;
  /** JSON Pointers into the item. */
  readonly leftOff: readonly string[];
}

/**
 * @param place JSON Pointer of the item in the body
 * @param base the body of the document: what it has, too, stays
 */
export function withFormats(
  resource: Resource,
  content: Content,
  base: unknown,
  place: string,
  item: JsonObject,
): FormattedItem {
  const shape = shapeAt(resource.api, content, place, 'response');
  if (shape === undefined) return { item, leftOff: NONE };
  const leftOff: string[] = [];
  for (const at of formatMismatches(shape, item, () => sentShapes(resource)))
    if (valueAt(base, place + at) !== valueAt(item, at)) leftOff.push(at);
  return { item: leftOff.reduce((value, at) => withoutMember(value, at) as JsonObject, item), leftOff };
}

const NONE: readonly string[] = [];

const SHAPES = new WeakMap<Content, Map<string, ValueShape | undefined>>();

function shapeAt(
  api: ApiSpec,
  content: Content,
  place: string,
  direction: Direction,
): ValueShape | undefined {
  const byPlace = SHAPES.get(content) ?? new Map<string, ValueShape | undefined>();
  SHAPES.set(content, byPlace);
  if (!byPlace.has(place) && content.schema !== undefined) {
    const { reader, schema } = api.schemas.reader(content.schema, direction);
    let shape: ValueShape | undefined = shapeOf(reader, [schema]);
    for (const step of splitPointer(place))
      shape = shape?.member(step) ?? (/^\d+$/.test(step) ? shape?.items : undefined);
    byPlace.set(place, shape);
  }
  return byPlace.get(place);
}

/** The shapes of an item in the requests that write it. */
function sentShapes(resource: Resource): readonly ValueShape[] {
  const { create, replace, update } = resource.operations;
  return [create, replace, update]
    .flatMap(operation => operation?.requestBody?.contents ?? [])
    .flatMap(content => shapeAt(resource.api, content, sentPlace(resource, content), 'request') ?? []);
}
