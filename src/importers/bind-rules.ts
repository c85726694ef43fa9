// Binds imported rules to the operations that their paths match, and writes them in the form of scenario rules.
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isJson, parseMediaType } from '../exchange/media-type.ts';
import type { ResponseStep, Rule } from '../scenario/scenario.ts';
import { isTemplate } from '../scenario/template.ts';
import type { Condition, When } from '../scenario/when.ts';
import { satisfies } from '../schema/schemas.ts';
import type { ImportedReply, ImportedRule } from './model.ts';
import { type BoundSegment, bindMarks } from './path-marks.ts';
import { allOf, matching, type Predicate, satisfying, toCondition } from './predicate.ts';

/** An operation as a rule sees it. */
export interface BindTarget {
  /** The value of "on". */
  readonly on: string;
  readonly method: string;
  /** With those of the base path. */
  readonly segments: readonly BoundSegment[];
}

/** Names the file for the bytes of a body. */
export type NameFile = (bytes: Uint8Array, reply: ImportedReply) => string;

/** @returns undefined if the rule cannot apply to the operation */
export function bindRule(rule: ImportedRule, target: BindTarget, nameFile: NameFile): Rule | undefined {
  if (rule.methods.length > 0 && !rule.methods.includes(target.method)) return undefined;
  const path = bindPath(rule, target.segments);
  if (path === undefined) return undefined;
  const { path: _, ...others } = rule.when;
  const when: When = { ...(Object.keys(path).length > 0 && { path }), ...others };
  const steps =
    'upstream' in rule.reply ? undefined : rule.reply.map(reply => toStep(reply, target, nameFile));
  const isList = steps !== undefined && (steps.length > 1 || rule.then !== undefined);
  const remember =
    rule.remember &&
    Object.fromEntries(
      Object.entries(rule.remember).map(([key, value]) => [key, bindMarks(value, target.segments)]),
    );
  return {
    on: target.on,
    ...(Object.keys(when).length > 0 && { when }),
    ...(steps?.length !== 0 && {
      reply: steps === undefined ? 'upstream' : isList ? steps : (steps[0] as ResponseStep),
    }),
    // biome-ignore lint/suspicious/noThenProperty: a key of the file format; its value is a string, so it is no thenable
    ...(isList && { then: rule.then ?? 'repeat-last' }),
    ...(remember !== undefined && { remember }),
  };
}

/** The conditions on path parameters; undefined: a text in the path of the operation does not match. */
function bindPath(
  { path: { segments }, when }: ImportedRule,
  bound: readonly BoundSegment[],
): Record<string, Condition> | undefined {
  const conditions: Record<string, Condition> = {};
  for (const [index, target] of bound.entries()) {
    const segment = segments[index];
    const wanted = when.path?.get(index);
    if ('literal' in target) {
      // The path of the rule matches it already.
      if (wanted !== undefined && !satisfies(wanted.schema, target.literal)) return undefined;
      continue;
    }
    const tests: Predicate[] = wanted === undefined ? [] : [wanted];
    if (segment !== undefined && 'literal' in segment) tests.unshift(satisfying({ const: segment.literal }));
    else if (segment?.expression !== undefined) tests.unshift(matching(segment.expression, ''));
    if (tests.length > 0) conditions[target.variable] = toCondition(allOf(tests));
  }
  return conditions;
}

function toStep(reply: ImportedReply, { method, segments }: BindTarget, nameFile: NameFile): ResponseStep {
  const { status, headers, text, bytes, deliver } = reply;
  const bind = (value: string): string => bindMarks(value, segments);
  const contentType = contentTypeOf(reply);
  const hasNone = method === 'HEAD' || (bytes === undefined && (text === undefined || text === ''));
  const body = hasNone
    ? { body: null }
    : bytes !== undefined
      ? { 'body-file': nameFile(bytes, reply) }
      : { body: toBody(bind(text ?? ''), contentType) };
  const fields = Object.entries(headers).map(([name, value]): [string, string | null | string[]] => [
    name,
    value === null ? null : typeof value === 'string' ? bind(value) : value.map(bind),
  ]);
  return {
    status: typeof status === 'string' ? bind(status) : status,
    ...(fields.length > 0 && { headers: Object.fromEntries(fields) }),
    ...body,
    ...(deliver !== undefined && Object.keys(deliver).length > 0 && { deliver }),
  };
}

/** The Content-Type that the reply sets; undefined: none. */
export function contentTypeOf({ headers }: ImportedReply): string | undefined {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  return typeof value === 'string' ? value : undefined;
}

/** JSON that would be written like this anyway is readable data; every other text is sent as it is. */
function toBody(text: string, contentType: string | undefined): unknown {
  if (
    !isTemplate(text) &&
    (contentType === undefined || isJson(parseMediaType(contentType)?.essence ?? ''))
  ) {
    const value = parsedLike(text);
    if (value !== undefined) return value;
  }
  // A single output that evaluates to nothing would remove the text.
  return { $text: /^\s*\{\{((?!\}\}).)*\}\}\s*$/s.test(text) ? `${text}{{ "" }}` : text };
}

function parsedLike(text: string): object | undefined {
  if (!/^[{[]/.test(text) || /"\$(?:each|text|as)"|"__proto__"/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? (value as object) : undefined;
  } catch {
    return undefined;
  }
}

/** The key of a path of operations with equal shapes. */
export function pathShape(segments: readonly BoundSegment[]): string {
  return jsonPointer(...segments.map(segment => ('literal' in segment ? segment.literal : '{}')));
}
