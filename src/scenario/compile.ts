// Compiles the rules of a scenario: conditions and templates are parsed once, not for each request.

import type { ParsedFile } from '../document/parse.ts';
import { compileWhen, type Mismatch } from './matchers.ts';
import { type MemoryKey, parseMemoryKey } from './memory-key.ts';
import type { BodyFile, CallbackSpec, ResponseStep, Rule, Scenario, Step } from './scenario.ts';
import { type EvaluateTemplate, TemplateError } from './template.ts';
import {
  type CompiledPatch,
  type CompiledValue,
  compileMergePatch,
  compileValue,
  type InvalidTemplate,
} from './value.ts';

/** A rule as journals keep it: without its compiled reply, which would keep documents in memory after a reload. */
export interface AppliedRule {
  /** Scenario id and number of the rule, such as "petstore/not-found 1". */
  readonly key: string;
  readonly rule: Rule;
  /** The file of the scenario; undefined: built in. */
  readonly source: ParsedFile | undefined;
  /** JSON Pointer of the rule in its file. */
  readonly pointer: string;
  /** Which entry of a reply list was sent, from 1. */
  readonly entry?: number;
  /** True: the scenario is no longer loaded, so of the rule only the operation is known, and whether it replies. */
  readonly isUnloaded?: true;
}

/** A rule whose conditions and templates are parsed. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Of the rule in its scenario. */
  readonly index: number;
  readonly key: string;
  readonly applied: AppliedRule;
  /** Tests the conditions of "when". */
  readonly mismatch: Mismatch;
  readonly reply: CompiledStep | readonly CompiledStep[] | undefined;
  readonly callbacks: CompiledCallbacks;
  readonly remember: readonly Remembered[];
  /** Templates that cannot be parsed; `path` starts at the rule. */
  readonly invalidTemplates: readonly InvalidTemplate[];
}

/** What a rule stores in the memory of the session. */
export interface Remembered {
  readonly key: MemoryKey;
  /** Undefined: the value of the key is forgotten. */
  readonly value: CompiledValue | undefined;
}

/** What is sent of each callback, by name or "*". An empty list: it is not sent. */
export type CompiledCallbacks = ReadonlyMap<string, readonly CompiledCallback[]>;

export interface CompiledCallback extends Pick<CallbackSpec, 'delay' | 'example'> {
  readonly body?: CompiledValue | undefined;
  readonly patch?: CompiledPatch | undefined;
}

export const NO_CALLBACKS: CompiledCallbacks = new Map();

/** A step of a reply; "upstream": the response of the upstream service. */
export type CompiledStep = CompiledReply | 'upstream';

/** A response that the scenario file defines. */
export interface CompiledReply {
  readonly step: ResponseStep;
  /** Undefined: the step says none, or says it as a number. */
  readonly statusTemplate: EvaluateTemplate | undefined;
  readonly body: CompiledValue | undefined;
  /** The file that is the body. */
  readonly bodyFile: BodyFile | undefined;
  readonly patch: CompiledPatch | undefined;
  /** Names as written in the file. */
  readonly headers: readonly (readonly [string, CompiledValue])[] | undefined;
  /** True: the reply contains no template, so it is the same for each request. */
  readonly isConstant: boolean;
}

const COMPILED = new WeakMap<Scenario, readonly CompiledRule[]>();

/**
 * Compiles the rules of a scenario at the first call and caches them. The linter compiles the scenarios of files at start;
 * built-in scenarios, of which a document has many, are compiled when a session first activates them.
 * Never throws: an invalid condition or template throws when it is evaluated.
 */
export function compiledRules(scenario: Scenario): readonly CompiledRule[] {
  let rules = COMPILED.get(scenario);
  if (rules === undefined) {
    rules = scenario.rules.map((rule, index) => compileRule(scenario, rule, index));
    COMPILED.set(scenario, rules);
  }
  return rules;
}

function compileRule({ id, source, bodyFiles }: Scenario, rule: Rule, index: number): CompiledRule {
  const key = `${id} ${index + 1}`;
  const invalid: InvalidTemplate[] = [];
  const { reply } = rule;
  return {
    rule,
    index,
    key,
    applied: { key, rule, source, pointer: `/rules/${index}` },
    mismatch: compileConditions(rule),
    reply: Array.isArray(reply)
      ? reply.map((step, index) => compileStep(step, ['reply', index], invalid, bodyFiles))
      : reply === undefined
        ? undefined
        : compileStep(reply, ['reply'], invalid, bodyFiles),
    callbacks: compileCallbacks(rule, invalid),
    remember: Object.entries(rule.remember ?? {}).map(([key, text]): Remembered => {
      const path = ['remember', key];
      const value = text === null ? undefined : compileValue(text, path, each => invalid.push(each));
      return { key: compileKey(key, path, invalid), value };
    }),
    invalidTemplates: invalid,
  };
}

/** Like a template: evaluating an invalid key throws its error. */
function compileKey(text: string, path: InvalidTemplate['path'], invalid: InvalidTemplate[]): MemoryKey {
  try {
    return parseMemoryKey(text);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    invalid.push({ path, message: error.message });
    return {
      text,
      resolve: () => {
        throw error;
      },
    };
  }
}

function compileCallbacks({ callbacks }: Rule, invalid: InvalidTemplate[]): CompiledCallbacks {
  if (callbacks === undefined) return NO_CALLBACKS;
  const onInvalid = (each: InvalidTemplate): unknown => invalid.push(each);
  return new Map(
    Object.entries(callbacks).map(([name, specified]) => {
      if (specified === 'off') return [name, []];
      const compiled = [specified].flat().map(({ delay, example, body, patch }, index): CompiledCallback => {
        const path = ['callbacks', name, ...(Array.isArray(specified) ? [index] : [])];
        return {
          delay,
          example,
          body: body === undefined ? undefined : compileValue(body, [...path, 'body'], onInvalid),
          patch: patch && compileMergePatch(patch, [...path, 'patch'], onInvalid),
        };
      });
      return [name, compiled];
    }),
  );
}

/** The linter reports a condition that cannot be compiled. A request can arrive before the linter has finished. */
function compileConditions({ when }: Rule): Mismatch {
  try {
    return compileWhen(when);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Whether a reply is a list with one step per request. */
export function isReplyList(reply: CompiledStep | readonly CompiledStep[]): reply is readonly CompiledStep[] {
  return Array.isArray(reply);
}

function compileStep(
  step: Step,
  path: InvalidTemplate['path'],
  invalid: InvalidTemplate[],
  files: Scenario['bodyFiles'],
): CompiledStep {
  if (step === 'upstream') return step;
  return compileReply(typeof step === 'number' ? { status: step } : step, path, invalid, files);
}

/**
 * Compiles a reply step.
 * @param path of the step in the rule
 * @param invalid templates that cannot be parsed are added to it
 */
export function compileReply(
  step: ResponseStep,
  path: InvalidTemplate['path'] = [],
  invalid: InvalidTemplate[] = [],
  files: Scenario['bodyFiles'] = undefined,
): CompiledReply {
  const onInvalid = (each: InvalidTemplate): unknown => invalid.push(each);
  const headers =
    step.headers &&
    Object.entries(step.headers).map(
      ([name, value]) => [name, compileValue(value, [...path, 'headers', name], onInvalid)] as const,
    );
  const body = step.body === undefined ? undefined : compileValue(step.body, [...path, 'body'], onInvalid);
  const patch = step.patch && compileMergePatch(step.patch, [...path, 'patch'], onInvalid);
  const { status, 'body-file': fileName } = step;
  const bodyFile = fileName === undefined ? undefined : (files?.get(fileName) ?? UNKNOWN_FILE);
  const statusTemplate =
    typeof status === 'string' ? compileValue(status, [...path, 'status'], onInvalid).evaluate : undefined;
  const isConstant =
    statusTemplate === undefined &&
    (body?.isConstant ?? true) &&
    (patch?.isConstant ?? true) &&
    (headers ?? []).every(([, value]) => value.isConstant);
  return { step, statusTemplate, body, bodyFile, patch, headers, isConstant };
}

/** Of a reply that belongs to no file. */
const UNKNOWN_FILE: BodyFile = { problem: 'the file is not known' };

/** @param key as AppliedRule has it @returns undefined if there is no such rule, or no longer */
export function appliedRule(scenarios: ReadonlyMap<string, Scenario>, key: string): AppliedRule | undefined {
  const blank = key.lastIndexOf(' ');
  const scenario = scenarios.get(key.slice(0, blank));
  return scenario && compiledRules(scenario)[Number(key.slice(blank + 1)) - 1]?.applied;
}
