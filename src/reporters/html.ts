// The report as one self-contained HTML file: no network, no framework, no script but its own.
import { createHash } from 'node:crypto';
import { Liquid } from 'liquidjs';
import type { Report } from '../check/report.ts';
import { compareText } from '../check/tally.ts';
import { PAGE_SCRIPT } from './html-script.ts';
import { PAGE_STYLE } from './html-style.ts';
import { ISSUE_TEMPLATE, PAGE_TEMPLATE } from './html-template.ts';
import { issueData, pageData } from './html-view.ts';
import { ISSUE_SECTIONS, sectionOf, sortedIssues } from './issues.ts';
import { shortLine, utf8Length } from './safe-text.ts';

/** Together with the rest of the page, which is bounded by its lists, this stays well below 5 MiB. */
const MAX_BYTES_WITH_SAMPLES = 2_500_000;
const MAX_BYTES = 3_200_000;

const liquid = new Liquid({
  outputEscape: 'escape',
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
});
const pageTemplate = liquid.parse(PAGE_TEMPLATE);
const issueTemplate = liquid.parse(ISSUE_TEMPLATE);

export function renderHtml(report: Report): string {
  const issues = sortedIssues(report);
  const { pieces, left } = renderIssues(report);
  const shown = issues.slice(0, pieces.length);
  return String(
    liquid.renderSync(pageTemplate, {
      ...pageData(report),
      style: PAGE_STYLE,
      script: PAGE_SCRIPT,
      // The policy lets these two run and nothing else, whatever a recording may have smuggled in.
      styleHash: hashOf(PAGE_STYLE),
      scriptHash: hashOf(PAGE_SCRIPT),
      findings: pieces.join(''),
      findingsShown: pieces.length === 0 ? '' : `${pieces.length} listed`,
      left,
      kinds: ISSUE_SECTIONS.map(section => ({
        ...section,
        count: shown.filter(issue => sectionOf(issue) === section.key).length,
      })).filter(kind => kind.count > 0),
      operationNames: [...new Set(shown.map(issue => shortLine(issue.operation.id, 120)))].sort(compareText),
    }),
  );
}

/** The worst first, whole while there is room, then without their samples, then counted. */
function renderIssues(report: Report): { pieces: string[]; left: number } {
  const issues = sortedIssues(report);
  const pieces: string[] = [];
  let size = 0;
  for (const issue of issues) {
    const whole = size < MAX_BYTES_WITH_SAMPLES;
    const piece = String(liquid.renderSync(issueTemplate, issueData(issue, report, whole)));
    size += utf8Length(piece);
    if (size > MAX_BYTES) break;
    pieces.push(piece);
  }
  return { pieces, left: issues.length - pieces.length };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
