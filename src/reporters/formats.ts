// The table of report formats: name, file extension, and the reporter, loaded on demand.
import type { Report } from '../check/report.ts';
import type { TextStyle } from './safe-text.ts';

/** @param style colours, for the one format that has any; without it there are none */
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

export async function renderReport(report: Report, format: ReportFormat, style?: TextStyle): Promise<string> {
  const write: Renderer = await REPORTERS[format].load();
  return write(report, style);
}
