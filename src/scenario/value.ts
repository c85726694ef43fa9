// Values of scenario files with templates in them, at any depth: parsed once, filled in for each call.
import { type Evaluate, isTemplate, parseTemplate, TemplateError, UNDEFINED_VALUE } from './template.ts';
import { itemScope, scopeOf, type TemplateContext, type TemplateScope } from './template-context.ts';

/** A value with its templates parsed. */
export interface CompiledValue {
  /** True when there is no template in it, so that each call gets the same. */
  readonly isConstant: boolean;
  /** ABSENT when it is one template that has nothing to say. */
  readonly evaluate: Evaluate;
}

/** A JSON Merge Patch with its templates parsed. */
export interface CompiledPatch {
  readonly isConstant: boolean;
  readonly apply: (target: unknown, scope: TemplateScope) => unknown;
}

/** A template that cannot be parsed, with the path to it. */
export interface BrokenTemplate {
  readonly at: readonly (string | number)[];
  readonly why: string;
}

type OnBroken = (broken: BrokenTemplate) => void;
type Steps = BrokenTemplate['at'];

/** @throws TemplateError when a template in it is broken, or fails */
export function fill(value: CompiledValue, context: TemplateContext): unknown {
  const filled = value.evaluate(scopeOf(context));
  return filled === UNDEFINED_VALUE ? undefined : filled;
}

/** @throws TemplateError when a template in it is broken, or fails */
export function applyPatch(target: unknown, patch: CompiledPatch, context: TemplateContext): unknown {
  return patch.apply(target, scopeOf(context));
}

/**
 * Compiles every text of a value. A member whose template has nothing to say is left out.
 * `{ $each: "{{ list }}", $as: value }` makes an array, with {{ item }} and {{ index }} in `value`.
 * @param onBroken told of each template that cannot be parsed; whoever fills it in gets the TemplateError
 */
export function compileValue(value: unknown, at: Steps, onBroken: OnBroken): CompiledValue {
  if (typeof value === 'string')
    return isTemplate(value) ? compileText(value, at, onBroken) : constant(value);
  if (typeof value !== 'object' || value === null) return constant(value);
  if (Array.isArray(value)) return compileArray(value, at, onBroken);
  if ('$each' in value) return compileEach(value as { $each: unknown; $as?: unknown }, at, onBroken);
  const members = Object.entries(value).map(
    ([key, inner]) => [key, compileValue(inner, [...at, key], onBroken)] as const,
  );
  if (members.every(([, { isConstant }]) => isConstant)) return constant(value);
  return {
    isConstant: false,
    evaluate: scope => {
      const filled: (readonly [string, unknown])[] = [];
      for (const [key, { evaluate }] of members) {
        const inner = evaluate(scope);
        if (inner !== UNDEFINED_VALUE) filled.push([key, inner]);
      }
      return Object.fromEntries(filled);
    },
  };
}

function constant(value: unknown): CompiledValue {
  return { isConstant: true, evaluate: () => value };
}

function compileText(text: string, at: Steps, onBroken: OnBroken): CompiledValue {
  try {
    return { isConstant: false, evaluate: parseTemplate(text) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    onBroken({ at, why: error.message });
    return {
      isConstant: false,
      evaluate: () => {
        throw error;
      },
    };
  }
}

function compileArray(values: readonly unknown[], at: Steps, onBroken: OnBroken): CompiledValue {
  const items = values.map((item, index) => compileValue(item, [...at, index], onBroken));
  if (items.every(({ isConstant }) => isConstant)) return constant(values);
  return {
    isConstant: false,
    evaluate: scope => items.map(({ evaluate }) => evaluate(scope)).filter(item => item !== UNDEFINED_VALUE),
  };
}

function compileEach(
  { $each, $as }: { readonly $each: unknown; readonly $as?: unknown },
  at: Steps,
  onBroken: OnBroken,
): CompiledValue {
  const list = compileValue($each, [...at, '$each'], onBroken);
  const each = compileValue($as ?? '{{ item }}', [...at, '$as'], onBroken);
  return {
    isConstant: false,
    evaluate: scope => {
      const items = list.evaluate(scope);
      if (!Array.isArray(items)) return UNDEFINED_VALUE;
      return items
        .map((item: unknown, index) => each.evaluate(itemScope(scope, item, index)))
        .filter(item => item !== UNDEFINED_VALUE);
    },
  };
}

/**
 * Compiles a JSON Merge Patch (RFC 7396): a null that is written takes a member away, and a null that a template gives,
 * because the client sent one, is set.
 */
export function compilePatch(patch: unknown, at: Steps, onBroken: OnBroken): CompiledPatch {
  if (!isRecord(patch) || '$each' in patch) {
    const { isConstant, evaluate } = compileValue(patch, at, onBroken);
    return {
      isConstant,
      apply: (target, scope) => {
        const value = evaluate(scope);
        return value === UNDEFINED_VALUE ? target : merged(target, value);
      },
    };
  }
  const members = Object.entries(patch).map(
    ([key, value]) => [key, value === null ? REMOVAL : compilePatch(value, [...at, key], onBroken)] as const,
  );
  return {
    isConstant: members.every(([, { isConstant }]) => isConstant),
    apply: (target, scope) => {
      const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
      for (const [key, { apply }] of members) {
        const next = apply(result[key], scope);
        if (next === undefined) delete result[key];
        else result[key] = next;
      }
      return result;
    },
  };
}

const REMOVAL: CompiledPatch = { isConstant: true, apply: () => undefined };

/** What a template gives: objects merge, anything else, null included, replaces. */
function merged(target: unknown, value: unknown): unknown {
  if (!isRecord(target) || !isRecord(value)) return value;
  const result = { ...target };
  for (const [key, inner] of Object.entries(value)) result[key] = merged(result[key], inner);
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
