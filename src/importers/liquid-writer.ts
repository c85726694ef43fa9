// Writes Handlebars templates as Liquid. The importer of a tool says what its helpers become.
import { escapeTemplates, isTemplate, parseTemplate, TemplateError } from '../scenario/template.ts';
import {
  HandlebarsError,
  type HandlebarsExpression,
  type HandlebarsPart,
  parseHandlebars,
} from './handlebars.ts';
import { type LiquidValue, type LocalNames, loopValue, plain } from './liquid-values.ts';
import { liquidString } from './path-marks.ts';

/** Helpers and paths of a tool. Undefined: there is no counterpart. */
export interface TemplateDialect {
  readonly path: (steps: readonly string[], local: LocalNames) => LiquidValue | undefined;
  /** True: the lines of tags that begin or end a block, and have nothing else, are not written, as Handlebars does. */
  readonly stripsBlockLines?: boolean;
  readonly call: (name: string, args: HelperArguments) => LiquidValue | undefined;
  /** A block that is not one of Handlebars, as a condition for "if". */
  readonly condition?: (name: string, args: HelperArguments) => string | undefined;
  /** A block that is repeated: the range of Liquid, and whether a comma and a line break separate the repetitions. */
  readonly repetition?: (
    name: string,
    args: HelperArguments,
  ) => { readonly range: string; readonly hasCommas: boolean } | undefined;
}

export interface HelperArguments {
  readonly args: readonly HandlebarsExpression[];
  readonly named: Readonly<Record<string, HandlebarsExpression>>;
  /** Writes an argument as a single operand. @throws NoCounterpart */
  operand(expression: HandlebarsExpression | undefined): string;
  /** Writes an argument. @throws NoCounterpart */
  value(expression: HandlebarsExpression | undefined): LiquidValue;
  /**
   * Writes a value before the expression, under a name.
   * @returns the name
   */
  assign(value: LiquidValue, name?: string): string;
  /** The text of an argument that is written as one. */
  text(expression: HandlebarsExpression | undefined): string | undefined;
}

const NO_VALUE: HandlebarsExpression = { kind: 'literal', value: '' };

/** The part of a template that Liquid cannot say. */
class NoCounterpart extends Error {}

export interface WrittenTemplate {
  readonly text: string;
  /** The sources of the parts that have no counterpart; they are left out of the text. */
  readonly missing: readonly string[];
}

/** A line that has only one tag, of a block or a comment. */
const BLOCK_LINE = /^[ \t]*(\{\{(?:[#/^!]|else\b)[^\n{}]*\}\})[ \t]*(?:\r?\n|$(?![\s\S]))/gm;

/** @returns the text with templates of Liquid */
export function toLiquid(text: string, dialect: TemplateDialect): WrittenTemplate {
  let parts: readonly HandlebarsPart[];
  try {
    parts = parseHandlebars(dialect.stripsBlockLines === true ? text.replace(BLOCK_LINE, '$1') : text);
  } catch (error) {
    if (!(error instanceof HandlebarsError)) throw error;
    return { text: escapeTemplates(text), missing: [`the whole text: ${error.message}`] };
  }
  if (parts.every(({ kind }) => kind === 'text'))
    return {
      text: escapeTemplates(parts.map(part => (part.kind === 'text' ? part.text : '')).join('')),
      missing: [],
    };
  const missing: string[] = [];
  const writer = new LiquidWriter(dialect, missing);
  const written = writer.parts(parts, { isInLoop: false });
  // Marks of paths are operands as well.
  try {
    if (isTemplate(written)) parseTemplate(written.replace(/\uE000(?:path|\d+)\uE001/g, '"x"'));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { text: '', missing: [...missing, `the whole text: ${error.message}`] };
  }
  return { text: written, missing };
}

class LiquidWriter {
  readonly #dialect: TemplateDialect;
  readonly #missing: string[];
  #prelude: string[] = [];
  #names = 0;

  constructor(dialect: TemplateDialect, missing: string[]) {
    this.#dialect = dialect;
    this.#missing = missing;
  }

  parts(parts: readonly HandlebarsPart[], local: LocalNames): string {
    return parts
      .map(part => {
        if (part.kind === 'text') return part.text.replace(/\{\{|\{%/g, mark => `{{ "${mark}" }}`);
        try {
          return part.kind === 'output' ? this.#output(part.expression, local) : this.#block(part, local);
        } catch (error) {
          if (!(error instanceof NoCounterpart)) throw error;
          this.#prelude = [];
          this.#missing.push(`{{${part.source}}}`);
          return '';
        }
      })
      .join('');
  }

  #output(expression: HandlebarsExpression, local: LocalNames): string {
    const { operand, filters } = this.#value(expression, local);
    return `${this.#takePrelude()}{{ ${operand}${filters} }}`;
  }

  #block({ expression, parts, otherwise }: HandlebarsPart & { kind: 'block' }, local: LocalNames): string {
    const name = expression.kind === 'call' ? expression.name : '';
    const args = expression.kind === 'call' ? expression.args : [];
    if (name === 'each') {
      const list = this.#operand(args[0], local);
      const prelude = this.#takePrelude();
      const inner = this.parts(parts, { isInLoop: true });
      const empty = otherwise.length === 0 ? '' : `{% else %}${this.parts(otherwise, local)}`;
      return `${prelude}{% for item in ${list} %}${inner}${empty}{% endfor %}`;
    }
    const repetition =
      expression.kind === 'call'
        ? this.#dialect.repetition?.(name, this.#arguments(expression, local))
        : undefined;
    if (repetition !== undefined) {
      const { range, hasCommas } = repetition;
      const prelude = this.#takePrelude();
      const inner = this.parts(parts, { isInLoop: true });
      const each = hasCommas
        ? `${inner.trimEnd().replace(/,$/, '')}{% unless forloop.last %},{% endunless %}\n`
        : inner;
      return `${prelude}{% for item in ${range} %}${each}{% endfor %}`;
    }
    if (name === 'switch') return this.#switch(args[0], parts, local);
    const condition = this.#condition(expression, local);
    const prelude = this.#takePrelude();
    const rest = otherwise.length === 0 ? '' : `{% else %}${this.parts(otherwise, local)}`;
    return `${prelude}{% if ${condition} %}${this.parts(parts, local)}${rest}{% endif %}`;
  }

  /** Blocks "case" and "default" in a block "switch". The text between them is written, too. */
  #switch(
    tested: HandlebarsExpression | undefined,
    parts: readonly HandlebarsPart[],
    local: LocalNames,
  ): string {
    const name = this.#assign(this.#value(tested ?? NO_VALUE, local));
    const found = this.#assign(plain('false'));
    const prelude = this.#takePrelude();
    const written = parts.map(part => {
      const call = part.kind === 'block' && part.expression.kind === 'call' ? part.expression : undefined;
      if (part.kind !== 'block' || (call?.name !== 'case' && call?.name !== 'default'))
        return this.parts([part], local);
      const tests = call.args.map(each => `${name} == ${this.#operand(each, local)}`);
      const before = this.#takePrelude();
      const inner = `{% assign ${found} = true %}${this.parts(part.parts, local)}`;
      const tested = tests.length === 0 ? inner : `{% if ${tests.join(' or ')} %}${inner}{% endif %}`;
      return `${before}{% unless ${found} %}${tested}{% endunless %}`;
    });
    return prelude + written.join('');
  }

  #condition(expression: HandlebarsExpression, local: LocalNames): string {
    if (expression.kind !== 'call') throw new NoCounterpart();
    const { name, args, named } = expression;
    if (name === 'if' || name === 'unless') {
      const [tested] = args;
      const inner = tested?.kind === 'call' ? this.#tested(tested, local) : undefined;
      if (inner !== undefined && name === 'if') return inner;
      const operand = inner === undefined ? this.#operand(tested, local) : undefined;
      if (operand === undefined) throw new NoCounterpart();
      // Empty texts, empty lists and 0 are true in Liquid.
      return name === 'if'
        ? `${operand} != blank and ${operand} != 0`
        : `${operand} == blank or ${operand} == 0`;
    }
    const condition = this.#dialect.condition?.(name, this.#arguments({ args, named }, local));
    if (condition === undefined) throw new NoCounterpart();
    return condition;
  }

  #tested(
    { name, args, named }: HandlebarsExpression & { kind: 'call' },
    local: LocalNames,
  ): string | undefined {
    return this.#dialect.condition?.(name, this.#arguments({ args, named }, local));
  }

  #arguments(
    { args, named }: Pick<HandlebarsExpression & { kind: 'call' }, 'args' | 'named'>,
    local: LocalNames,
  ): HelperArguments {
    return {
      args,
      named,
      operand: expression => this.#operand(expression, local),
      assign: (value, name) => this.#assign(value, name),
      value: expression => {
        if (expression === undefined) throw new NoCounterpart();
        return this.#value(expression, local);
      },
      text: expression => (expression?.kind === 'literal' ? String(expression.value) : undefined),
    };
  }

  #value(expression: HandlebarsExpression, local: LocalNames): LiquidValue {
    if (expression.kind === 'literal')
      return plain(
        typeof expression.value === 'string' ? liquidString(expression.value) : String(expression.value),
      );
    const value =
      expression.kind === 'path'
        ? (this.#dialect.path(expression.steps, local) ?? loopValue(expression.steps, local))
        : (this.#dialect.call(expression.name, this.#arguments(expression, local)) ??
          (expression.args.length === 0 ? this.#bareName(expression.name, local) : undefined));
    if (value === undefined) throw new NoCounterpart();
    return value;
  }

  #bareName(name: string, local: LocalNames): LiquidValue | undefined {
    return this.#dialect.path([name], local) ?? loopValue([name], local);
  }

  /** A value with filters gets a name before it is used. */
  #operand(expression: HandlebarsExpression | undefined, local: LocalNames): string {
    if (expression === undefined) throw new NoCounterpart();
    const { operand, filters } = this.#value(expression, local);
    if (filters === '' && !operand.includes('\uE000path\uE001')) return operand;
    return this.#assign({ operand, filters });
  }

  #assign({ operand, filters }: LiquidValue, name = `value${++this.#names}`): string {
    this.#prelude.push(`{% assign ${name} = ${operand}${filters} %}`);
    return name;
  }

  #takePrelude(): string {
    const text = this.#prelude.join('');
    this.#prelude = [];
    return text;
  }
}
