// The reporters of lint, loaded on demand: the formats are those of check.
import type { ReportFormat } from '../formats.ts';
import { jsonText, type TextStyle } from '../safe-text.ts';
import type { LintReport } from './lint-report.ts';

type LintRenderer = (report: LintReport, style?: TextStyle) => string;

const LINT_REPORTERS: Readonly<Record<ReportFormat, () => Promise<LintRenderer>>> = {
  text: async () => (await import('./lint-text.ts')).renderLintText,
  json: async () => report => jsonText(report),
  junit: async () => (await import('./lint-junit.ts')).renderLintJunit,
  sarif: async () => (await import('./lint-sarif.ts')).renderLintSarif,
  github: async () => (await import('./lint-github.ts')).renderLintGithub,
  markdown: async () => (await import('./lint-markdown.ts')).renderLintMarkdown,
  html: async () => (await import('./lint-html.ts')).renderLintHtml,
};

/** The report as text in the given format; loads the reporter on first use. */
export async function renderLintReport(
  report: LintReport,
  format: ReportFormat,
  style?: TextStyle,
): Promise<string> {
  const render = await LINT_REPORTERS[format]();
  return render(report, style);
}
