// Makes text from traffic and documents safe to print: no line breaks, terminal escapes or bidi controls.

export type TextStyle = (style: 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold', text: string) => string;

/** For where there is no terminal. */
export const withoutStyle: TextStyle = (_style, text) => text;

/** Controls, halves of characters, direction marks, invisible characters, and what XML cannot hold. */
const UNSAFE_CHARACTERS =
  /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\ufffe\uffff]|[\u{e0000}-\u{e007f}]/gu;
const UNSAFE_IN_LINES =
  /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\ufffe\uffff]|[\u{e0000}-\u{e007f}]/gu;

function escapeSequence(character: string): string {
  return [...Array(character.length).keys()]
    .map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}

/** One line: whatever is not safe is shown as its \u escape. */
export function printable(text: string): string {
  return text.replace(UNSAFE_CHARACTERS, escapeSequence);
}

/** Several lines: line breaks and tabs stay. */
export function printableLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE_IN_LINES, escapeSequence);
}

/** One line of at most `most` characters; no character is cut in half. */
export function shortLine(text: string, limit = 300): string {
  return printable(truncate(text, limit));
}

export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * For logs that a CI server reads along: a value must not be able to give it orders. GitHub and Azure look for "##[" and
 * "##vso[" anywhere in a line, TeamCity for "##teamcity["; "::" counts only where a line begins, and ours never do so.
 */
export function ciSafeLine(text: string, limit = 300): string {
  return shortLine(text, limit).replace(/##(?=\[|vso\[|teamcity\[)/gi, '##\\');
}

/** JSON of two spaces; what is unsafe to show is escaped, which a reader of JSON takes back. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replace(UNSAFE_IN_LINES, escapeSequence)}\n`;
}

export function utf8Length(text: string): number {
  return Buffer.byteLength(text);
}
