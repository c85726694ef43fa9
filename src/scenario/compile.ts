// Scenarios in the form that answers requests: conditions and templates are parsed once, and not for each request.

import { compileWhen, type Mismatch } from './matchers.ts';
import type { ResponseStep, Rule, Scenario, Step } from './scenario.ts';
import {
  type BrokenTemplate,
  type CompiledPatch,
  type CompiledValue,
  compilePatch,
  compileValue,
} from './value.ts';

export interface CompiledRule {
  readonly rule: Rule;
  /** "petstore/not-found 1" */
  readonly key: string;
  readonly mismatch: Mismatch;
  readonly reply: CompiledStep | readonly CompiledStep[] | undefined;
  readonly remember: readonly (readonly [string, CompiledValue])[];
  /** The templates of the rule that cannot be parsed, each with its path in the rule. */
  readonly broken: readonly BrokenTemplate[];
}

export type CompiledStep = CompiledReply | 'upstream';

/** A response that the scenario gives itself. */
export interface CompiledReply {
  readonly step: ResponseStep;
  readonly body: CompiledValue | undefined;
  readonly patch: CompiledPatch | undefined;
  /** By name as written. */
  readonly headers: readonly (readonly [string, CompiledValue])[] | undefined;
  /** True when no template is filled in, so that each call gets the same. */
  readonly isConstant: boolean;
}

const COMPILED = new WeakMap<Scenario, readonly CompiledRule[]>();

/**
 * The rules of a scenario, compiled when they are first asked for: those of files by the linter, while they are loaded;
 * the many that a document brings along when a session first plays them. Never throws: what is broken throws when it is used.
 */
export function compiledRules(scenario: Scenario): readonly CompiledRule[] {
  let rules = COMPILED.get(scenario);
  if (rules === undefined) {
    rules = scenario.rules.map((rule, index) => compileRule(rule, `${scenario.id} ${index + 1}`));
    COMPILED.set(scenario, rules);
  }
  return rules;
}

function compileRule(rule: Rule, key: string): CompiledRule {
  const broken: BrokenTemplate[] = [];
  const { reply } = rule;
  return {
    rule,
    key,
    mismatch: mismatchOf(rule),
    reply: Array.isArray(reply)
      ? reply.map((step, index) => compileStep(step, ['reply', index], broken))
      : reply === undefined
        ? undefined
        : compileStep(reply, ['reply'], broken),
    remember: Object.entries(rule.remember ?? {}).map(
      ([name, text]) => [name, compileValue(text, ['remember', name], each => broken.push(each))] as const,
    ),
    broken,
  };
}

/** The linter names a condition that cannot be compiled; a request may come before it has. */
function mismatchOf({ when }: Rule): Mismatch {
  try {
    return compileWhen(when);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Whether a reply is walked request by request. */
export function isList(reply: CompiledStep | readonly CompiledStep[]): reply is readonly CompiledStep[] {
  return Array.isArray(reply);
}

function compileStep(step: Step, at: BrokenTemplate['at'], broken: BrokenTemplate[]): CompiledStep {
  if (step === 'upstream') return step;
  return compileReply(typeof step === 'number' ? { status: step } : step, at, broken);
}

/** @param broken gets the templates that cannot be parsed */
export function compileReply(
  step: ResponseStep,
  at: BrokenTemplate['at'] = [],
  broken: BrokenTemplate[] = [],
): CompiledReply {
  const onBroken = (each: BrokenTemplate): unknown => broken.push(each);
  const headers =
    step.headers &&
    Object.entries(step.headers).map(
      ([name, value]) => [name, compileValue(value, [...at, 'headers', name], onBroken)] as const,
    );
  const body = step.body === undefined ? undefined : compileValue(step.body, [...at, 'body'], onBroken);
  const patch = step.patch && compilePatch(step.patch, [...at, 'patch'], onBroken);
  const isConstant =
    (body?.isConstant ?? true) &&
    (patch?.isConstant ?? true) &&
    (headers ?? []).every(([, value]) => value.isConstant);
  return { step, body, patch, headers, isConstant };
}
