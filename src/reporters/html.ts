// The report as one self-contained HTML file: no network, no framework, no third-party script.
import type { Report } from '../check/report.ts';
import { parsePageTemplate, policyHash } from './html-engine.ts';
import { PAGE_SCRIPT } from './html-script.ts';
import { PAGE_STYLE } from './html-style.ts';
import { ISSUE_TEMPLATE, PAGE_TEMPLATE } from './html-template.ts';
import { pageData } from './html-view.ts';
import { renderListedIssues } from './listed-issues.ts';

const renderPage = parsePageTemplate(PAGE_TEMPLATE);
const renderIssue = parsePageTemplate(ISSUE_TEMPLATE);

export function renderHtml(report: Report): string {
  const { pieces, ...listed } = renderListedIssues(report, renderIssue);
  return renderPage({
    ...pageData(report),
    ...listed,
    style: PAGE_STYLE,
    script: PAGE_SCRIPT,
    // The content security policy allows exactly these two, so injected markup cannot run a script.
    styleHash: policyHash(PAGE_STYLE),
    scriptHash: policyHash(PAGE_SCRIPT),
    findings: pieces.join(''),
    findingsShown: pieces.length === 0 ? '' : `${pieces.length} listed`,
  });
}
