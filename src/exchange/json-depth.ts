// Tells whether a JSON text is nested so deeply that recursive code may overflow the stack.

/**
 * RFC 8259, 9, allows a limit. Real bodies have a few dozen levels. A deeper body is validated as far as the stack allows,
 * and its secrets are found, but conditions, templates, coverage and comparisons do not read it.
 */
export const MAX_JSON_LEVELS = 500;

/** @param text valid JSON */
export function isDeeplyNested(text: string): boolean {
  // Most bodies are shorter than their brackets would be.
  if (text.length <= 2 * MAX_JSON_LEVELS) return false;
  let levels = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++levels > MAX_JSON_LEVELS) return true;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        levels--;
        break;
      case QUOTE:
        at = text.indexOf('"', at + 1);
        while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
    }
  }
  return false;
}

const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, QUOTE] = [0x5b, 0x5d, 0x7b, 0x7d, 0x22];

function isEscaped(text: string, quote: number): boolean {
  let before = quote;
  while (text[before - 1] === '\\') before--;
  return (quote - before) % 2 === 1;
}
