// Shared by tests of several formats: reverses the member order of a report; matches control characters.

/** Control characters, surrogates, bidi controls and invisible characters. */
export const CONTROL_CHARACTERS =
  /(?![\n\t])[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\ufffe\uffff]|[\u{e0000}-\u{e007f}]/u;

/** A copy with the members of every object in reverse order. */
export function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(item => reversed(item as unknown)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner as unknown)]),
  ) as T;
}
