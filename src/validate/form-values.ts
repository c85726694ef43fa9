// Converts the fields of a form to the object that a schema describes, using the Encoding Object of OpenAPI.

import type { Pair } from '../exchange/exchange.ts';
import { isObject, type JsonObject, ownMember, textOfValue } from '../exchange/json.ts';
import { isJson } from '../exchange/media-type.ts';
import type { Content } from '../openapi/model.ts';
import {
  firstAccepted,
  isStructured,
  jsonOrText,
  membersValue,
  type TypeHints,
} from '../schema/type-hints.ts';
import { objectFromPairs, parseDelimitedPair, STYLE_SEPARATORS } from './style-values.ts';

/** The encoding of a field; empty if the document does not declare one. */
export function fieldEncodingOf({ node }: Content, name: string): JsonObject {
  const encodings = isObject(node.value) && isObject(node.value.encoding) ? node.value.encoding : {};
  const encoding = Object.hasOwn(encodings, name) ? encodings[name] : undefined;
  return isObject(encoding) ? encoding : {};
}

/** True if the encoding has a style: then its contentType is ignored (OpenAPI, Encoding Object). */
export function isStyled(encoding: JsonObject): boolean {
  return ['style', 'explode', 'allowReserved'].some(key => encoding[key] !== undefined);
}

/** Field names that are members of an exploded object, with the name of the property that contains them. */
function explodedMembers(content: Content, hints: TypeHints): Map<string, string> {
  const owners = new Map<string, string>();
  for (const [name, property] of hints.properties) {
    const encoding = fieldEncodingOf(content, name);
    const { style = 'form', explode = true } = encoding;
    // An object without a style is JSON.
    if (!property.types.has('object') || !isStyled(encoding) || style !== 'form' || explode !== true)
      continue;
    for (const member of property.properties.keys())
      if (!hints.properties.has(member)) owners.set(member, name);
  }
  return owners;
}

/** More levels than any form has. */
const MAX_LEVELS = 20;

/** Splits the field name "filter[color][]" of a deepObject into "filter" and the steps "color" and "". */
function splitDeepObjectName(
  content: Content,
  hints: TypeHints,
  field: string,
): { name: string; steps: string[] } | undefined {
  const [, name = '', brackets = ''] = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(field) ?? [];
  if (!isDeep(hints.properties.get(name), fieldEncodingOf(content, name)) || hints.properties.has(field))
    return undefined;
  const steps = brackets.slice(1, -1).split('][');
  return steps.length > MAX_LEVELS ? undefined : { name, steps };
}

/** Without a style nothing says how arrays and objects are written; many clients write them as deepObject. */
function isDeep(property: TypeHints | undefined, { style }: JsonObject): boolean {
  return style === 'deepObject' || (style === undefined && property !== undefined && isStructured(property));
}

/** True if a field of a multipart body is serialized in a style. Fields of a URL-encoded form always are. */
export function isStyledField(content: Content, hints: TypeHints, field: string): boolean {
  return (
    isStyled(fieldEncodingOf(content, field)) ||
    explodedMembers(content, hints).has(field) ||
    splitDeepObjectName(content, hints, field) !== undefined
  );
}

/** @returns an object with one property per field name */
export function formValue(
  content: Content,
  hints: TypeHints,
  pairs: readonly Pair[],
): Record<string, unknown> {
  const owners = explodedMembers(content, hints);
  const plain: [string, string][] = [];
  const result: [string, unknown][] = [];
  const trees = new Map<string, FieldTree>();
  for (const pair of pairs) {
    const deep = splitDeepObjectName(content, hints, pair.name);
    const owner = owners.get(pair.name);
    const name = deep?.name ?? owner ?? pair.name;
    const property = hints.properties.get(name);
    const structure = property?.types.has('array') ? 'array' : 'object';
    const encoding = fieldEncodingOf(content, name);
    if (deep !== undefined || owner !== undefined) {
      const tree = trees.get(name) ?? newTree();
      trees.set(name, tree);
      addToTree(tree, deep?.steps ?? [pair.name], pair.value);
    } else if (property?.types.has(structure) && isDelimited(encoding)) {
      const parsed = parseDelimitedPair(
        property,
        structure,
        pair,
        ownMember(STYLE_SEPARATORS, textOfValue(encoding.style)) ?? /,/,
      );
      const readings = [...(parsed.kind === 'values' ? parsed.values : []), pair.value];
      result.push([name, property.types.has('string') ? firstAccepted(property, readings) : readings[0]]);
    } else if (
      (typeof encoding.contentType === 'string' && !isStyled(encoding) && isJson(encoding.contentType)) ||
      (property !== undefined && isStructured(property) && !property.types.has('array'))
    ) {
      // OpenAPI: the default content type of an object property is JSON.
      result.push([name, jsonOrText(pair.value)]);
    } else {
      plain.push([pair.name, pair.value]);
    }
  }
  for (const [name, tree] of trees) result.push([name, treeValue(hints.properties.get(name), tree)]);
  return { ...objectFromPairs(hints, plain, true), ...Object.fromEntries(result) };
}

/** The fields of a deepObject. OpenAPI does not define arrays and further levels in it; clients write them as PHP and Rails do. */
interface FieldTree {
  readonly texts: string[];
  readonly members: Map<string, FieldTree>;
}

function newTree(): FieldTree {
  return { texts: [], members: new Map() };
}

function addToTree(root: FieldTree, steps: readonly string[], text: string): void {
  let tree = root;
  for (const [index, step] of steps.entries()) {
    const key = step === '' ? itemKey(tree, steps.slice(index + 1)) : step;
    const member = tree.members.get(key) ?? newTree();
    tree.members.set(key, member);
    tree = member;
  }
  tree.texts.push(text);
}

/** "[]" adds an item, unless it continues the last one: "[][a]=1&[][b]=2" is one item with two members. */
function itemKey({ members }: FieldTree, rest: readonly string[]): string {
  const last = String(members.size - 1);
  let at = rest.length === 0 ? undefined : members.get(last);
  if (at === undefined) return String(members.size);
  for (const step of rest) at = at?.members.get(step === '' ? String(at.members.size) : step);
  return at === undefined ? last : String(members.size);
}

function treeValue(hints: TypeHints | undefined, { texts, members }: FieldTree): unknown {
  if (members.size === 0) return membersValue(hints, texts);
  const isObject = hints?.types.has('object') === true;
  const isList =
    [...members.keys()].every(key => /^\d{1,9}$/.test(key)) && (!isObject || hints?.types.has('array'));
  const readings: unknown[] = [];
  if (isList) {
    const items = [...members].sort(([left], [right]) => Number(left) - Number(right));
    readings.push(items.map(([, item]) => treeValue(hints?.items, item)));
  }
  if (isObject || !isList) {
    const memberOf = (name: string, member: FieldTree): unknown =>
      treeValue(hints?.properties.get(name) ?? hints?.additional, member);
    readings.push(Object.fromEntries([...members].map(([name, member]) => [name, memberOf(name, member)])));
  }
  return hints === undefined ? readings[0] : firstAccepted(hints, readings);
}

function isDelimited(encoding: JsonObject): boolean {
  const { explode, style } = encoding;
  return (
    (explode === false && style !== 'deepObject') || style === 'spaceDelimited' || style === 'pipeDelimited'
  );
}
