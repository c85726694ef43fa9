// The report as SARIF 2.1.0, shaped for GitHub code scanning: a result stands at the line of the document that was broken.
import { shortfalls } from '../check/gates.ts';
import type { Group, Report } from '../check/report.ts';
import { blameLine, documentOf, howOften, operationOf, ranked, showPlace, weigh } from './rank.ts';
import { brief, count, jsonText } from './safe.ts';
import { type Rule, ruleFor } from './sarif-rules.ts';
import { equation, levelLabel, levelRows, listReasons, ranking, tally } from './tally.ts';

/** GitHub refuses a run of more than 25,000 results and shows 5,000 of them. */
const RESULTS_SHOWN = 5000;
const NOTIFICATIONS_SHOWN = 100;
/** A sentence that GitHub shows in full. */
const MESSAGE_LENGTH = 1000;

export function renderSarif(report: Report): string {
  const all = ranked(report);
  const groups = all.slice(0, RESULTS_SHOWN);
  const codes = [...new Set(groups.map(group => group.code))].sort();
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driver(report, codes.map(ruleFor)) },
        automationDetails: {
          id: `deadringer/${report.shard === undefined ? '' : `${report.shard.index}-of-${report.shard.of}/`}`,
        },
        columnKind: 'utf16CodeUnits',
        // The folder is not known here; GitHub takes relative paths from the root of the repository.
        originalUriBaseIds: {
          '%SRCROOT%': { description: { text: 'The folder that deadringer was started in.' } },
        },
        invocations: [
          {
            executionSuccessful: report.verdict !== 'incomplete',
            exitCode: report.exitCode,
            toolExecutionNotifications: notifications(report, all.length - groups.length),
          },
        ],
        results: groups.map(group => result(group, report, codes)),
        properties: {
          verdict: report.verdict,
          accounting: accounting(report),
          coverage: Object.fromEntries(
            levelRows(report).map(({ level, declared, seen, kept }) => [level, { declared, seen, kept }]),
          ),
          unlisted: report.unlisted,
        },
      },
    ],
  });
}

function driver(report: Report, rules: readonly Rule[]): object {
  const version = brief(report.tool.version, 40);
  return {
    name: report.tool.name,
    version,
    // Only what is Semantic Versioning may stand there.
    ...(/^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(version) && { semanticVersion: version }),
    informationUri: 'https://www.npmjs.com/package/deadringer',
    rules,
  };
}

function accounting({ accounting: all }: Report): object {
  return {
    total: all.total,
    ...Object.fromEntries(
      tally(all).map(row => [
        row.bucket,
        row.bucket === 'kept'
          ? row.count
          : {
              count: row.count,
              reasons: Object.fromEntries(row.reasons.map(({ name, count: times }) => [name, times])),
            },
      ]),
    ),
  };
}

function result(group: Group, report: Report, codes: readonly string[]): object {
  const { clause, sample, accepted } = group;
  const line = clause?.line ?? 1;
  const column = clause?.column ?? 1;
  const related = group.places.filter(({ file }) => file !== '-').slice(0, 3);
  return {
    ruleId: group.code,
    ruleIndex: codes.indexOf(group.code),
    level: weigh(group, report.settings),
    message: { text: message(group) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifact(documentOf(group, report)),
          region: { startLine: line, startColumn: column, endLine: line, endColumn: column + 1 },
        },
        logicalLocations: [{ fullyQualifiedName: brief(group.operation.id), kind: 'function' }],
      },
    ],
    ...(related.length > 0 && {
      relatedLocations: related.map((place, index) => ({
        id: index + 1,
        message: { text: plain(`An exchange that shows it: ${showPlace(place)}.`) },
        physicalLocation: {
          artifactLocation: artifact(place.file),
          region: { startLine: place.line ?? 1 },
        },
      })),
    }),
    // GitHub's upload action adds primaryLocationLineHash and warns about any other value in its place.
    partialFingerprints: { 'deadringer/v1': group.fingerprint },
    ...(group.occurrences > 0 && { occurrenceCount: group.occurrences }),
    suppressions:
      accepted === undefined
        ? []
        : [{ kind: 'external', status: 'accepted', justification: brief(accepted.reason) }],
    properties: {
      api: brief(group.api),
      operation: operationOf(group),
      at: brief(group.at),
      kind: group.kind,
      exchanges: group.exchanges,
      outcomes: Object.fromEntries(ranking(group.outcomes)),
      ...(sample.curl.length > 0 && { curl: brief(sample.curl, 400) }),
      ...(group.firstSeen !== undefined && { firstSeen: group.firstSeen }),
      ...(group.lastSeen !== undefined && { lastSeen: group.lastSeen }),
    },
  };
}

/** The first sentence is what GitHub shows where space is short. */
function message(group: Group): string {
  const { expected, actual } = group.sample;
  const sentences = [
    `${brief(group.message)}.`,
    expected === undefined ? '' : `Expected ${brief(expected, 150)}.`,
    actual === undefined ? '' : `Actual ${brief(actual, 150)}.`,
    `${operationOf(group)}, ${howOften(group)}.`,
    `${blameLine(group)}.`,
  ];
  return plain(sentences.filter(text => text.length > 1).join(' '));
}

/** In a SARIF message "[text](target)" is a link; nobody but us may set one. */
function plain(text: string): string {
  return brief(text, MESSAGE_LENGTH).replaceAll('](', '\\](');
}

/** A file as a URI reference: relative where it was named so, and then from the root of the repository. */
export function artifact(file: string): { uri: string; uriBaseId?: string } {
  if (/^https?:\/\//i.test(file) && URL.canParse(file)) return { uri: new URL(file).href };
  const path = file.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const encoded = path
    .split('/')
    .map(segment => encodeURIComponent(brief(segment)))
    .join('/');
  if (/^[a-z]:\//i.test(path)) return { uri: `file:///${path.slice(0, 2)}${encoded.slice(4)}` };
  if (path.startsWith('/')) return { uri: `file://${encoded.replace(/^\/+/, '/')}` };
  return path.startsWith('../') ? { uri: encoded } : { uri: encoded, uriBaseId: '%SRCROOT%' };
}

/** What no line of a document can be blamed for. */
function notifications(report: Report, left: number): object[] {
  const incomplete = report.verdict === 'incomplete' ? 'error' : 'note';
  const say = (level: string, text: string, file?: string): object => ({
    level,
    message: { text: plain(text) },
    ...(file !== undefined &&
      file !== '-' && { locations: [{ physicalLocation: { artifactLocation: artifact(file) } }] }),
  });
  const all = [
    ...(left > 0
      ? [say('warning', `${count(left, 'further finding')} left out: GitHub shows ${RESULTS_SHOWN}.`)]
      : []),
    ...report.reasons.map(reason => say(report.verdict === 'incomplete' ? 'error' : 'warning', reason)),
    ...shortfalls(report).map(({ level, reached, wanted }) =>
      say('error', `Coverage of ${levelLabel(level)} is ${reached}%, and ${wanted}% are wanted.`),
    ),
    ...report.sources.flatMap(({ file, cutOff }) =>
      cutOff === undefined ? [] : [say('error', `The file breaks off: ${cutOff}`, file)],
    ),
    ...(report.unreplayed ?? []).map(({ place, why }) =>
      say(incomplete, `${showPlace(place)} was not replayed: ${why}`, place.file),
    ),
    ...report.unreadable.map(({ place, why }) =>
      say(incomplete, `${showPlace(place)} cannot be read: ${why}`, place.file),
    ),
  ];
  return [say('note', accountingSentence(report)), ...all.slice(0, NOTIFICATIONS_SHOWN)];
}

function accountingSentence({ accounting: all }: Report): string {
  const reasons = tally(all).filter(row => row.reasons.length > 0);
  return `${equation(all)}. ${reasons.map(row => `${row.label}: ${listReasons(row.reasons)}`).join('; ')}`;
}
