// Shortens a value from outside inside a message. The message itself is never cut.

/** At most `limit` UTF-16 code units; never splits a surrogate pair. */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
