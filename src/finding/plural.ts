// Counted nouns in messages: "1 entry", "2 entries".

/** @param noun in the singular; the last word takes the ending: "more exchange", "entry", "day" */
export function pluralize(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}
