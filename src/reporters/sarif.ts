// The report as SARIF 2.1.0 for GitHub code scanning: each finding is a result at a line of the document.

import { coverageShortfalls } from '../check/fail-conditions.ts';
import type { Issue, Report } from '../check/report.ts';
import { coverageLabel } from '../check/report-terms.ts';
import { pluralize } from '../finding/plural.ts';
import { accountingRows, accountingSum, coverageRows, listReasons, sortedCounts } from './accounting.ts';
import {
  causeText,
  documentFile,
  frequencyText,
  issueSeverity,
  operationText,
  otherOperations,
  placeText,
  sortedIssues,
} from './issues.ts';
import { jsonText, shortLine } from './safe-text.ts';
import { type SarifRule, sarifRule } from './sarif-rules.ts';

/** GitHub refuses a run of more than 25,000 results and shows 5,000 of them. */
export const MAX_RESULTS = 5000;
const MAX_NOTIFICATIONS = 100;
/** GitHub truncates messages above 1024 characters. */
const MAX_MESSAGE_LENGTH = 1000;

export function renderSarif(report: Report): string {
  const all = sortedIssues(report);
  const issues = all.slice(0, MAX_RESULTS);
  const codes = [...new Set(issues.map(issue => issue.code))].sort();
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: toolDriver(report.tool, codes.map(sarifRule)) },
        automationDetails: {
          id: `deadringer/${report.shard === undefined ? '' : `${report.shard.index}-of-${report.shard.of}/`}`,
        },
        columnKind: 'utf16CodeUnits',
        // Without a uri: GitHub resolves relative paths against the root of the repository.
        originalUriBaseIds: {
          '%SRCROOT%': { description: { text: 'The working directory of deadringer.' } },
        },
        invocations: [
          {
            executionSuccessful: report.verdict !== 'incomplete',
            exitCode: report.exitCode,
            toolExecutionNotifications: notifications(report, all.length - issues.length),
          },
        ],
        results: issues.map(issue => sarifResult(issue, report, codes)),
        properties: {
          verdict: report.verdict,
          accounting: accountingProperties(report),
          coverage: Object.fromEntries(
            coverageRows(report).map(({ level, declared, seen, passed }) => [
              level,
              { declared, seen, passed },
            ]),
          ),
          unlisted: report.unlisted,
        },
      },
    ],
  });
}

export function toolDriver(tool: Report['tool'], rules: readonly SarifRule[]): object {
  const version = shortLine(tool.version, 40);
  return {
    name: tool.name,
    version,
    // SARIF 2.1.0, 3.19.12: semanticVersion must follow Semantic Versioning 2.0.
    ...(/^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(version) && { semanticVersion: version }),
    informationUri: 'https://www.npmjs.com/package/deadringer',
    rules,
  };
}

function accountingProperties({ accounting: all }: Report): object {
  return {
    total: all.total,
    ...Object.fromEntries(
      accountingRows(all).map(row => [
        row.key,
        row.key === 'passed'
          ? row.count
          : {
              count: row.count,
              reasons: Object.fromEntries(row.reasons.map(({ name, count }) => [name, count])),
            },
      ]),
    ),
  };
}

function sarifResult(issue: Issue, report: Report, codes: readonly string[]): object {
  const { location, sample, accepted } = issue;
  const line = location?.line ?? 1;
  const column = location?.column ?? 1;
  const related = issue.places.filter(({ file }) => file !== '-').slice(0, 3);
  return {
    ruleId: issue.code,
    ruleIndex: codes.indexOf(issue.code),
    level: issueSeverity(issue, report.settings),
    message: { text: resultMessage(issue) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactLocation(documentFile(issue, report)),
          region: { startLine: line, startColumn: column, endLine: line, endColumn: column + 1 },
        },
        logicalLocations: operationNames(issue).map(name => ({ fullyQualifiedName: name, kind: 'function' })),
      },
    ],
    ...(related.length > 0 && {
      relatedLocations: related.map((place, index) => ({
        id: index + 1,
        message: { text: messageText(`Exchange with this finding: ${placeText(place)}.`) },
        physicalLocation: {
          artifactLocation: artifactLocation(place.file),
          region: { startLine: place.line ?? 1 },
        },
      })),
    }),
    // The upload action of GitHub computes primaryLocationLineHash itself and warns about any other value.
    partialFingerprints: { 'deadringer/v2': issue.fingerprint },
    ...(issue.occurrences > 0 && { occurrenceCount: issue.occurrences }),
    suppressions:
      accepted === undefined
        ? []
        : [{ kind: 'external', status: 'accepted', justification: shortLine(accepted.reason) }],
    properties: {
      api: shortLine(issue.api),
      operation: operationText(issue),
      at: shortLine(issue.at),
      kind: issue.kind,
      exchanges: issue.exchanges,
      outcomes: Object.fromEntries(sortedCounts(issue.outcomes)),
      ...(sample.curl.length > 0 && { curl: shortLine(sample.curl, 400) }),
      ...(issue.firstSeen !== undefined && { firstSeen: issue.firstSeen }),
      ...(issue.lastSeen !== undefined && { lastSeen: issue.lastSeen }),
    },
  };
}

/** The operation of the sample first. SARIF does not allow a name twice. */
function operationNames(issue: Issue): string[] {
  const all = [issue.operation, ...otherOperations(issue)];
  return [...new Set(all.map(({ id }) => shortLine(id)))];
}

/** GitHub shows only the first sentence in lists. */
function resultMessage(issue: Issue): string {
  const { expected, actual } = issue.sample;
  const sentences = [
    `${shortLine(issue.message)}.`,
    expected === undefined ? '' : `Expected: ${shortLine(expected, 150)}.`,
    actual === undefined ? '' : `Actual: ${shortLine(actual, 150)}.`,
    `${operationText(issue)}, ${frequencyText(issue)}.`,
    `${causeText(issue)}.`,
  ];
  return messageText(sentences.filter(text => text.length > 1).join(' '));
}

/** In a SARIF message "[text](target)" is a link; recorded text must not create one. */
export function messageText(text: string): string {
  return shortLine(text, MAX_MESSAGE_LENGTH).replaceAll('](', '\\](');
}

/** A file as a URI reference. A relative path stays relative, to the root of the repository. */
export function artifactLocation(file: string): { uri: string; uriBaseId?: string } {
  if (/^https?:\/\//i.test(file) && URL.canParse(file)) return { uri: new URL(file).href };
  const path = file.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  const encoded = path
    .split('/')
    .map(segment => encodeURIComponent(shortLine(segment)))
    .join('/');
  if (/^[a-z]:\//i.test(path)) return { uri: `file:///${path.slice(0, 2)}${encoded.slice(4)}` };
  if (path.startsWith('/')) return { uri: `file://${encoded.replace(/^\/+/, '/')}` };
  return path.startsWith('../') ? { uri: encoded } : { uri: encoded, uriBaseId: '%SRCROOT%' };
}

/** Facts about the run that belong to no line of a document. */
function notifications(report: Report, omitted: number): object[] {
  const incomplete = report.verdict === 'incomplete' ? 'error' : 'note';
  const notification = (level: string, text: string, file?: string): object => ({
    level,
    message: { text: messageText(text) },
    ...(file !== undefined &&
      file !== '-' && { locations: [{ physicalLocation: { artifactLocation: artifactLocation(file) } }] }),
  });
  const all = [
    ...(omitted > 0
      ? [
          notification(
            'warning',
            `${pluralize(omitted, 'more finding')} omitted: GitHub shows at most ${MAX_RESULTS}.`,
          ),
        ]
      : []),
    ...report.reasons.map(reason =>
      notification(report.verdict === 'incomplete' ? 'error' : 'warning', reason),
    ),
    ...coverageShortfalls(report).map(({ level, reached, required }) =>
      notification('error', `Coverage of ${coverageLabel(level)} is ${reached}%; ${required}% is required.`),
    ),
    ...report.sources.flatMap(({ file, truncated }) =>
      truncated === undefined ? [] : [notification('error', `The file is truncated: ${truncated}`, file)],
    ),
    ...(report.skipped ?? []).map(({ place, message }) =>
      notification(incomplete, `${placeText(place)} skipped: ${message}`, place.file),
    ),
    ...report.unreadable.map(({ place, message }) =>
      notification(incomplete, `${placeText(place)} unreadable: ${message}`, place.file),
    ),
  ];
  return [notification('note', accountingSentence(report)), ...all.slice(0, MAX_NOTIFICATIONS)];
}

function accountingSentence({ accounting: all }: Report): string {
  const reasons = accountingRows(all).filter(row => row.reasons.length > 0);
  return `${accountingSum(all)}. ${reasons.map(row => `${row.label}: ${listReasons(row.reasons)}`).join('; ')}`;
}
