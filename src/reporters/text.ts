// The report for people at a terminal: what broke first, then drift, then the numbers; the verdict is the last line.
import { shortfalls } from '../check/gates.ts';
import type { Group, Report } from '../check/report.ts';
import {
  blameLine,
  howOften,
  lineOf,
  operationOf,
  ranked,
  SECTIONS,
  type Section,
  sectionOf,
  showPlace,
  showTime,
  sinceLine,
  verdictOf,
  weigh,
} from './rank.ts';
import { brief, count, loggable, type Style, unstyled } from './safe.ts';
import { gaps, levelRows, listReasons, type Row, ranking, tally, unreadableEntries } from './tally.ts';

/** How many findings of each section are told. */
const SHOWN: Record<Section['key'], number> = {
  violation: 25,
  difference: 25,
  undocumented: 10,
  'not-checkable': 5,
  advice: 5,
  accepted: 5,
};
const LINES_SHOWN = 10;

export function renderText(report: Report, style: Style = unstyled): string {
  const blocks = [
    heading(report, style),
    ...sections(report, style),
    accounting(report, style),
    coverage(report, style),
    baseline(report, style),
    unreplayed(report, style),
    unreadable(report, style),
    verdict(report, style),
  ];
  return `${blocks.filter(block => block.length > 0).join('\n\n')}\n`;
}

function heading({ tool, apis, sources, shard }: Report, style: Style): string {
  const part = shard === undefined ? '' : `, shard ${shard.index} of ${shard.of}`;
  const lines = [`${style('bold', `${tool.name} ${brief(tool.version, 40)}`)}${part}`];
  for (const api of apis.slice(0, LINES_SHOWN)) {
    lines.push(style('dim', `  ${loggable(api.file)}  ${loggable(api.title)}`));
  }
  lines.push(...more(apis.length, 'document', style));
  for (const source of sources.slice(0, LINES_SHOWN)) {
    lines.push(
      style(
        'dim',
        `  ${loggable(source.file)}  ${source.entries} ${source.entries === 1 ? 'entry' : 'entries'}`,
      ),
    );
  }
  lines.push(...more(sources.length, 'recording', style));
  return lines.join('\n');
}

function more(total: number, word: string, style: Style): string[] {
  return total > LINES_SHOWN ? [style('dim', `  and ${count(total - LINES_SHOWN, `more ${word}`)}`)] : [];
}

function sections(report: Report, style: Style): string[] {
  const groups = ranked(report);
  return SECTIONS.flatMap(section => {
    const own = groups.filter(group => sectionOf(group) === section.key);
    if (own.length === 0) return [];
    const shown = own.slice(0, SHOWN[section.key]);
    const exchanges = count(own.length, 'finding');
    const left = own.length - shown.length;
    return [
      `${style('bold', section.title)}  ${style('dim', `${exchanges}; ${section.about}`)}`,
      ...shown.map(group => finding(group, report, style)),
      ...(left > 0 ? [style('dim', `  and ${left} more; see --format html or json`)] : []),
    ];
  });
}

const MARKS = { error: 'red', warning: 'yellow', note: 'dim' } as const;

function finding(group: Group, report: Report, style: Style): string {
  const { sample } = group;
  const weight = weigh(group, report.settings);
  const [first] = group.places;
  const fact = (name: string, value: string, most = 300): string[] =>
    value === '' ? [] : [`    ${style('dim', name.padEnd(9))} ${loggable(value, most)}`];
  return [
    `  ${loggable(lineOf(group, report))} ${style(MARKS[weight], weight)} ${loggable(group.message)} ${style('dim', `(${group.code})`)}`,
    `    ${style('cyan', loggable(operationOf(group)))} ${style('dim', loggable(group.at))}`,
    ...fact('expected', sample.expected ?? ''),
    ...fact('actual', sample.actual ?? ''),
    ...fact('seen', [howOften(group), sinceLine(group)].filter(Boolean).join(', ')),
    ...fact('first', showPlace(first ?? sample.place)),
    ...fact('blame', blameLine(group), 600),
    ...fact('accepted', acceptance(group)),
    ...fact('again', sample.curl, 1000),
  ].join('\n');
}

function acceptance({ accepted }: Group): string {
  if (accepted === undefined) return '';
  const owner = accepted.owner === undefined ? '' : `, owner ${accepted.owner}`;
  return `${accepted.reason}${owner}${accepted.expires === undefined ? '' : `, until ${accepted.expires}`}`;
}

const COLOURS: Record<Row['bucket'], Parameters<Style>[0]> = {
  kept: 'green',
  broken: 'red',
  notCheckable: 'yellow',
  cannotReplay: 'yellow',
  outOfScope: 'dim',
  unreadable: 'red',
};

function accounting(report: Report, style: Style): string {
  const { total } = report.accounting;
  const rows = tally(report.accounting);
  const width = String(total).length;
  const hosts = ranking(report.otherHosts);
  return [
    `${style('bold', 'Exchanges')}  ${style('dim', 'each of them is in exactly one row')}`,
    `  ${style('bold', String(total).padStart(width))}  in all`,
    ...rows.map(row => {
      const number = String(row.count).padStart(width);
      const shown = row.count === 0 ? style('dim', number) : style(COLOURS[row.bucket], number);
      const reasons = style('dim', loggable(listReasons(row.reasons), 8000));
      return `  ${shown}  ${row.reasons.length === 0 ? row.label : `${row.label.padEnd(13)}  ${reasons}`}`;
    }),
    ...(hosts.length === 0
      ? []
      : [
          style(
            'dim',
            `  other hosts: ${hosts
              .slice(0, LINES_SHOWN)
              .map(([host, times]) => `${loggable(host, 100)} ${times}`)
              .join(', ')}${hosts.length > LINES_SHOWN ? ` and ${hosts.length - LINES_SHOWN} more` : ''}`,
          ),
        ]),
    ...(report.unlisted === 0
      ? []
      : [style('yellow', `  ${count(report.unlisted, 'occurrence')} of further findings are not listed`)]),
  ].join('\n');
}

function coverage(report: Report, style: Style): string {
  const below = new Set(shortfalls(report).map(({ level }) => level));
  const rows = levelRows(report).filter(row => row.declared > 0 || row.wanted !== undefined);
  if (rows.length === 0) return '';
  return [
    `${style('bold', 'Coverage')}  ${style('dim', 'of what the documents declare, seen in an exchange that kept the contract')}`,
    ...rows.map(row => {
      const short = below.has(row.level);
      const kept = `${row.keptPercent}%`.padStart(6);
      const wanted = row.wanted === undefined ? '' : `, ${row.wanted}% wanted`;
      const numbers = `${row.seen} of ${row.declared} seen, ${row.kept} kept`;
      // Of the finer levels the names are many and long; HTML lists them all.
      const named = row.level === 'operations' || short ? gaps(row.unseen, 8) : '';
      return `  ${style(short ? 'red' : 'green', kept)}  ${row.label.padEnd(11)}  ${numbers}${wanted === '' ? '' : style(short ? 'red' : 'dim', wanted)}${named === '' ? '' : style('dim', `; ${loggable(named, 1000)}`)}`;
    }),
  ].join('\n');
}

function baseline({ baseline: file }: Report, style: Style): string {
  if (file === undefined) return '';
  const entries = [
    ...file.expired.map(entry => ({
      entry,
      colour: 'red' as const,
      why: `has expired${entry.expires === undefined ? '' : ` on ${entry.expires}`} and is still found`,
    })),
    ...file.stale.map(entry => ({
      entry,
      colour: 'yellow' as const,
      why: 'is no longer found; --update-baseline removes it',
    })),
  ];
  return [
    `${style('bold', 'Baseline')}  ${style('dim', `${loggable(file.file)} accepts ${count(file.accepted, 'finding')}; ${file.expired.length} expired, ${file.stale.length} stale`)}`,
    ...entries
      .slice(0, 2 * LINES_SHOWN)
      .map(
        ({ entry, colour, why }) =>
          `  ${loggable(file.file)}:${entry.line} ${style(colour, `${loggable(entry.code)} ${loggable(entry.operation)}`)} ${loggable(entry.at)} ${why}`,
      ),
    ...(entries.length > 2 * LINES_SHOWN
      ? [style('dim', `  and ${entries.length - 2 * LINES_SHOWN} more; see --format html or json`)]
      : []),
  ].join('\n');
}

function unreplayed({ unreplayed: entries = [], accounting }: Report, style: Style): string {
  if (entries.length === 0) return '';
  const shown = entries.slice(0, LINES_SHOWN);
  const rest = (accounting.cannotReplay?.count ?? 0) - shown.length;
  return [
    `${style('bold', 'Not replayed')}  ${style('dim', 'and so neither kept nor broken')}`,
    ...shown.map(({ place, why }) => `  ${loggable(showPlace(place))}: ${loggable(why, 500)}`),
    ...(rest > 0 ? [style('dim', `  and ${rest} more`)] : []),
  ].join('\n');
}

function unreadable(report: Report, style: Style): string {
  const { unreadable: entries, sources } = report;
  const broken = sources.filter(source => source.cutOff !== undefined);
  const shown = entries.slice(0, LINES_SHOWN);
  const rest = unreadableEntries(report) - shown.length;
  const lines = [
    ...broken
      .slice(0, LINES_SHOWN)
      .map(
        ({ file, entries: read, cutOff = '' }) =>
          `  ${loggable(file)} ${style('red', 'broke off')} after entry ${read}: ${loggable(cutOff)}`,
      ),
    ...more(broken.length, 'file', style),
    ...shown.map(({ place, why }) => `  ${loggable(showPlace(place))}: ${loggable(why)}`),
    ...(rest > 0 ? [style('dim', `  and ${rest} more`)] : []),
  ];
  return lines.length === 0 ? '' : [style('bold', 'Unreadable'), ...lines].join('\n');
}

function verdict(report: Report, style: Style): string {
  const { sentence, next } = verdictOf(report);
  const colour = report.verdict === 'kept' ? 'green' : report.verdict === 'broken' ? 'red' : 'yellow';
  const untold = report.reasons.filter(reason => !sentence.includes(brief(reason)));
  const reasons = untold
    .slice(0, LINES_SHOWN)
    .map(reason => `  ${style(colour, '-')} ${loggable(reason, 1000)}`);
  const rest = untold.length - reasons.length;
  if (rest > 0) reasons.push(style('dim', `  and ${rest} more reasons`));
  const recorded = report.sources.length === 0 ? '' : spanOf(report);
  if (recorded !== '') reasons.unshift(style('dim', `  ${recorded}`));
  return [
    ...reasons,
    `${style('bold', style(colour, loggable(sentence, 600)))}${next === '' ? '' : ` ${next}`}`,
  ].join('\n');
}

/** From when to when the findings were recorded. */
function spanOf({ findings }: Report): string {
  const times = findings.flatMap(group => [group.firstSeen ?? [], group.lastSeen ?? []].flat()).sort();
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return '';
  return `found in traffic from ${showTime(first)} to ${showTime(last)}`;
}
