// Findings about what cannot be validated, because a part of the document cannot be used.

import type { Finding } from '../finding/finding.ts';
import type { Direction } from '../schema/dialect.ts';

/**
 * The finding that a side of an exchange, or a part of it, cannot be checked.
 * @param cause what is wrong with the document
 * @param part the part in a sentence: "request body"
 * @param at JSON Pointer into the exchange
 */
export function notCheckable(
  cause: Finding,
  direction: Direction,
  part = `the ${direction}`,
  at = `/${direction}`,
): Finding {
  const { message, location } = cause;
  return {
    code: `${direction}-not-checkable`,
    message: `${part} cannot be checked: ${message}`,
    at,
    ...(location !== undefined && { location }),
  };
}
