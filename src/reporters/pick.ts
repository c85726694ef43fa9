// The one table of report formats: what each is called, how its files end, and who writes it, loaded when it is asked for.
import type { Report } from '../check/report.ts';
import type { Style } from './safe.ts';

/** @param style colours, for the one format that has any; without it there are none */
export type Render = (report: Report, style?: Style) => string;

interface Reporter {
  readonly extension: string;
  readonly load: () => Promise<Render>;
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

export type Format = keyof typeof REPORTERS;

export const FORMATS = Object.keys(REPORTERS) as Format[];

export async function render(report: Report, format: Format, style?: Style): Promise<string> {
  const write: Render = await REPORTERS[format].load();
  return write(report, style);
}
