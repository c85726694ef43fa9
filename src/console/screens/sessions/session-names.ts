// Readable names for new sessions: "calm-otter".

const QUALITIES =
  'amber brave brisk calm clear eager fair gentle keen kind lively lucky merry neat quick quiet rapid sunny swift warm';
const ANIMALS =
  'badger bear crane deer falcon finch fox hare heron ibis lark lynx marten mole otter owl robin seal swan wren';

/** @param taken names of sessions; the result is none of them */
export function freeName(taken: readonly string[]): string {
  const used = new Set(taken);
  const free = QUALITIES.split(' ').flatMap(quality =>
    ANIMALS.split(' ')
      .map(animal => `${quality}-${animal}`)
      .filter(name => !used.has(name)),
  );
  return free[Math.floor(Math.random() * free.length)] ?? `tester-${taken.length + 1}`;
}
