// The report as one HTML file that needs nothing else: no network, no framework, and no script but its own.
import { createHash } from 'node:crypto';
import { Liquid } from 'liquidjs';
import type { Report } from '../check/report.ts';
import { SCRIPT } from './html-script.ts';
import { STYLE } from './html-style.ts';
import { FINDING, PAGE } from './html-template.ts';
import { viewFinding, viewPage } from './html-view.ts';
import { ranked, SECTIONS, sectionOf } from './rank.ts';
import { brief, byText, bytesOf } from './safe.ts';

/** Together with the rest of the page, which is bounded by its lists, this stays well below 5 MiB. */
const WHOLE_BYTES = 2_500_000;
const ALL_BYTES = 3_200_000;

const LIQUID = new Liquid({
  outputEscape: 'escape',
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
});
const page = LIQUID.parse(PAGE);
const finding = LIQUID.parse(FINDING);

export function renderHtml(report: Report): string {
  const groups = ranked(report);
  const { pieces, left } = findings(report);
  const shown = groups.slice(0, pieces.length);
  return String(
    LIQUID.renderSync(page, {
      ...viewPage(report),
      style: STYLE,
      script: SCRIPT,
      // The policy lets these two run and nothing else, whatever a recording may have smuggled in.
      styleHash: hashOf(STYLE),
      scriptHash: hashOf(SCRIPT),
      findings: pieces.join(''),
      findingsShown: pieces.length === 0 ? '' : `${pieces.length} listed`,
      left,
      kinds: SECTIONS.map(section => ({
        ...section,
        count: shown.filter(group => sectionOf(group) === section.key).length,
      })).filter(kind => kind.count > 0),
      operationNames: [...new Set(shown.map(group => brief(group.operation.id, 120)))].sort(byText),
    }),
  );
}

/** The worst first, whole while there is room, then without their samples, then counted. */
function findings(report: Report): { pieces: string[]; left: number } {
  const groups = ranked(report);
  const pieces: string[] = [];
  let size = 0;
  for (const group of groups) {
    const whole = size < WHOLE_BYTES;
    const piece = String(LIQUID.renderSync(finding, viewFinding(group, report, whole)));
    size += bytesOf(piece);
    if (size > ALL_BYTES) break;
    pieces.push(piece);
  }
  return { pieces, left: groups.length - pieces.length };
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
