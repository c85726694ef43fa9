// Text from traffic and documents, made safe to show: nothing in it can end a line, steer a terminal or turn text around.

export type Style = (style: 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold', text: string) => string;

/** For where there is no terminal. */
export const unstyled: Style = (_style, text) => text;

/** Controls, halves of characters, direction marks, invisible characters, and what XML cannot hold. */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\ufffe\uffff]|[\u{e0000}-\u{e007f}]/gu;
const UNSAFE_BUT_BREAKS =
  /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\ufffe\uffff]|[\u{e0000}-\u{e007f}]/gu;

function escapeSequence(character: string): string {
  return [...Array(character.length).keys()]
    .map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}

/** One line: whatever is not safe is shown as its \u escape. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeSequence);
}

/** Several lines: line breaks and tabs stay. */
export function printableLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE_BUT_BREAKS, escapeSequence);
}

/** One line of at most `most` characters; no character is cut in half. */
export function brief(text: string, most = 300): string {
  return printable(cut(text, most));
}

export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * For logs that a CI server reads along: a value must not be able to give it orders. GitHub and Azure look for "##[" and
 * "##vso[" anywhere in a line, TeamCity for "##teamcity["; "::" counts only where a line begins, and ours never do so.
 */
export function loggable(text: string, most = 300): string {
  return brief(text, most).replace(/##(?=\[|vso\[|teamcity\[)/gi, '##\\');
}

/** JSON of two spaces; what is unsafe to show is escaped, which a reader of JSON takes back. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replace(UNSAFE_BUT_BREAKS, escapeSequence)}\n`;
}

/** "1 error", "2 errors" */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** By code units, the same on every machine. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
