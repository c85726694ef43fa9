// The findings that a page lists, the most severe first, and the choices of its filter. Their size is bounded.
import type { Report } from '../check/report.ts';
import { compareText } from '../check/tally.ts';
import { issueData } from './html-view.ts';
import { ISSUE_SECTIONS, type IssueSection, sectionOf, sortedIssues } from './issues.ts';
import { shortLine, utf8Length } from './safe-text.ts';

/** Findings beyond this size are listed without a sample. The rest of the page is bounded by its lists: 5 MiB in total. */
const MAX_BYTES_WITH_SAMPLES = 2_500_000;
/** Findings beyond this size are only counted. */
const MAX_BYTES = 3_200_000;

interface ListedIssues {
  /** One text for each listed finding: with samples, then without samples. */
  readonly pieces: readonly string[];
  readonly omitted: number;
  readonly kinds: readonly (IssueSection & { readonly count: number })[];
  readonly operationNames: readonly string[];
}

/** @param render writes the data of one finding in the language of the page */
export function renderListedIssues(report: Report, render: (data: object) => string): ListedIssues {
  const issues = sortedIssues(report);
  const pieces: string[] = [];
  let size = 0;
  for (const issue of issues) {
    const piece = render(issueData(issue, report, size < MAX_BYTES_WITH_SAMPLES));
    size += utf8Length(piece);
    if (size > MAX_BYTES) break;
    pieces.push(piece);
  }
  const listed = issues.slice(0, pieces.length);
  return {
    pieces,
    omitted: issues.length - pieces.length,
    kinds: ISSUE_SECTIONS.map(section => ({
      ...section,
      count: listed.filter(issue => sectionOf(issue) === section.key).length,
    })).filter(kind => kind.count > 0),
    operationNames: [
      ...new Set(listed.flatMap(({ operations }) => operations.map(({ id }) => shortLine(id, 120)))),
    ].sort(compareText),
  };
}
