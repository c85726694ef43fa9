// The report as Markdown for a job summary or a comment: it fits whatever limit the place has, the worst findings first.
import type { Group, Report, ShownBody } from '../check/report.ts';
import {
  blameLine,
  howOften,
  lineOf,
  operationOf,
  ranked,
  SECTIONS,
  sectionOf,
  showPlace,
  sinceLine,
  verdictOf,
  weigh,
} from './rank.ts';
import { brief, bytesOf, count, cut, printableLines } from './safe.ts';
import { gaps, levelRows, tally, unreadableEntries } from './tally.ts';

/** GitHub takes 1 MiB of summary a step; a comment takes 65,536 characters. */
const SUMMARY_BYTES = 1_000_000;
const ROWS_SHOWN = 500;
const DETAILS_SHOWN = 100;
const LIST_SHOWN = 20;
const REASONS_SHOWN = 40;

export function renderMarkdown(report: Report, mostBytes = SUMMARY_BYTES): string {
  const whole = [title(report), accounting(report, REASONS_SHOWN)].join('\n');
  const head = bytesOf(whole) < mostBytes / 2 ? whole : [title(report, 3), accounting(report, 3)].join('\n');
  const tail = [coverage(report), baseline(report), unreplayed(report), unreadable(report)]
    .filter(Boolean)
    .join('\n');
  const groups = ranked(report);
  // The head is always whole; the tail goes before the head does.
  const room = mostBytes - bytesOf(head) - 400;
  const ending = bytesOf(tail) < room / 2 ? tail : '';
  const rows = table(groups, report, room - bytesOf(ending));
  const details = samples(groups, room - bytesOf(ending) - bytesOf(rows));
  return `${[head, rows, details, ending].filter(Boolean).join('\n')}`;
}

/** Whatever means something in Markdown, HTML or to GitHub itself (mentions, issues, links) is taken out of text. */
function inline(text: string, most = 300): string {
  return brief(text, most)
    .replace(/[&<>"'`*_[\]\\|~!:{}$]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/^(\s*)([-+#=]|\d+[.)])/, '$1&#8203;$2')
    .replace(/(?<!&)[@#](?=[\p{L}\p{N}_-])/gu, '$&&#8203;')
    .replace(/www\./gi, dotted => `${dotted.slice(0, 3)}&#46;`);
}

function code(text: string, most = 300): string {
  return `<code>${inline(text, most)}</code>`;
}

/** Inside <pre> only HTML counts; no line may begin like an order to the CI server that prints this. */
function block(text: string, most = 2000): string {
  const safe = printableLines(cut(text, most))
    .replace(/[&<>]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/^(\s*):/gm, '$1&#58;')
    .replace(/##(?=\[|vso\[|teamcity\[)/gi, '&#35;#');
  return `<pre>${safe}</pre>`;
}

const SIGNS = { kept: '✅', broken: '❌', incomplete: '⚠️' } as const;

function title(report: Report, most = LIST_SHOWN): string {
  const { sentence, next } = verdictOf(report);
  const reasons = report.reasons.slice(0, most).map(reason => `- ${inline(reason, 500)}`);
  const left = report.reasons.length - reasons.length;
  return [
    `## ${SIGNS[report.verdict]} deadringer: ${report.verdict}`,
    '',
    `**${inline(sentence, 600)}** ${inline(next)}`.trim(),
    '',
    ...reasons,
    ...(left > 0 ? [`- and ${left} more`] : []),
    ...(report.reasons.length > 0 ? [''] : []),
  ].join('\n');
}

function accounting(report: Report, most: number): string {
  const rows = tally(report.accounting, most).map(row => {
    const reasons = row.reasons.map(reason => `${inline(reason.name, 120)} ${reason.count}`);
    return `| ${row.label} | ${row.count} | ${reasons.join(', ')} |`;
  });
  return [
    '| exchanges | count | reasons |',
    '| :-- | --: | :-- |',
    ...rows,
    `| **total** | **${report.accounting.total}** | |`,
    '',
  ].join('\n');
}

const WEIGHTS = { error: '🔴', warning: '🟡', note: '⚪' } as const;

function table(groups: readonly Group[], report: Report, room: number): string {
  if (groups.length === 0) return '';
  const titles = new Map(SECTIONS.map(section => [section.key, section.title]));
  const lines = [
    '### Findings',
    '',
    '| | what | where in the document | operation | seen |',
    '| :-: | :-- | :-- | :-- | :-- |',
  ];
  let size = bytesOf(lines.join('\n')) + 200;
  let shown = 0;
  for (const group of groups.slice(0, ROWS_SHOWN)) {
    const section = titles.get(sectionOf(group));
    const line = `| ${WEIGHTS[weigh(group, report.settings)]} | ${inline(group.message)}<br><sub>${section}, ${code(group.code)}</sub> | ${code(lineOf(group, report))} | ${code(operationOf(group))} | ${howOften(group)} |`;
    size += bytesOf(line) + 1;
    if (size > room) break;
    lines.push(line);
    shown += 1;
  }
  const left = groups.length - shown;
  if (left > 0) lines.push('', `and ${left} more; see the HTML or JSON report`);
  if (report.unlisted > 0)
    lines.push('', `${count(report.unlisted, 'occurrence')} of further findings are not listed`);
  return [...lines, ''].join('\n');
}

function samples(groups: readonly Group[], room: number): string {
  const told = groups.filter(group => group.accepted === undefined && group.kind !== 'advice');
  const parts: string[] = [];
  let size = 0;
  for (const group of told.slice(0, DETAILS_SHOWN)) {
    const part = sample(group);
    size += bytesOf(part) + 1;
    if (size > room) break;
    parts.push(part);
  }
  return parts.length === 0 ? '' : ['### Samples', '', ...parts].join('\n');
}

function sample(group: Group): string {
  const { sample: shown } = group;
  const fact = (name: string, value: string, most = 300): string[] =>
    value === '' ? [] : [`- ${name}: ${inline(value, most)}`];
  const half = (first: string, headers: readonly [string, string][], body: ShownBody): string =>
    block(
      [
        cut(first, 500),
        ...headers.slice(0, 40).map(([name, value]) => cut(`${name}: ${value}`, 300)),
        '',
        showBody(body),
      ].join('\n'),
      4000,
    );
  return [
    `<details><summary>${inline(group.message)} (${inline(group.operation.id, 100)})</summary>`,
    '',
    ...fact('expected', shown.expected ?? ''),
    ...fact('actual', shown.actual ?? ''),
    ...fact('whom to ask', blameLine(group), 600),
    ...fact('when', sinceLine(group)),
    ...fact('first in', showPlace(group.places[0] ?? shown.place)),
    '',
    half(`${shown.request.method} ${shown.request.url}`, shown.request.headers, shown.request.body),
    '',
    shown.response === undefined
      ? 'There was no response.'
      : half(`HTTP ${shown.response.status}`, shown.response.headers, shown.response.body),
    '',
    block(shown.curl),
    '',
    '</details>',
    '',
  ].join('\n');
}

function showBody(body: ShownBody): string {
  if ('notRecorded' in body) return `(not recorded: ${cut(body.notRecorded, 200)})`;
  const whole = body.cutFrom === undefined ? '' : `\n(cut; the whole body has ${body.cutFrom} bytes)`;
  return `${cut('text' in body ? body.text : `base64: ${body.base64}`, 2000)}${whole}`;
}

function coverage(report: Report): string {
  const rows = levelRows(report).filter(row => row.declared > 0 || row.wanted !== undefined);
  if (rows.length === 0) return '';
  return [
    '### Coverage',
    '',
    '| | declared | seen | kept | wanted | gaps |',
    '| :-- | --: | --: | --: | --: | :-- |',
    ...rows.map(
      row =>
        `| ${row.label} | ${row.declared} | ${row.seen} (${row.seenPercent}%) | ${row.kept} (${row.keptPercent}%) | ${row.wanted === undefined ? '' : `${row.wanted}%`} | ${inline(gaps(row.unseen, 5), 600)} |`,
    ),
    '',
  ].join('\n');
}

function baseline({ baseline: file }: Report): string {
  if (file === undefined) return '';
  const entries = [
    ...file.expired.map(entry => ({ entry, why: 'expired, and still found' })),
    ...file.stale.map(entry => ({ entry, why: 'no longer found' })),
  ];
  const left = entries.length - LIST_SHOWN;
  return [
    '### Baseline',
    '',
    `${code(file.file)} accepts ${count(file.accepted, 'finding')}.`,
    '',
    ...entries
      .slice(0, LIST_SHOWN)
      .map(
        ({ entry, why }) =>
          `- ${code(`${file.file}:${entry.line}`)} ${code(entry.code)} ${code(entry.operation)}: ${why}`,
      ),
    ...(left > 0 ? [`- and ${left} more`] : []),
    '',
  ].join('\n');
}

function unreplayed({ unreplayed: entries = [], accounting }: Report): string {
  if (entries.length === 0) return '';
  const lines = entries
    .slice(0, LIST_SHOWN)
    .map(({ place, why }) => `- ${code(showPlace(place))}: ${inline(why)}`);
  const left = (accounting.cannotReplay?.count ?? 0) - lines.length;
  return ['### Not replayed', '', ...lines, ...(left > 0 ? [`- and ${left} more`] : []), ''].join('\n');
}

function unreadable(report: Report): string {
  const { unreadable: entries, sources } = report;
  const broken = sources.flatMap(({ file, cutOff }) => (cutOff === undefined ? [] : [{ file, cutOff }]));
  const lines = [
    ...broken.slice(0, LIST_SHOWN).map(({ file, cutOff }) => `- ${code(file)} broke off: ${inline(cutOff)}`),
    ...entries.slice(0, LIST_SHOWN).map(({ place, why }) => `- ${code(showPlace(place))}: ${inline(why)}`),
  ];
  const left = unreadableEntries(report) - Math.min(entries.length, LIST_SHOWN);
  if (lines.length === 0) return '';
  return ['### Unreadable', '', ...lines, ...(left > 0 ? [`- and ${left} more`] : []), ''].join('\n');
}
