// The report as one self-contained HTML file: no network, no framework, no third-party script.
import type { Report } from '../check/report.ts';
import { compareText } from '../check/tally.ts';
import { parsePageTemplate, policyHash } from './html-engine.ts';
import { PAGE_SCRIPT } from './html-script.ts';
import { PAGE_STYLE } from './html-style.ts';
import { ISSUE_TEMPLATE, PAGE_TEMPLATE } from './html-template.ts';
import { issueData, pageData } from './html-view.ts';
import { ISSUE_SECTIONS, sectionOf, sortedIssues } from './issues.ts';
import { shortLine, utf8Length } from './safe-text.ts';

/** Findings beyond this size are listed without a sample. The rest of the page is bounded by its lists: 5 MiB in total. */
const MAX_BYTES_WITH_SAMPLES = 2_500_000;
/** Findings beyond this size are only counted. */
const MAX_BYTES = 3_200_000;

const renderPage = parsePageTemplate(PAGE_TEMPLATE);
const renderIssue = parsePageTemplate(ISSUE_TEMPLATE);

export function renderHtml(report: Report): string {
  const issues = sortedIssues(report);
  const { pieces, omitted } = renderIssues(report);
  const shown = issues.slice(0, pieces.length);
  return renderPage({
    ...pageData(report),
    style: PAGE_STYLE,
    script: PAGE_SCRIPT,
    // The content security policy allows exactly these two, so injected markup cannot run a script.
    styleHash: policyHash(PAGE_STYLE),
    scriptHash: policyHash(PAGE_SCRIPT),
    findings: pieces.join(''),
    findingsShown: pieces.length === 0 ? '' : `${pieces.length} listed`,
    omitted,
    kinds: ISSUE_SECTIONS.map(section => ({
      ...section,
      count: shown.filter(issue => sectionOf(issue) === section.key).length,
    })).filter(kind => kind.count > 0),
    operationNames: [...new Set(shown.map(issue => shortLine(issue.operation.id, 120)))].sort(compareText),
  });
}

/** The most severe first: with samples, then without samples, then omitted. */
function renderIssues(report: Report): { pieces: string[]; omitted: number } {
  const issues = sortedIssues(report);
  const pieces: string[] = [];
  let size = 0;
  for (const issue of issues) {
    const withSample = size < MAX_BYTES_WITH_SAMPLES;
    const piece = renderIssue(issueData(issue, report, withSample));
    size += utf8Length(piece);
    if (size > MAX_BYTES) break;
    pieces.push(piece);
  }
  return { pieces, omitted: issues.length - pieces.length };
}
