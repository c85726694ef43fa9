// Indents JSON text. It keeps the text of each value, so no number loses a digit.

const INDENT = '  ';

/** Strings, and what separates values; blanks between them are dropped. The end quote is optional, so that the search takes linear time. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+/g;

/** @returns undefined: the text is not JSON */
export function formatJson(text: string): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens = text.match(TOKEN) ?? [];
  let depth = 0;
  return tokens
    .map((token, index) => {
      const before = tokens[index - 1] ?? '';
      if (token === '}' || token === ']') {
        depth--;
        return before === '{' || before === '[' ? token : lineBreak(depth) + token;
      }
      const begins = /^[{[,]$/.test(before) ? lineBreak(depth) : '';
      if (token === '{' || token === '[') depth++;
      return begins + (token === ':' ? ': ' : token);
    })
    .join('');
}

function lineBreak(depth: number): string {
  return `\n${INDENT.repeat(depth)}`;
}
