// "3 minutes ago", for times that people compare with now.

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

export function timeAgo(date: string, now: number): string {
  const seconds = Math.max(Math.round((now - Date.parse(date)) / 1000), 0);
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size);
    if (count > 0) return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  }
  return seconds < 10 ? 'just now' : `${seconds} seconds ago`;
}
