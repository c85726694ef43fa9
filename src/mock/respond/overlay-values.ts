// Lays values over a body where its schema admits them. The result is as valid as the body was.

import type { DocumentNode } from '../../document/documents.ts';
import { copyMembers, replaceValue, setMember } from '../../exchange/change-json.ts';
import { isObject, type JsonObject, ownMember } from '../../exchange/json.ts';
import { jsonPointer } from '../../exchange/json-pointer.ts';
import type { ApiSpec, Content } from '../../openapi/model.ts';
import {
  hiddenProperties,
  type PropertyAnnotation,
  type SchemaReader,
  undocumentedProperties,
} from '../../schema/annotations.ts';
import { UnusableSchema } from '../../schema/schemas.ts';
import { type Laying, lay, memberToLay, type OverlayOptions } from './lay-values.ts';
import { shapeOf, type ValueShape } from './value-shape.ts';

/** A place in the bodies of a content where values are laid over. */
export interface OverlayTarget {
  readonly api: ApiSpec;
  /** The schema of the whole body. */
  readonly schema: DocumentNode;
  /** The names of the members that lead to the place; none: the whole body. */
  readonly steps: readonly string[];
  readonly shape: ValueShape;
  readonly reader: SchemaReader;
  /** True: whether a member is admitted does not depend on the rest of the body. */
  readonly isPlain: boolean;
}

export interface OverlaidBody {
  readonly body: unknown;
  /** JSON Pointers into the value that was laid over: what the schema does not admit. "" is the whole value. */
  readonly leftOff: readonly string[];
}

/** @returns undefined if the content has no schema, or none that names the steps */
export function overlayTarget(
  api: ApiSpec,
  { schema }: Pick<Content, 'schema'>,
  steps: readonly string[] = [],
): OverlayTarget | undefined {
  if (schema === undefined) return undefined;
  const { reader, schema: start } = api.schemas.reader(schema, 'response');
  let shape: ValueShape | undefined = shapeOf(reader, [start]);
  let isPlain = true;
  for (const step of steps) {
    isPlain &&= shape.isPlain;
    shape = shape.member(step);
    if (shape === undefined) return undefined;
  }
  return { api, schema, steps, shape, reader, isPlain: isPlain && shape.isPlain && shape.names.size > 0 };
}

/** How often a body is validated to find out what it admits. The rest is left off. */
const MAX_ATTEMPTS = 100;

const ALL_FIRST = ['all', 'required'] as const;
const REQUIRED_FIRST = ['required', 'all'] as const;

interface Attempt extends Laying {
  readonly target: OverlayTarget;
  /** How often a body may still be validated. */
  left: number;
}

/**
 * Lays a value over the one that the body has at the target: members of objects one by one, items of a list over those of the
 * list in the body, which are repeated if there are too few. Nothing is changed in place.
 * @param body valid, or invalid for reasons of its own
 */
export function overlayValues(
  target: OverlayTarget,
  body: unknown,
  value: unknown,
  options: OverlayOptions = {},
): OverlaidBody {
  const { laid, leftOff } = layOverItem(target, body, value, options);
  return { body: laid === undefined ? body : replaceValue(body, target.steps, laid), leftOff };
}

/** As overlayValues. @returns the new value of the place; undefined: it stays as it is */
export function layOverItem(
  target: OverlayTarget,
  body: unknown,
  value: unknown,
  options: OverlayOptions = {},
): { readonly laid: unknown; readonly leftOff: readonly string[] } {
  const { shape, isPlain } = target;
  const base = valueAtPlace(target, body);
  // A branch without the item, such as a null, stays.
  if (base === undefined || isObject(base) !== isObject(value)) return { laid: undefined, leftOff: [''] };
  const attempt: Attempt = { target, options, leftOff: [], left: MAX_ATTEMPTS };
  const laid =
    isPlain && isObject(base) && isObject(value)
      ? layPlain(attempt, shape, base, value)
      : layAdmitted(attempt, shape, base, value, '', bodyJudge(target, body));
  return { laid, leftOff: attempt.leftOff };
}

/** Undefined: the body has no such place. */
export function valueAtPlace({ steps }: OverlayTarget, body: unknown): unknown {
  let value = body;
  for (const step of steps) value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value;
}

/** Up to this number members are validated alone, because the rest of the item may be large. */
const FEW_MEMBERS = 2;

/** Validates the item without the rest of the body. @returns undefined if nothing is admitted */
function layPlain(attempt: Attempt, shape: ValueShape, base: JsonObject, value: JsonObject): unknown {
  const { options, leftOff } = attempt;
  const { keep = 'all' } = options;
  const names = Object.keys(value);
  if (names.length > FEW_MEMBERS) {
    const laid = lay(attempt, shape, base, value, '', keep);
    // Declared members without members of their own bring no property that the schema does not name.
    const isFlat = names.every(name => !isStructured(value[name]));
    const { reader } = attempt.target;
    const isAdmissible = isFlat
      ? shape.schemas.every(schema => isValid(reader, schema, laid))
      : isAdmitted(attempt, shape, laid);
    if (names.length > leftOff.length && isAdmissible) return laid;
    leftOff.length = 0;
  }
  const laid = copyMembers(base, keep === 'all' ? 'all' : shape.required);
  let isChanged = false;
  for (const name of names) {
    const inner = value[name];
    const member = memberToLay(attempt, shape, name, inner, '');
    if (member === undefined) continue;
    const judge = (laid: unknown): boolean => isAdmitted(attempt, member, laid);
    const over = layAdmitted(attempt, member, ownMember(base, name), inner, jsonPointer(name), judge);
    if (over === undefined) continue;
    setMember(laid, name, over, value);
    isChanged = true;
  }
  return isChanged ? laid : undefined;
}

function isStructured(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is valid on its own, and has no property that its schemas do not name. */
function isAdmitted({ target }: Attempt, { schemas }: ValueShape, value: unknown): boolean {
  return schemas.every(
    schema =>
      isValid(target.reader, schema, value) &&
      !(isStructured(value) && target.api.schemas.mayHaveUndocumented(schema, value, 'response')),
  );
}

/**
 * Lays the value over as a whole, else member by member.
 * @param at JSON Pointer into the value
 * @param judge whether the body is valid with the result in the place of `base`
 * @returns undefined if nothing is admitted
 */
function layAdmitted(
  attempt: Attempt,
  shape: ValueShape,
  base: unknown,
  value: unknown,
  at: string,
  judge: (laid: unknown) => boolean,
): unknown {
  const { leftOff, options } = attempt;
  const start = leftOff.length;
  const { keep = 'all' } = options;
  // Members of the body may belong to another branch than the value, or be needed.
  for (const kept of isStructured(value) ? (keep === 'all' ? ALL_FIRST : REQUIRED_FIRST) : [keep]) {
    if (attempt.left-- <= 0) break;
    const laid = lay(attempt, shape, base, value, at, kept);
    if (judge(laid)) return laid;
    leftOff.length = start;
  }
  if (isObject(value) && isObject(base) && shape.names.size > 0) {
    let current = base;
    for (const name of Object.keys(value)) {
      const member = memberToLay(attempt, shape, name, value[name], at);
      if (member === undefined) continue;
      const holder = current;
      const withMember = (inner: unknown): JsonObject => {
        const copy = copyMembers(holder, 'all');
        setMember(copy, name, inner, value);
        return copy;
      };
      const laid = layAdmitted(
        attempt,
        member,
        ownMember(holder, name),
        value[name],
        at + jsonPointer(name),
        inner => judge(withMember(inner)),
      );
      if (laid !== undefined) current = withMember(laid);
    }
    if (current !== base) return current;
    leftOff.length = start;
  }
  leftOff.push(at);
  return undefined;
}

/** Whether a body is valid with another value at the place of the target. */
function bodyJudge({ api, reader, schema, steps }: OverlayTarget, body: unknown): (laid: unknown) => boolean {
  const { schema: start } = api.schemas.reader(schema, 'response');
  const problems = (value: unknown): PropertyAnnotation[] => [
    ...hiddenProperties(reader, start, value, 'response'),
    ...undocumentedProperties(reader, start, value),
  ];
  let known: ReadonlySet<string> | undefined;
  return laid => {
    const candidate = replaceValue(body, steps, laid);
    if (!isValid(reader, start, candidate)) return false;
    if (!api.schemas.mayHaveUndocumented(schema, candidate, 'response')) return true;
    known ??= new Set(problems(body).map(({ at }) => at));
    return problems(candidate).every(({ at }) => known?.has(at));
  };
}

function isValid(reader: SchemaReader, schema: DocumentNode, value: unknown): boolean {
  try {
    return reader.isValid(schema, value);
  } catch (error) {
    // A schema that cannot be used, or a value that is nested too deeply for it.
    if (error instanceof UnusableSchema || error instanceof RangeError) return false;
    throw error;
  }
}
