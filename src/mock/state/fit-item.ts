// Lays a stored item over the body of a response, as far as the schema of that response admits it.

import { mergeMembers, setMember, withoutMember, withValueAt } from '../../exchange/change-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { jsonPointer, splitPointer, valueAt } from '../../exchange/json-pointer.ts';
import type { ApiSpec, Content } from '../../openapi/model.ts';
import { hiddenProperties, undocumentedProperties } from '../../schema/annotations.ts';
import { TooManyEvaluations } from '../../schema/evaluation-budget.ts';
import { findSchemaProblems } from '../../schema/explain.ts';
import { UnusableSchema } from '../../schema/schemas.ts';
import { type TypeHints, typeHintsOf } from '../../schema/type-hints.ts';
import { hintsAt } from './item-place.ts';

export interface FitTask {
  readonly api: ApiSpec;
  readonly content: Content;
  /** The body of the document: an example or a generated one. */
  readonly base: unknown;
  /** Where the body has the item. */
  readonly place: string;
  readonly item: JsonObject;
  /** The member with the id: the last that is left off. */
  readonly first: string | undefined;
  /** Members that clients set. Where the item lacks one, the value of the base does not stand for it. */
  readonly settable: ReadonlySet<string>;
}

export interface FittedBody {
  readonly body: unknown;
  /** JSON Pointers into the item: members that would make the body invalid. */
  readonly leftOff: readonly string[];
}

/** How often an invalid body is corrected. Each time the problems of one cause are listed three times at most. */
const MAX_CORRECTIONS = 12;

/** The body with the item. It may be invalid: see correctBody. */
export function fitItem({ api, content, base, place, item, settable }: FitTask): unknown {
  const hints = hintsOfPlace(api, content, place);
  const baseItem = valueAt(base, place);
  const under = isObject(baseItem) ? baseItem : {};
  const fitted: Record<string, unknown> = {};
  for (const name of Object.keys(under)) {
    if (Object.hasOwn(item, name) && admits(hints, name)) setMember(fitted, name, item[name], item);
    else if (!settable.has(name)) setMember(fitted, name, under[name], under);
  }
  for (const name of Object.keys(item))
    if (!Object.hasOwn(fitted, name) && admits(hints, name)) setMember(fitted, name, item[name], item);
  return withoutHidden(api, content, withValueAt(base, place, fitted));
}

/** Whether a member can be laid over: the schema names it, or describes objects of any form. */
function admits(hints: TypeHints | undefined, name: string): boolean {
  if (hints === undefined) return true;
  const { properties, additional, open } = hints;
  return properties.has(name) || additional !== undefined || (open && properties.size === 0);
}

const HINTS = new WeakMap<Content, Map<string, TypeHints | undefined>>();

function hintsOfPlace(api: ApiSpec, content: Content, place: string): TypeHints | undefined {
  if (place === '') return typeHintsOf(api, content.schema);
  const byPlace = HINTS.get(content) ?? new Map<string, TypeHints | undefined>();
  HINTS.set(content, byPlace);
  if (!byPlace.has(place)) byPlace.set(place, readHints(api, content, place));
  return byPlace.get(place);
}

function readHints(api: ApiSpec, content: Content, place: string): TypeHints | undefined {
  let hints: TypeHints | undefined = typeHintsOf(api, content.schema);
  for (const step of splitPointer(place))
    hints = /^\d+$/.test(step) && hints?.items ? hints.items : hintsAt(hints, jsonPointer(step));
  return hints;
}

/** Without the properties that a response must not have. */
function withoutHidden({ schemas }: ApiSpec, { schema }: Content, body: unknown): unknown {
  if (schema === undefined || !schemas.mayHideProperties(schema, 'response')) return body;
  const { reader, schema: start } = schemas.reader(schema, 'response');
  return hiddenProperties(reader, start, body, 'response').reduce(
    (value, { at }) => withoutMember(value, at),
    body,
  );
}

/**
 * A valid body with as much of the item as possible. Members that are required and missing come from the base; members
 * that are invalid are left off.
 */
export function correctBody(task: FitTask): FittedBody {
  const { api, content, base } = task;
  const known = new Set(problemsOf(api, content, base).map(keyOf));
  const whole = correct(task, known);
  if (whole !== undefined && !whole.isChoice) return whole;
  // Constraints between members, or a choice of schemas: the members that come first decide.
  const single = addOneByOne(task, known);
  if (single === undefined) return whole ?? { body: base, leftOff: allOf(task) };
  return whole !== undefined && whole.leftOff.length < single.leftOff.length ? whole : single;
}

function allOf({ item }: FitTask): string[] {
  return Object.keys(item).map(name => jsonPointer(name));
}

/** More members are left off: each costs a validation of the body. */
const MAX_SINGLE = 64;

/** @returns undefined if not even an item without members is valid */
function addOneByOne(task: FitTask, known: ReadonlySet<string>): FittedBody | undefined {
  const { api, content, place, item, first } = task;
  const hints = hintsOfPlace(api, content, place);
  const names = Object.keys(item)
    .filter(name => admits(hints, name))
    .sort((left, right) => Number(right === first) - Number(left === first));
  for (const settable of [task.settable, NONE]) {
    let kept: JsonObject = {};
    let best = correct({ ...task, settable, item: kept }, known);
    if (best === undefined) continue;
    const leftOff: string[] = [];
    for (const [index, name] of names.entries()) {
      const next = mergeMembers(kept, { [name]: item[name] });
      const corrected = index < MAX_SINGLE ? correct({ ...task, settable, item: next }, known) : undefined;
      if (corrected === undefined || corrected.leftOff.length > 0) leftOff.push(jsonPointer(name));
      else {
        kept = next;
        best = corrected;
      }
    }
    return { body: best.body, leftOff };
  }
  return undefined;
}

const NONE: ReadonlySet<string> = new Set();

interface CorrectedBody extends FittedBody {
  /** True: a member that may select one of several schemas is left off. */
  readonly isChoice: boolean;
}

function correct(task: FitTask, known: ReadonlySet<string>): CorrectedBody | undefined {
  const { api, content, base, place } = task;
  let body = fitItem(task);
  let isChoice = false;
  const leftOff = new Set<string>();
  const tried = new Set<string>();
  for (let round = 0; round < MAX_CORRECTIONS; round++) {
    const problems = problemsOf(api, content, body).filter(problem => !known.has(keyOf(problem)));
    if (problems.length === 0) return { body, leftOff: [...leftOff], isChoice };
    for (const { at, keyword } of problems) {
      const isMissing = valueAt(body, at) === undefined;
      const target = correctable(body, place, at, tried);
      if (target === undefined) return undefined;
      tried.add(target);
      const own = valueAt(base, target);
      body = own === undefined ? withoutMember(body, target) : withValueAt(body, target, own);
      if (!isMissing || target !== at) {
        leftOff.add(target.slice(place.length));
        isChoice ||= keyword === 'const' || keyword === 'enum' || keyword.endsWith('Of');
      }
    }
  }
  return undefined;
}

/** The place of a problem, or the innermost one around it that was not corrected yet; undefined: the item itself. */
function correctable(
  body: unknown,
  place: string,
  at: string,
  tried: ReadonlySet<string>,
): string | undefined {
  if (!at.startsWith(`${place}/`)) return undefined;
  for (
    let pointer = at;
    pointer.length > place.length;
    pointer = pointer.slice(0, pointer.lastIndexOf('/'))
  ) {
    const isItemOfArray = Array.isArray(valueAt(body, pointer.slice(0, pointer.lastIndexOf('/'))));
    if (!tried.has(pointer) && !isItemOfArray) return pointer;
  }
  return undefined;
}

interface Problem {
  readonly at: string;
  readonly keyword: string;
}

function keyOf({ at, keyword }: Problem): string {
  return `${keyword} ${at}`;
}

function problemsOf(api: ApiSpec, { schema }: Content, body: unknown): readonly Problem[] {
  if (schema === undefined) return [];
  const mode = { direction: 'response', errors: 'all' } as const;
  try {
    const problems: Problem[] = api.schemas.budget
      .open(body, () => findSchemaProblems(api.schemas, schema, body, mode, () => false))
      .filter(({ isUndecided }) => isUndecided !== true);
    if (!api.schemas.mayHaveUndocumented(schema, body, 'response')) return problems;
    const { reader, schema: start } = api.schemas.reader(schema, 'response');
    return [
      ...problems,
      ...undocumentedProperties(reader, start, body).map(({ at, kind }) => ({ at, keyword: kind })),
    ];
  } catch (error) {
    // The finding about the response says so.
    if (error instanceof UnusableSchema || error instanceof TooManyEvaluations || error instanceof RangeError)
      return [];
    throw error;
  }
}
