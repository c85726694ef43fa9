// Text in Markdown reports: escaped, bounded, with the same icons.
import { shortLine } from './safe-text.ts';

/** GitHub takes 1 MiB of summary a step; a comment takes 65,536 characters. */
export const MAX_SUMMARY_BYTES = 1_000_000;

export const SEVERITY_ICONS = { error: '🔴', warning: '🟡', note: '⚪' } as const;

/** Escapes everything with a meaning in Markdown, in HTML or for GitHub (mentions, issue numbers, links). */
export function escapeMarkdown(text: string, limit = 300): string {
  return shortLine(text, limit)
    .replace(/[&<>"'`*_[\]\\|~!:{}$]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/^(\s*)([-+#=]|\d+[.)])/, '$1&#8203;$2')
    .replace(/(?<!&)[@#](?=[\p{L}\p{N}_-])/gu, '$&&#8203;')
    .replace(/www\./gi, dotted => `${dotted.slice(0, 3)}&#46;`);
}

export function markdownCode(text: string, limit = 300): string {
  return `<code>${escapeMarkdown(text, limit)}</code>`;
}
