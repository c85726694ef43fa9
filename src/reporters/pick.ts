// temporary
import type { Report } from '../check/report.ts';
import { renderJson } from './json.ts';
import { renderText } from './text.ts';
export const FORMATS = { text: { extension: 'txt' }, json: { extension: 'json' } } as const;
export type FormatName = keyof typeof FORMATS;
export function render(report: Report, format: FormatName, style?: Parameters<typeof renderText>[1]): string {
  return format === 'text' ? renderText(report, style) : renderJson(report);
}
