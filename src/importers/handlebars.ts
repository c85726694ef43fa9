// Parses Handlebars templates, as far as mock servers use them: outputs, helpers, sub-expressions and blocks.

export type HandlebarsExpression =
  /** A text, number or boolean. */
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  /** A path such as request.query.q.[1], this.name or @index. */
  | { readonly kind: 'path'; readonly steps: readonly string[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly HandlebarsExpression[];
      readonly named: Readonly<Record<string, HandlebarsExpression>>;
    };

export type HandlebarsPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly expression: HandlebarsExpression; readonly source: string }
  | {
      readonly kind: 'block';
      readonly expression: HandlebarsExpression;
      readonly source: string;
      readonly parts: readonly HandlebarsPart[];
      readonly otherwise: readonly HandlebarsPart[];
    };

export class HandlebarsError extends Error {}

/** Blocks in blocks. */
const MAX_DEPTH = 50;

/** @throws HandlebarsError when the template cannot be parsed */
export function parseHandlebars(text: string): readonly HandlebarsPart[] {
  const root: HandlebarsPart[] = [];
  interface Open {
    readonly name: string;
    readonly expression: HandlebarsExpression;
    readonly source: string;
    readonly parts: HandlebarsPart[];
    readonly otherwise: HandlebarsPart[];
    into: HandlebarsPart[];
    /** Opened by "else if": the end of the outer block ends it as well. */
    readonly isChained: boolean;
  }
  const open: Open[] = [];
  const target = (): HandlebarsPart[] => open.at(-1)?.into ?? root;
  const begin = (source: string, isChained: boolean): void => {
    if (open.length >= MAX_DEPTH)
      throw new HandlebarsError(`blocks are nested more than ${MAX_DEPTH} levels`);
    const expression = parseExpression(source);
    const parts: HandlebarsPart[] = [];
    const name = expression.kind === 'call' ? expression.name : source;
    open.push({ name, expression, source, parts, otherwise: [], into: parts, isChained });
  };
  const end = (): Open => {
    const block = open.pop();
    if (block === undefined) throw new HandlebarsError('a block ends that has not begun');
    const { expression, source, parts, otherwise, isChained } = block;
    target().push({ kind: 'block', expression, source, parts, otherwise });
    return isChained ? end() : block;
  };
  let trimNext = false;
  const addText = (piece: string, trimEnd: boolean): void => {
    let plain = trimNext ? piece.trimStart() : piece;
    if (trimEnd) plain = plain.trimEnd();
    trimNext = false;
    if (plain !== '') target().push({ kind: 'text', text: plain });
  };
  for (let at = 0; at < text.length; ) {
    const start = text.indexOf('{{', at);
    if (start < 0) {
      addText(text.slice(at), false);
      break;
    }
    if (text[start - 1] === '\\') {
      addText(`${text.slice(at, start - 1)}{{`, false);
      at = start + 2;
      continue;
    }
    const isComment = text.startsWith('{{!--', start);
    const close = isComment ? '--}}' : text[start + 2] === '{' ? '}}}' : '}}';
    const stop = text.indexOf(close, start + 2);
    if (stop < 0) throw new HandlebarsError('"{{" without "}}"');
    let inner = text.slice(start + (close === '}}}' ? 3 : 2), stop);
    addText(text.slice(at, start), inner.startsWith('~'));
    inner = inner.replace(/^~/, '');
    if (inner.endsWith('~')) {
      trimNext = true;
      inner = inner.slice(0, -1);
    }
    at = stop + close.length;
    const source = inner.trim();
    if (isComment || source.startsWith('!')) continue;
    if (source.startsWith('#')) begin(source.slice(1).trim(), false);
    else if (source.startsWith('/')) end();
    else if (source === 'else' || source === '^') {
      const block = open.at(-1);
      if (block === undefined) throw new HandlebarsError('"else" outside of a block');
      block.into = block.otherwise;
    } else if (/^else\s/.test(source)) {
      const block = open.at(-1);
      if (block === undefined) throw new HandlebarsError('"else" outside of a block');
      block.into = block.otherwise;
      begin(source.slice(4).trim(), true);
    } else if (source.startsWith('>')) throw new HandlebarsError('partials are not supported');
    else target().push({ kind: 'output', expression: parseExpression(source.replace(/^&/, '')), source });
  }
  const [unclosed] = open;
  if (unclosed !== undefined) throw new HandlebarsError(`the block "${unclosed.name}" has no end`);
  return root;
}

const TOKEN =
  /\s+|(?:("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|([()])|(@?[^\s()"'=|]+=(?==?[^=]))|((?:\[[^\]]*(?:\]|$)|[^\s()"'=])+))/y;

/** Characters of one expression: the tokenizer may read some several times. */
const MAX_EXPRESSION = 10_000;

/** A helper with its arguments, or a single value. */
function parseExpression(source: string): HandlebarsExpression {
  if (source.length > MAX_EXPRESSION)
    throw new HandlebarsError(`an expression has more than ${MAX_EXPRESSION} characters`);
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < source.trimEnd().length; ) {
    const match = TOKEN.exec(source);
    if (match === null) throw new HandlebarsError(`"${source}" cannot be read`);
    if (match[0].trim() !== '') tokens.push(match[0]);
  }
  let at = 0;
  const value = (depth: number): HandlebarsExpression => {
    const token = tokens[at++];
    if (token === undefined || token === ')') throw new HandlebarsError(`"${source}" is incomplete`);
    if (token !== '(') return atom(token);
    if (depth > MAX_DEPTH) throw new HandlebarsError(`"${source}" is nested too deeply`);
    const inner = call(depth + 1);
    if (tokens[at++] !== ')') throw new HandlebarsError(`"${source}" lacks a ")"`);
    return inner;
  };
  const call = (depth: number): HandlebarsExpression => {
    const name = tokens[at] ?? '';
    const first = value(depth);
    const args: HandlebarsExpression[] = [];
    const named: Record<string, HandlebarsExpression> = {};
    while (at < tokens.length && tokens[at] !== ')') {
      const token = tokens[at] as string;
      // "as |name|" of blocks.
      if (token === 'as' && tokens[at + 1]?.startsWith('|')) {
        at = tokens.length;
        named.as = { kind: 'literal', value: tokens.slice(at).join(' ') };
        break;
      }
      if (/^[^"'].*=$/.test(token)) {
        at++;
        named[token.slice(0, -1)] = value(depth);
      } else args.push(value(depth));
    }
    if (args.length === 0 && Object.keys(named).length === 0) {
      if (first.kind === 'path' && first.steps.length === 1) return { kind: 'call', name, args, named };
      return first;
    }
    return { kind: 'call', name, args, named };
  };
  const expression = call(0);
  if (at < tokens.length) throw new HandlebarsError(`"${source}" cannot be read`);
  return expression;
}

function atom(token: string): HandlebarsExpression {
  if (/^["']/.test(token)) return { kind: 'literal', value: token.slice(1, -1).replace(/\\(.)/g, '$1') };
  if (/^-?\d+(?:\.\d+)?$/.test(token)) return { kind: 'literal', value: Number(token) };
  if (token === 'true' || token === 'false') return { kind: 'literal', value: token === 'true' };
  const steps = token
    .split(/[./](?![^[]*\])/)
    .filter(step => step !== '')
    .map(step => step.replace(/^\[(.*)\]$/, '$1'));
  return { kind: 'path', steps };
}
