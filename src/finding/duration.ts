// Durations as texts: "250ms", "2s", "1m", "1h30m", "7d".

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const PARTS = /(?<![\d.])(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** One or more numbers with a unit. */
export const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** The numbers and units of a duration. */
export function durationParts(text: string): (readonly [number: string, unit: keyof typeof UNITS])[] {
  return [...text.matchAll(PARTS)].map(([, number = '', unit]) => [number, unit as keyof typeof UNITS]);
}

/** @returns milliseconds; undefined: the text is no duration */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  return durationParts(text).reduce((sum, [number, unit]) => sum + Number(number) * UNITS[unit], 0);
}

/** "1h30m" for 5,400,000 milliseconds. Their fractions are left out. */
export function formatDuration(milliseconds: number): string {
  let left = Math.floor(milliseconds);
  let text = '';
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return text === '' ? '0s' : text;
}
