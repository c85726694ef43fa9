// Finds the known word closest to a misspelt one, for "did you mean" in error messages.

/**
 * How many characters are added, removed, changed, or exchanged with their neighbour (optimal string alignment). Only the
 * first 40 characters of the words are compared, and words whose lengths differ by more than 2 have distance 3: the result only
 * ranks suggestions.
 */
export function editDistance(left: string, right: string): number {
  const [a, b] = [left.slice(0, 40), right.slice(0, 40)];
  if (Math.abs(a.length - b.length) > 2) return 3;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const exchanged =
        i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j] ? (before[j - 1] ?? 0) + 1 : Infinity;
      const changed = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, changed, exchanged));
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}

/**
 * The end of a message about an unknown name. A short name is near to many others, so at most a third of it may differ.
 * @returns `; did you mean "phone"?`, or nothing if no known name is near
 */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearestWord(name, known);
  if (near === undefined || near === name) return '';
  const distance = editDistance(name.toLowerCase(), near.toLowerCase());
  return distance <= name.length / 3 ? `; did you mean "${near}"?` : '';
}

/** @returns the known word at the smallest edit distance, case ignored; undefined when every distance is above 2 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const scored = known.map(candidate => ({
    candidate,
    distance: editDistance(word.toLowerCase(), candidate.toLowerCase()),
  }));
  scored.sort((left, right) => left.distance - right.distance);
  return scored[0] !== undefined && scored[0].distance <= 2 ? scored[0].candidate : undefined;
}
