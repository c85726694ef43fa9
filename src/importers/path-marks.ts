// Marks in imported templates for parts of the path. They become expressions when the rule is bound to an operation.

/** A segment of the path of an operation: a text, or a variable. */
export type BoundSegment = { readonly literal: string } | { readonly variable: string };

/** The value of one segment of the path, from 0. */
export function segmentMark(index: number): string {
  return `\uE000${index}\uE001`;
}

/** The whole path. It can only be the first operand of an expression. */
export const PATH_MARK = '\uE000path\uE001';

/** Replaces the marks in a text by Liquid expressions. */
export function bindMarks(text: string, segments: readonly BoundSegment[]): string {
  if (!text.includes('\uE000')) return text;
  return text.replace(/\uE000(path|\d+)\uE001/g, (_, mark: string) =>
    mark === 'path' ? pathExpression(segments) : segmentExpression(segments[Number(mark)]),
  );
}

function segmentExpression(segment: BoundSegment | undefined): string {
  if (segment === undefined) return 'nil';
  if ('literal' in segment) return liquidString(segment.literal);
  return /^[A-Za-z_][\w-]*$/.test(segment.variable)
    ? `request.path.${segment.variable}`
    : `request.path[${liquidString(segment.variable)}]`;
}

function pathExpression(segments: readonly BoundSegment[]): string {
  const parts: string[] = [];
  let text = '';
  for (const segment of segments) {
    text += '/';
    if ('literal' in segment) text += segment.literal;
    else {
      parts.push(liquidString(text), segmentExpression(segment));
      text = '';
    }
  }
  if (text !== '' || parts.length === 0) parts.push(liquidString(text === '' ? '/' : text));
  const [first = '', ...others] = parts;
  return [first, ...others.map(part => `append: ${part}`)].join(' | ');
}

/** Liquid reads no escapes except that of the quote, so a text with both quotes loses its double ones. */
export function liquidString(text: string): string {
  const plain = text.replace(/\{\{|\{%|%\}|\}\}/g, mark => mark.split('').join('\u200b'));
  return plain.includes('"') && !plain.includes("'") ? `'${plain}'` : `"${plain.replaceAll('"', "'")}"`;
}
