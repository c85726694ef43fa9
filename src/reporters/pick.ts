// The one table of report formats: what each is called, how its files end, what it is on the web, and who writes it.
import type { Report } from '../check/report.ts';
import { renderGithub } from './github.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import type { Style } from './safe.ts';
import { renderSarif } from './sarif.ts';
import { renderText } from './text.ts';

export interface Reporter {
  readonly extension: string;
  readonly mediaType: string;
  /** @param style colours, for the one format that has any; without it there are none */
  readonly render: (report: Report, style?: Style) => string;
}

export const REPORTERS = {
  text: { extension: '.txt', mediaType: 'text/plain; charset=utf-8', render: renderText },
  json: { extension: '.json', mediaType: 'application/json', render: renderJson },
  junit: { extension: '.xml', mediaType: 'application/xml', render: renderJunit },
  sarif: { extension: '.sarif', mediaType: 'application/sarif+json', render: renderSarif },
  github: { extension: '.txt', mediaType: 'text/plain; charset=utf-8', render: renderGithub },
  markdown: {
    extension: '.md',
    mediaType: 'text/markdown; charset=utf-8',
    render: (report: Report) => renderMarkdown(report),
  },
  html: { extension: '.html', mediaType: 'text/html; charset=utf-8', render: renderHtml },
} as const satisfies Record<string, Reporter>;

export type Format = keyof typeof REPORTERS;
