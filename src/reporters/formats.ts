// The table of report formats: name, file extension, and the reporter, loaded on demand.
import type { Report } from '../check/report.ts';
import type { TextStyle } from './safe-text.ts';

/** @param style colours of the text format; the other formats ignore it */
export type Renderer = (report: Report, style?: TextStyle) => string;

interface Reporter {
  readonly extension: string;
  readonly load: () => Promise<Renderer>;
}

export const REPORTERS = {
  text: { extension: '.txt', load: async () => (await import('./text.ts')).renderText },
  json: { extension: '.json', load: async () => (await import('./json.ts')).renderJson },
  junit: { extension: '.xml', load: async () => (await import('./junit.ts')).renderJunit },
  sarif: { extension: '.sarif', load: async () => (await import('./sarif.ts')).renderSarif },
  github: { extension: '.txt', load: async () => (await import('./github.ts')).renderGithub },
  markdown: {
    extension: '.md',
    load: async () => {
      const { renderMarkdown } = await import('./markdown.ts');
      return report => renderMarkdown(report);
    },
  },
  html: { extension: '.html', load: async () => (await import('./html.ts')).renderHtml },
} as const satisfies Record<string, Reporter>;

export type ReportFormat = keyof typeof REPORTERS;

export const REPORT_FORMATS = Object.keys(REPORTERS) as ReportFormat[];

/** Renders the report as text in the given format; loads the reporter on first use. */
export async function renderReport(report: Report, format: ReportFormat, style?: TextStyle): Promise<string> {
  const render: Renderer = await REPORTERS[format].load();
  return render(report, style);
}
