// The report as one self-contained HTML file: no network, no framework, no third-party script.
import { createHash } from 'node:crypto';
import { Liquid } from 'liquidjs';
import type { Report } from '../check/report.ts';
import { PAGE_SCRIPT } from './html-script.ts';
import { PAGE_STYLE } from './html-style.ts';
import { ISSUE_TEMPLATE, PAGE_TEMPLATE } from './html-template.ts';
import { pageData } from './html-view.ts';
import { renderListedIssues } from './listed-issues.ts';

const liquid = new Liquid({
  outputEscape: 'escape',
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
});
const pageTemplate = liquid.parse(PAGE_TEMPLATE);
const issueTemplate = liquid.parse(ISSUE_TEMPLATE);

export function renderHtml(report: Report): string {
  const { pieces, ...listed } = renderListedIssues(report, data =>
    String(liquid.renderSync(issueTemplate, data)),
  );
  return String(
    liquid.renderSync(pageTemplate, {
      ...pageData(report),
      ...listed,
      style: PAGE_STYLE,
      script: PAGE_SCRIPT,
      // The content security policy allows exactly these two, so injected markup cannot run a script.
      styleHash: hashOf(PAGE_STYLE),
      scriptHash: hashOf(PAGE_SCRIPT),
      findings: pieces.join(''),
      findingsShown: pieces.length === 0 ? '' : `${pieces.length} listed`,
    }),
  );
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
