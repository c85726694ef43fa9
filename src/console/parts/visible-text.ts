// Makes characters visible that would hide or reorder text: controls, bidirectional marks, zero-width characters.

/** Controls, formats (marks of direction, zero-width), line separators, lone surrogates; a joiner only outside of emoji. */
const HIDDEN =
  /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\t\n\u200d]]|(?<!\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d/gv;

export interface VisibleRun {
  readonly text: string;
  /** The run is the name of a hidden character, such as "U+202E". */
  readonly isName: boolean;
}

/** Splits text into runs to show as they are and names of hidden characters. */
export function visibleRuns(text: string): VisibleRun[] {
  const runs: VisibleRun[] = [];
  let last = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > last) runs.push({ text: text.slice(last, match.index), isName: false });
    runs.push({ text: nameOf(match[0]), isName: true });
    last = match.index + match[0].length;
  }
  if (last < text.length || runs.length === 0) runs.push({ text: text.slice(last), isName: false });
  return runs;
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
