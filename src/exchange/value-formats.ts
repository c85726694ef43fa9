// Patterns of generated values: UUID, ULID, HTTP-date, and names that are data.

/** RFC 9562, any version. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Upper case only, as the specification writes it: in lower case it might be a word. */
export const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** RFC 9110 section 5.6.7: "Sat, 21 Nov 2026 06:12:00 GMT". */
export const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** True for a property name or array index that is data: a number, date, UUID, hash, token or e-mail address. */
export function isVolatileName(step: string): boolean {
  return (
    /^\d+$|\d{4,}|[^@]@[^@]/.test(step) ||
    step.length > 64 ||
    UUID.test(step) ||
    (/^[0-9a-f]{12,}$/i.test(step) && /\d/.test(step)) ||
    // A long run of letters and digits: a key or a token.
    (/^[\w~-]{16,}$/.test(step) && /\d/.test(step) && /[a-z]/i.test(step))
  );
}
