// Makes text from traffic and documents safe to print: no line breaks, terminal escapes or bidi controls.
import { truncate } from '../finding/truncate.ts';

export type TextStyle = (style: 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold', text: string) => string;

/** No colours: for output that is not a terminal. */
export const withoutStyle: TextStyle = (_style, text) => text;

/** Control characters, lone surrogates, bidi controls, invisible characters, and characters that XML forbids. */
const UNSAFE_CHARACTERS =
  /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\ufffe\uffff]|[\u{e0000}-\u{e007f}]/gu;
const UNSAFE_IN_LINES =
  /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\ufffe\uffff]|[\u{e0000}-\u{e007f}]/gu;

function escapeSequence(character: string): string {
  return [...Array(character.length).keys()]
    .map(index => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}

/** Replaces unsafe characters, including line breaks, by \u escapes. */
export function printable(text: string): string {
  return text.replace(UNSAFE_CHARACTERS, escapeSequence);
}

/** Replaces unsafe characters by \u escapes; keeps line breaks and tabs. */
export function printableLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE_IN_LINES, escapeSequence);
}

/** One printable line of at most `limit` characters before escaping. */
export function shortLine(text: string, limit = 300): string {
  return printable(truncate(text, limit));
}

/**
 * One line that a CI server does not read as a command. GitHub and Azure look for "##[" and "##vso[" anywhere in a line,
 * TeamCity for "##teamcity["; "::" has a meaning only at the start of a line, and no line of a report starts with a value.
 */
export function ciSafeLine(text: string, limit = 300): string {
  return shortLine(text, limit).replace(/##(?=\[|vso\[|teamcity\[)/gi, '##\\');
}

/** JSON with two spaces and a final newline; unsafe characters are JSON escapes. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replace(UNSAFE_IN_LINES, escapeSequence)}\n`;
}

export function utf8Length(text: string): number {
  return Buffer.byteLength(text);
}
