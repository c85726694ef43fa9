// Indents JSON text. It keeps the text of each value, so no number loses a digit.
import { hasComma, keyText, splitJson, valueText } from '../../parts/body-view/json-lines.ts';

/** @returns undefined: the text is not JSON */
export function formatJson(text: string): string | undefined {
  const lines = splitJson(text);
  return lines?.depth
    .map((depth, line) => {
      const key = keyText(lines, line);
      const value = valueText(lines, line);
      return `${'  '.repeat(depth)}${key === '' ? '' : `${key}: `}${value}${hasComma(lines, line) ? ',' : ''}`;
    })
    .join('\n');
}
