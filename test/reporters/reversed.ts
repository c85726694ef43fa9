// What tests of several formats share: a report with its members in another order, and characters that steer a terminal.

/** Control characters, surrogates, direction marks and others that cannot be seen. */
export const STEERING =
  /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\ufffe\uffff]|[\u{e0000}-\u{e007f}]/u;

/** The same report, the members of each of its objects in the opposite order. */
export function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(item => reversed(item as unknown)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner as unknown)]),
  ) as T;
}
