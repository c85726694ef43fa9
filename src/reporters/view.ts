// The report as data for the console: what the HTML report shows, with all texts ready to show.
import type { Report } from '../check/report.ts';
import { pageData } from './html-view.ts';
import { renderListedIssues } from './listed-issues.ts';

/** JSON; `ReportView` in control.openapi.yaml describes it. */
export function renderView(report: Report): string {
  const { pieces, ...rest } = renderListedIssues(report, JSON.stringify);
  const page = JSON.stringify({ ...pageData(report), ...rest });
  return `${page.slice(0, -1)},"findings":[${pieces.join(',')}]}`;
}
