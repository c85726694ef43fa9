// Parses Liquid templates and evaluates them with the variables of a request.
import {
  Context,
  type FilteredValueToken,
  Liquid,
  type PropertyAccessToken,
  type Template,
  Tokenizer,
  TypeGuards,
  toValue,
  toValueSync,
  Value,
} from 'liquidjs';
import { exactMember } from '../exchange/exact-json.ts';
import { REQUEST_MEMBERS, type TemplateScope, VARIABLE_NAMES } from './template-context.ts';

/**
 * Limits for untrusted templates: no code, no inherited properties, no files (`templates: {}`), bounded work and memory for
 * each rendering. LiquidJS has no limit of work but one of time, which depends on the load of the machine: see countedLimit.
 */
const OPTIONS = {
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
  parseLimit: 100_000,
  memoryLimit: 10_000_000,
};

/** The templates that one rendering may render, the repetitions of a loop included. Long expressions count more. */
const MAX_RENDERED = 50_000;
const USUAL_LENGTH = 100;

type RenderLimit = Context['renderLimit'];

/** The limit that LiquidJS checks before it renders a template, with a counter in place of the clock. */
function countedLimit(max: number): RenderLimit {
  let rendered = 0;
  const check = (): void => {
    if (++rendered > max) throw new Error('template render limit exceeded');
  };
  return { check, use: check } as unknown as RenderLimit;
}

function maxRendered(text: string): number {
  let longest = USUAL_LENGTH;
  for (const part of text.split(/\{[{%]/))
    longest = Math.max(longest, part.split(/[%}]\}/, 1)[0]?.length ?? 0);
  return (MAX_RENDERED * USUAL_LENGTH) / longest;
}

interface Engine {
  readonly liquid: Liquid;
  /** Has no variables; used only to read properties. */
  readonly reader: Context;
}

let createdEngine: Engine | undefined;

/** Created at the first template: creating it takes as long as loading a document. */
function engine(): Engine {
  if (createdEngine === undefined) {
    const liquid = new Liquid(OPTIONS);
    createdEngine = { liquid, reader: liquidContext(liquid, {}) };
  }
  return createdEngine;
}

/** A context is used for one evaluation: it counts the cost of the evaluation and stores assigned variables. */
function liquidContext(liquid: Liquid, variables: object, max = MAX_RENDERED): Context {
  const renderLimit = countedLimit(max);
  return new Context(variables, liquid.options, { sync: true }, { liquid, renderLimit });
}

/** A template that cannot be parsed or evaluated. */
export class TemplateError extends Error {}

/** The result of a template that evaluates to undefined. */
export const UNDEFINED_VALUE: unique symbol = Symbol('undefined value');

/** @throws TemplateError when the template cannot be evaluated */
export type EvaluateTemplate = (scope: TemplateScope) => unknown;

/** Whether a string contains a Liquid output or tag. Other strings are literal and have no size limit. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

const ESCAPED = /(?<!\{)\{\{ "(\{\{|\{%|)" \}\}/g;
/** Marks an escaped text. It also prevents a single-output template, which would lose surrounding white space. */
const ESCAPED_START = '{{ "" }}';

/** Escapes `{{` and `{%`, so that a literal text is not read as a template. */
export function escapeTemplates(text: string): string {
  if (!isTemplate(text)) return text;
  return ESCAPED_START + text.replace(/\{\{|\{%/g, mark => `{{ "${mark}" }}`);
}

/** The literal text that `escapeTemplates` escaped, of any length; undefined: the text has other templates. */
export function unescapeTemplates(text: string): string | undefined {
  if (!text.startsWith(ESCAPED_START) || isTemplate(text.replace(ESCAPED, '\n'))) return undefined;
  return text.replace(ESCAPED, '$1');
}

/**
 * Parses a string with templates. A string that is a single `{{ output }}` evaluates to the value itself: a number stays a
 * number, an object stays an object, and undefined becomes UNDEFINED_VALUE. Any other string evaluates to a string.
 * @throws TemplateError when the string cannot be parsed
 */
export function parseTemplate(text: string): EvaluateTemplate {
  try {
    // Parse the whole string in any case: this checks its syntax and its length.
    const templates = engine().liquid.parse(text);
    const single = /^\s*\{\{-?((?:(?!\}\})[\s\S])*?)-?\}\}\s*$/.exec(text)?.[1];
    const evaluate =
      single === undefined
        ? compileMixedText(templates, maxRendered(text))
        : compileExpression(parseExpression(single));
    return scope => {
      try {
        return evaluate(scope);
      } catch (error) {
        throw toTemplateError(error);
      }
    };
  } catch (error) {
    throw toTemplateError(error);
  }
}

/** Removes LiquidJS's line and column: they are relative to the string, not to the file. */
function toTemplateError(error: unknown): TemplateError {
  return new TemplateError((error as Error).message.replace(/, line:\d+, col:\d+$/, ''));
}

/** @param range of the expression in the text; undefined: the whole text */
function parseExpression(text: string, range?: [number, number]): FilteredValueToken {
  const { operators, groupedExpressions } = engine().liquid.options;
  return new Tokenizer(text, operators, undefined, range, groupedExpressions).readFilteredValue();
}

/** Compiles a single output to its value. */
function compileExpression(expression: FilteredValueToken): EvaluateTemplate {
  const { liquid, reader } = engine();
  const simple = directExpression(expression);
  const value = new Value(expression, liquid);
  return scope => {
    const context = simple?.hasFilters === false ? reader : liquidContext(liquid, scope.variables);
    const result: unknown =
      simple === undefined ? toValueSync(value.value(context)) : simple.evaluate(scope, context);
    return result === undefined ? UNDEFINED_VALUE : result;
  };
}

/** Compiles templates and the text around them to a string. */
function compileMixedText(templates: Template[], max: number): EvaluateTemplate {
  const { liquid } = engine();
  const segments = templates.map(({ token }): string | DirectExpression | undefined => {
    if (TypeGuards.isHTMLToken(token)) return token.getContent();
    return TypeGuards.isOutputToken(token)
      ? directExpression(parseExpression(token.input, token.contentRange))
      : undefined;
  });
  // LiquidJS renders strings with tags, and expressions that directExpression does not support.
  if (segments.includes(undefined))
    return ({ variables }) => String(liquid.renderSync(templates, liquidContext(liquid, variables, max)));
  return scope => {
    // As many templates as the text has: only LiquidJS repeats some.
    const context = liquidContext(liquid, scope.variables);
    let text = '';
    for (const segment of segments) {
      text += typeof segment === 'string' ? segment : toText(segment?.evaluate(scope, context));
    }
    return text;
  };
}

/** Converts a value to a string as LiquidJS does. */
function toText(value: unknown): string {
  const plain: unknown = toValue(value);
  if (plain === undefined || plain === null) return '';
  return Array.isArray(plain) ? plain.map(toText).join('') : String(plain);
}

/** An expression that is evaluated without LiquidJS's generators, which take about ten times as long. */
interface DirectExpression {
  readonly hasFilters: boolean;
  /** @param context passed to the filters */
  readonly evaluate: (scope: TemplateScope, context: Context) => unknown;
}

/** @returns undefined if an operand or a filter argument is neither a literal nor a path such as `request.body.Name` */
function directExpression({ initial, filters }: FilteredValueToken): DirectExpression | undefined {
  const { liquid } = engine();
  const [operand, ...more] = initial.postfix;
  const start = more.length === 0 ? directOperand(operand) : undefined;
  if (start === undefined) return undefined;
  const steps: ((value: unknown, scope: TemplateScope, context: Context) => unknown)[] = [];
  for (const token of filters) {
    const implementation = liquid.filters[token.name];
    const handler = typeof implementation === 'function' ? implementation : implementation?.handler;
    const args = token.args.map(directOperand).filter(each => each !== undefined);
    if (handler === undefined || args.length < token.args.length) return undefined;
    steps.push((value, scope, context) => {
      const values = args.map(argument => argument(scope));
      // Some filters are generators.
      return toValueSync(handler.call({ context, token, liquid }, value, ...values));
    });
  }
  return {
    hasFilters: steps.length > 0,
    evaluate: (scope, context) => {
      let value = start(scope);
      for (const step of steps) value = step(value, scope, context);
      return value;
    },
  };
}

function directOperand(token: unknown): EvaluateTemplate | undefined {
  if (TypeGuards.isPropertyAccessToken(token)) return directPath(token);
  if (
    TypeGuards.isLiteralToken(token) ||
    TypeGuards.isQuotedToken(token) ||
    TypeGuards.isNumberToken(token)
  ) {
    const { content } = token;
    return () => content;
  }
  return undefined;
}

function directPath({ variable, props }: PropertyAccessToken): EvaluateTemplate | undefined {
  if (variable !== undefined) return undefined;
  const keys: (string | number)[] = [];
  for (const prop of props) {
    if (!TypeGuards.isWordToken(prop) && !TypeGuards.isQuotedToken(prop) && !TypeGuards.isNumberToken(prop))
      return undefined;
    keys.push(prop.content);
  }
  const [root, ...rest] = keys;
  if (typeof root !== 'string' || !VARIABLE_NAMES.has(root)) return undefined;
  const { reader } = engine();
  const readMember = root === 'request' ? requestMember(rest[0]) : undefined;
  const remaining = readMember === undefined ? rest : rest.slice(1);
  return ({ context, variables }) => {
    let holder: unknown;
    let value: unknown =
      readMember === undefined ? reader.readProperty(variables, root) : readMember(context.call);
    for (const key of remaining) {
      holder = value;
      value = reader.readProperty(holder as object, key);
    }
    return exactMember(holder, remaining.at(-1) ?? '', value);
  };
}

function requestMember(name: string | number | undefined): (typeof REQUEST_MEMBERS)[string] | undefined {
  return typeof name === 'string' && Object.hasOwn(REQUEST_MEMBERS, name) ? REQUEST_MEMBERS[name] : undefined;
}
