// Compiles the values of scenario files: templates at any depth are parsed once and rendered for each request.
import { copyDigits, ExactNumber, exactMember, rememberExactNumbers } from '../exchange/exact-json.ts';
import { isObject } from '../exchange/json.ts';
import {
  type EvaluateTemplate,
  isTemplate,
  parseTemplate,
  TemplateError,
  UNDEFINED_VALUE,
  unescapeTemplates,
} from './template.ts';
import { itemScope, type TemplateContext, type TemplateScope, templateScope } from './template-context.ts';

/** A JSON value whose templates are parsed. */
export type CompiledValue = {
  /** Returns UNDEFINED_VALUE if the value is a single template that evaluates to undefined. */
  readonly evaluate: EvaluateTemplate;
} & (
  | { readonly isConstant: false }
  /** The value contains no template, so it is the same for each request. */
  | { readonly isConstant: true; readonly value: unknown }
);

/** A JSON Merge Patch (RFC 7396) whose templates are parsed. */
export interface CompiledPatch {
  readonly isConstant: boolean;
  readonly apply: (target: unknown, scope: TemplateScope) => unknown;
}

/** A template that cannot be parsed. */
export interface InvalidTemplate {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type OnInvalidTemplate = (template: InvalidTemplate) => void;
type ValuePath = InvalidTemplate['path'];

/**
 * Evaluates all templates of a value.
 * @returns undefined if the value is a single template that evaluates to undefined
 * @throws TemplateError when a template cannot be parsed or evaluated
 */
export function renderTemplates(value: CompiledValue, context: TemplateContext): unknown {
  const rendered = value.evaluate(templateScope(context));
  return rendered === UNDEFINED_VALUE ? undefined : rendered;
}

/** @throws TemplateError when a template of the patch cannot be parsed or evaluated */
export function applyMergePatch(target: unknown, patch: CompiledPatch, context: TemplateContext): unknown {
  return patch.apply(target, templateScope(context));
}

/**
 * Compiles every string of a value. A member whose template evaluates to undefined is omitted.
 * `{ $each: "{{ list }}", $as: value }` becomes an array; `value` can use {{ item }} and {{ index }}.
 * @param path of the value in the rule
 * @param onInvalid called for each template that cannot be parsed; evaluating that template throws the same TemplateError
 */
export function compileValue(value: unknown, path: ValuePath, onInvalid: OnInvalidTemplate): CompiledValue {
  if (typeof value === 'string')
    return isTemplate(value) ? compileTemplate(value, path, onInvalid) : constantValue(value);
  if (typeof value !== 'object' || value === null) return constantValue(value);
  if (Array.isArray(value)) return compileArray(value, path, onInvalid);
  if ('$each' in value) return compileEach(value as { $each: unknown; $as?: unknown }, path, onInvalid);
  const members = Object.entries(value).map(
    ([key, inner]) => [key, compileValue(inner, [...path, key], onInvalid)] as const,
  );
  const constants = members.flatMap(([key, member]) =>
    member.isConstant ? [[key, member.value] as const] : [],
  );
  if (constants.length === members.length) {
    const isUnchanged = constants.every(([key, inner]) => inner === (value as Record<string, unknown>)[key]);
    return constantValue(isUnchanged ? value : Object.fromEntries(constants));
  }
  return {
    isConstant: false,
    evaluate: scope => {
      const rendered: (readonly [string, unknown])[] = [];
      for (const [key, { evaluate }] of members) {
        const inner = evaluate(scope);
        if (inner !== UNDEFINED_VALUE) rendered.push([key, inner]);
      }
      const result = Object.fromEntries(rendered);
      copyDigits(value, result);
      return rememberExactNumbers(result);
    },
  };
}

function constantValue(value: unknown): CompiledValue {
  return { isConstant: true, value, evaluate: () => value };
}

function compileTemplate(text: string, path: ValuePath, onInvalid: OnInvalidTemplate): CompiledValue {
  const literal = unescapeTemplates(text);
  if (literal !== undefined) return constantValue(literal);
  try {
    return { isConstant: false, evaluate: parseTemplate(text) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    onInvalid({ path, message: error.message });
    return {
      isConstant: false,
      evaluate: () => {
        throw error;
      },
    };
  }
}

function compileArray(
  values: readonly unknown[],
  path: ValuePath,
  onInvalid: OnInvalidTemplate,
): CompiledValue {
  const items = values.map((item, index) => compileValue(item, [...path, index], onInvalid));
  const constants = items.flatMap(item => (item.isConstant ? [item.value] : []));
  if (constants.length === items.length)
    return constantValue(constants.every((item, index) => item === values[index]) ? values : constants);
  return {
    isConstant: false,
    evaluate: scope =>
      rememberExactNumbers(
        items.map(({ evaluate }) => evaluate(scope)).filter(item => item !== UNDEFINED_VALUE),
      ),
  };
}

function compileEach(
  { $each, $as }: { readonly $each: unknown; readonly $as?: unknown },
  path: ValuePath,
  onInvalid: OnInvalidTemplate,
): CompiledValue {
  const list = compileValue($each, [...path, '$each'], onInvalid);
  const each = compileValue($as ?? '{{ item }}', [...path, '$as'], onInvalid);
  return {
    isConstant: false,
    evaluate: scope => {
      const items = list.evaluate(scope);
      if (!Array.isArray(items)) return UNDEFINED_VALUE;
      const rendered = items
        .map((item: unknown, index) =>
          each.evaluate(itemScope(scope, exactMember(items, index, item), index)),
        )
        .filter(item => item !== UNDEFINED_VALUE);
      return rememberExactNumbers(rendered);
    },
  };
}

/**
 * Compiles a JSON Merge Patch (RFC 7396). A literal null removes a member. A template that evaluates to null sets the
 * member to null, because the client sent null.
 */
export function compileMergePatch(
  patch: unknown,
  path: ValuePath,
  onInvalid: OnInvalidTemplate,
): CompiledPatch {
  if (!isObject(patch) || '$each' in patch) {
    const { isConstant, evaluate } = compileValue(patch, path, onInvalid);
    return {
      isConstant,
      apply: (target, scope) => {
        const value = evaluate(scope);
        return value === UNDEFINED_VALUE ? target : mergeObjects(target, value);
      },
    };
  }
  const members = Object.entries(patch).map(
    ([key, value]) =>
      [key, value === null ? REMOVAL : compileMergePatch(value, [...path, key], onInvalid)] as const,
  );
  return {
    isConstant: members.every(([, { isConstant }]) => isConstant),
    apply: (target, scope) => {
      const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
      if (isObject(target)) copyDigits(target, result);
      copyDigits(patch, result);
      for (const [key, { apply }] of members) {
        const next = apply(result[key], scope);
        if (next === undefined) delete result[key];
        else result[key] = next;
      }
      return rememberExactNumbers(result);
    },
  };
}

const REMOVAL: CompiledPatch = { isConstant: true, apply: () => undefined };

/** Merges the result of a template: an object is merged, anything else, null included, replaces the target. */
function mergeObjects(target: unknown, value: unknown): unknown {
  if (!isObject(target) || !isObject(value) || value instanceof ExactNumber) return value;
  const result = { ...target };
  copyDigits(target, result);
  copyDigits(value, result);
  for (const [key, inner] of Object.entries(value)) result[key] = mergeObjects(result[key], inner);
  return result;
}
