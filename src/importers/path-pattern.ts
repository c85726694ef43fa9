// Paths of imported rules, segment by segment, and the operations whose paths they match.
import { conditionTest } from '../schema/schemas.ts';
import { NotCarriedOver } from './not-carried-over.ts';
import { escapeRegExp } from './predicate.ts';

/** `expression`: the whole segment matches it; undefined: any text. */
export type PathSegment =
  | { readonly literal: string }
  | { readonly name: string | undefined; readonly expression: string | undefined };

export interface PathPattern {
  readonly segments: readonly PathSegment[];
  /** True: any segments may follow. */
  readonly isOpen: boolean;
}

export function literalPath(path: string): PathPattern {
  const segments = splitPath(path).map(literal => ({ literal: decode(literal) }));
  return { segments, isOpen: false };
}

/** A template such as /pets/{id}. A segment with text around a variable becomes an expression. */
export function templatePath(path: string): PathPattern {
  const segments = splitPath(path).map((segment): PathSegment => {
    const name = /^\{([^{}]+)\}$/.exec(segment)?.[1];
    if (name !== undefined) return { name, expression: undefined };
    if (!/\{[^{}]+\}/.test(segment)) return { literal: decode(segment) };
    const parts = segment.split(/\{[^{}]+\}/).map(escapeRegExp);
    return { name: undefined, expression: `^${parts.join('.+')}$` };
  });
  return { segments, isOpen: false };
}

/**
 * A path that a regular expression matches as a whole. The expression is divided at its slashes.
 * @throws NotCarriedOver when a part of the expression spans several segments
 */
export function regExpPath(expression: string, at: string): PathPattern {
  const source = expression.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  const parts = splitExpression(source.replace(/\\\//g, '/'));
  if (parts === undefined || (parts[0] !== '' && parts[0] !== '.*')) throw spanning(expression, at);
  if (parts.length === 1) return { segments: [], isOpen: true };
  const isOpen = /^\.[*+]$/.test(parts.at(-1) ?? '');
  const segments = (isOpen ? parts.slice(1, -1) : parts.slice(1)).map((part): PathSegment => {
    const literal = literalOf(part);
    if (literal !== undefined) return { literal };
    if (/^\(?(?:\[\^\/\]|\.)[+*]\??\)?$/.test(part)) return { name: undefined, expression: undefined };
    const whole = `^(?:${part})$`;
    try {
      conditionTest(whole);
    } catch (error) {
      const reason = `/${part}/ cannot be used: ${(error as Error).message}`;
      throw new NotCarriedOver(
        'regular expression',
        reason,
        'rewrite the expression in the syntax of JavaScript',
        at,
      );
    }
    return { name: undefined, expression: whole };
  });
  return { segments, isOpen };
}

function spanning(expression: string, at: string): NotCarriedOver {
  return new NotCarriedOver(
    'regular expression of a URL',
    `/${expression}/ cannot be divided into the segments of a path`,
    'write one expression for each path',
    at,
  );
}

/** The parts between slashes that are in no group and no class; undefined: a slash is in a group. */
function splitExpression(source: string): string[] | undefined {
  const parts = [''];
  let depth = 0;
  let isClass = false;
  for (let at = 0; at < source.length; at++) {
    let piece = source[at] as string;
    if (piece === '\\') piece += source[++at] ?? '';
    else if (isClass) isClass = piece !== ']';
    else if (piece === '[') isClass = true;
    else if (piece === '(') depth++;
    else if (piece === ')') depth--;
    else if (piece === '|' && depth === 0) return undefined;
    else if (piece === '/') {
      if (depth > 0) return undefined;
      parts.push('');
      continue;
    }
    parts[parts.length - 1] += piece;
  }
  return parts;
}

/** The text that an expression without operators matches. */
function literalOf(expression: string): string | undefined {
  const text = expression
    .toWellFormed()
    .replace(/\\([^\w\s])/gu, (_, character: string) => encodeURIComponent(character));
  // A dot is meant as a dot far more often than as any character.
  if (/[\\^$*+?()[\]{}|]/.test(text)) return undefined;
  if (text.includes('.') && !/^[\w-]+\.[\w-]+$/.test(text)) return undefined;
  return decode(text);
}

function splitPath(path: string): string[] {
  const trimmed = path.startsWith('/') ? path.slice(1) : path;
  return trimmed === '' ? [] : trimmed.split('/');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A tree of paths of operations, in which the operations that a pattern matches are found. */
export interface PathTree<Value> {
  readonly values: Value[];
  readonly children: Map<string, PathTree<Value>>;
}

export function pathTree<Value>(): PathTree<Value> {
  return { values: [], children: new Map() };
}

/** @param segments texts, or "{}" for a variable */
export function addPath<Value>(tree: PathTree<Value>, segments: readonly string[], value: Value): void {
  let node = tree;
  for (const segment of segments) {
    const next: PathTree<Value> = node.children.get(segment) ?? pathTree();
    node.children.set(segment, next);
    node = next;
  }
  node.values.push(value);
}

/** The values at paths that requests of the pattern may have. */
export function findPaths<Value>(
  tree: PathTree<Value>,
  { segments, isOpen }: PathPattern,
  index = 0,
  found: Value[] = [],
): Value[] {
  const segment = segments[index];
  if (segment === undefined) {
    found.push(...tree.values);
    if (isOpen)
      for (const child of tree.children.values()) findPaths(child, { segments, isOpen }, index, found);
    return found;
  }
  for (const child of childrenFor(tree, segment)) findPaths(child, { segments, isOpen }, index + 1, found);
  return found;
}

function childrenFor<Value>({ children }: PathTree<Value>, segment: PathSegment): PathTree<Value>[] {
  if ('literal' in segment)
    return [children.get(segment.literal), children.get('{}')].filter(each => each !== undefined);
  const { expression } = segment;
  const matches = expression === undefined ? () => true : conditionTest(expression);
  return [...children].filter(([text]) => text === '{}' || matches(text)).map(([, child]) => child);
}
