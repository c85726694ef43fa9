// Renders templates in values with the request, the memory of the session, the clock and seeded random numbers.
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
import { REQUEST_PARTS, type TemplateScope, VARIABLES } from './template-context.ts';

/**
 * LiquidJS is made for templates that strangers write: no code, no prototypes, no files (`templates: {}`), and bounds on
 * what each template may cost.
 */
const OPTIONS = {
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
  parseLimit: 100_000,
  renderLimit: 200,
  memoryLimit: 10_000_000,
};

interface Engine {
  readonly liquid: Liquid;
  /** Reads properties; it has no variables of its own. */
  readonly reader: Context;
}

let createdEngine: Engine | undefined;

/** Made when the first template is met: that takes as long as reading a document. */
function engine(): Engine {
  if (createdEngine === undefined) {
    const liquid = new Liquid(OPTIONS);
    createdEngine = { liquid, reader: contextFor(liquid, {}) };
  }
  return createdEngine;
}

/** A new one for each evaluation: it counts what the evaluation costs, and holds what it assigns. */
function contextFor(liquid: Liquid, variables: object): Context {
  return new Context(variables, liquid.options, { sync: true }, { liquid });
}

/** A template that cannot be parsed, or fails when it is filled in. */
export class TemplateError extends Error {}

/** What a template gives that has nothing to give. */
export const UNDEFINED_VALUE: unique symbol = Symbol('absent');

/** @throws TemplateError */
export type Evaluate = (scope: TemplateScope) => unknown;

/** Every other text is taken as it is, however long. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

/**
 * A text that is one template alone gives that template's own value: a number stays a number, an object an object; with
 * nothing to say it gives ABSENT. Any other gives a text.
 * @throws TemplateError when the text cannot be parsed
 */
export function parseTemplate(text: string): Evaluate {
  try {
    // Also where only the value of it is used: this is what checks the whole text, and its length.
    const templates = engine().liquid.parse(text);
    const alone = /^\s*\{\{-?((?:(?!\}\})[\s\S])*?)-?\}\}\s*$/.exec(text)?.[1];
    const evaluate = alone === undefined ? textOf(templates) : ownValue(readExpression(alone));
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

/** Without the line and column in the text of the template: the file has others. */
function toTemplateError(error: unknown): TemplateError {
  return new TemplateError((error as Error).message.replace(/, line:\d+, col:\d+$/, ''));
}

/** @param range where it stands in the text; undefined: it is the text */
function readExpression(text: string, range?: [number, number]): FilteredValueToken {
  const { operators, groupedExpressions } = engine().liquid.options;
  return new Tokenizer(text, operators, undefined, range, groupedExpressions).readFilteredValue();
}

/** The value of a template that is the whole text. */
function ownValue(expression: FilteredValueToken): Evaluate {
  const { liquid, reader } = engine();
  const simple = simpleValue(expression);
  const value = new Value(expression, liquid);
  return scope => {
    const context = simple?.hasFilters === false ? reader : contextFor(liquid, scope.variables);
    const given: unknown =
      simple === undefined ? toValueSync(value.value(context)) : simple.evaluate(scope, context);
    return given === undefined ? UNDEFINED_VALUE : given;
  };
}

/** What templates and the text around them give together. */
function textOf(templates: Template[]): Evaluate {
  const { liquid } = engine();
  const parts = templates.map(({ token }): string | SimpleValue | undefined => {
    if (TypeGuards.isHTMLToken(token)) return token.getContent();
    return TypeGuards.isOutputToken(token)
      ? simpleValue(readExpression(token.input, token.contentRange))
      : undefined;
  });
  // Tags, and expressions that only LiquidJS evaluates.
  if (parts.includes(undefined)) return ({ variables }) => String(liquid.renderSync(templates, variables));
  return scope => {
    const context = contextFor(liquid, scope.variables);
    let text = '';
    for (const part of parts) {
      // Rendering nothing checks what the time limit leaves, as LiquidJS does before each part.
      liquid.renderSync([], context);
      text += typeof part === 'string' ? part : written(part?.evaluate(scope, context));
    }
    return text;
  };
}

/** A value as LiquidJS writes it. */
function written(value: unknown): string {
  const plain: unknown = toValue(value);
  if (plain === undefined || plain === null) return '';
  return Array.isArray(plain) ? plain.map(written).join('') : String(plain);
}

/** An expression that can be evaluated without LiquidJS's generators, which take ten times as long as what they compute. */
interface SimpleValue {
  readonly hasFilters: boolean;
  /** @param context for the filters */
  readonly evaluate: (scope: TemplateScope, context: Context) => unknown;
}

/** @returns undefined for all but a literal or a path such as `request.body.Name`, and filters whose arguments are no more than that */
function simpleValue({ initial, filters }: FilteredValueToken): SimpleValue | undefined {
  const { liquid } = engine();
  const [operand, ...more] = initial.postfix;
  const start = more.length === 0 ? simpleOperand(operand) : undefined;
  if (start === undefined) return undefined;
  const steps: ((value: unknown, scope: TemplateScope, context: Context) => unknown)[] = [];
  for (const token of filters) {
    const implementation = liquid.filters[token.name];
    const handler = typeof implementation === 'function' ? implementation : implementation?.handler;
    const args = token.args.map(simpleOperand).filter(each => each !== undefined);
    if (handler === undefined || args.length < token.args.length) return undefined;
    steps.push((value, scope, context) => {
      const given = args.map(argument => argument(scope));
      // Some filters are generators.
      return toValueSync(handler.call({ context, token, liquid }, value, ...given));
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

function simpleOperand(token: unknown): Evaluate | undefined {
  if (TypeGuards.isPropertyAccessToken(token)) return simplePath(token);
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

function simplePath({ variable, props }: PropertyAccessToken): Evaluate | undefined {
  if (variable !== undefined) return undefined;
  const keys: (string | number)[] = [];
  for (const prop of props) {
    if (!TypeGuards.isWordToken(prop) && !TypeGuards.isQuotedToken(prop) && !TypeGuards.isNumberToken(prop))
      return undefined;
    keys.push(prop.content);
  }
  const [root, ...rest] = keys;
  if (typeof root !== 'string' || !VARIABLES.has(root)) return undefined;
  const { reader } = engine();
  const partOf = root === 'request' ? ownPart(rest[0]) : undefined;
  const below = partOf === undefined ? rest : rest.slice(1);
  return ({ context, variables }) => {
    let value: unknown = partOf === undefined ? reader.readProperty(variables, root) : partOf(context.call);
    for (const key of below) value = reader.readProperty(value as object, key);
    return value;
  };
}

function ownPart(name: string | number | undefined): (typeof REQUEST_PARTS)[string] | undefined {
  return typeof name === 'string' && Object.hasOwn(REQUEST_PARTS, name) ? REQUEST_PARTS[name] : undefined;
}
