// Findings, served requests and server errors as lines. Colours only on a terminal, and never when NO_COLOR is set.
import { shellWord } from '../exchange/curl.ts';
import { redactPathForLog } from '../exchange/redact.ts';
import { adviceLines, findingLine } from '../finding/advice.ts';
import { catalogueEntry, type FindingCode } from '../finding/catalogue.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import { severityOf } from '../finding/severity.ts';
import type { ServerError } from '../http/options.ts';
import { rateLimitText } from '../mock/explain/rate-limit-text.ts';
import type { SentRequest, ServeEvent } from '../mock/serve-event.ts';
import { redactedNames } from '../openapi/model.ts';
import { formatFinding } from '../reporters/finding-line.ts';
import { printable, printableLines, type TextStyle } from '../reporters/safe-text.ts';
import { pathValuesOf } from '../routing/path-values.ts';
import type { DeliverySpec } from '../scenario/scenario.ts';

/** A finding as the control API sends it. */
export function formatShownFinding(
  {
    code,
    message,
    location,
  }: { readonly code: FindingCode; readonly message: string; readonly location?: string },
  style: TextStyle,
): string {
  const severity = severityOf(code);
  const label = style(severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'dim', severity);
  const place = location === undefined ? '' : `${printable(location)} `;
  return `  ${place}${label} ${printable(message)} ${style('dim', `(${code})`)}`;
}

/** Findings about documents that a command lists; "lint" lists the others. */
const LISTED_FINDINGS = 10;

/** What is wrong with the documents that a command uses all the same. */
export function documentFindingLines(
  findings: readonly Finding[],
  specs: readonly string[],
  style: TextStyle,
): string[] {
  if (findings.length === 0) return [];
  const more = findings.length - LISTED_FINDINGS;
  const command = `deadringer lint ${specs.map(each => shellWord(printable(each))).join(' ')}`;
  return [
    ...findings.slice(0, LISTED_FINDINGS).map(finding => formatFinding(finding, style)),
    style(
      'yellow',
      `${more > 0 ? `... and ${more} more; ` : ''}all else in the documents is used; see "${command}"`,
    ),
  ];
}

/** The path for a log: tokens in it are redacted. */
export function redactedRequestPath({ operation, redactPersonal }: ServeEvent, path: string): string {
  return redactPathForLog(
    path,
    redactedNames(operation?.api, redactPersonal),
    operation && pathValuesOf(operation, path),
  );
}

/** The findings for a log. Those about what no document declares quote the path, or names of the client. */
export function shownFindings({ operation, findings, redactPersonal }: ServeEvent): readonly Finding[] {
  const isQuoting = ({ code }: Finding): boolean =>
    operation === undefined || catalogueEntry(code).kind === 'undocumented';
  if (!findings.some(isQuoting)) return findings;
  const names = redactedNames(operation?.api, redactPersonal);
  const redactMessage = (message: string): string =>
    operation === undefined
      ? redactPathForLog(message, names)
      : message.replace(TOKEN_LIKE, word =>
          word === operation.id ? word : redactPathForLog(`/${word}`, names).slice(1),
        );
  return findings.map(finding =>
    isQuoting(finding) ? { ...finding, message: redactMessage(finding.message) } : finding,
  );
}

/** A word that may be a token, which is sent as a name: "?sk_live_..." */
const TOKEN_LIKE = /[^\s"/]{16,}/g;

/** "PUT /petstore/pets/7 updatePet 400 1.2ms request body /name must be ... (specs/petstore.yaml:46)" */
export function formatServeEvent(event: ServeEvent, style: TextStyle): string {
  const { exchange, operation, refusedFor, tolerated, problem, findings, upstream, sent } = event;
  const status = exchange.response?.status ?? 0;
  const colour = status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green';
  const words = [
    exchange.request.method.padEnd(7),
    printable(`${sent?.origin ?? ''}${redactedRequestPath(event, exchange.request.path)}`),
    style('cyan', printable(operation?.id ?? '-')),
    style(colour, sent !== undefined && status === 0 ? 'no response' : String(status)),
    style('dim', `${exchange.duration.toFixed(1)}ms`),
  ];
  if (sent !== undefined) words.push(style('dim', sentText(sent)));
  if (problem !== undefined)
    words.push(
      style('red', `deadringer: ${problem}${refusedFor === undefined && sent === undefined ? '' : ':'}`),
    );
  if (refusedFor !== undefined) words.push(findingText(refusedFor));
  if (sent?.failure !== undefined) words.push(style('red', printable(sent.failure)));
  if (tolerated?.validation === 'warn')
    words.push(style('yellow', 'would be rejected:'), findingText(tolerated.finding));
  if (upstream !== undefined) words.push(style('dim', `from ${upstream.origin}`));
  if (upstream?.failure !== undefined) words.push(style('red', printable(upstream.failure)));
  const lines = [words.join(' ')];
  // Another program responded: list the findings of request and response.
  if (sent !== undefined || (upstream !== undefined && upstream.failure === undefined))
    return [...lines, ...shownFindings(event).map(finding => `  ${formatFinding(finding, style)}`)].join(
      '\n',
    );
  for (const line of adviceLines(shownFindings(event)))
    lines.push(`  ${style('yellow', 'advice:')} ${printable(line)}`);
  if (event.rateLimit?.isExceeded)
    lines.push(`  ${style('yellow', 'rate limit:')} ${printable(rateLimitText(event.rateLimit))}`);
  if (event.offContract !== undefined) {
    lines.push(`  ${style('yellow', 'off-contract:')} ${printable(event.offContract)}`);
    return lines.join('\n');
  }
  // An invalid mock response is a fault of the document: always report it.
  for (const finding of findings) {
    if (finding.code.startsWith('response-') || finding.code === 'status-undocumented') {
      lines.push(`  ${style('red', 'mock response:')} ${findingText(finding)}`);
    }
  }
  return lines.join('\n');
}

/** "callback of a1b2-3" */
export function sentText({ kind, cause }: Pick<SentRequest, 'kind' | 'cause'>): string {
  return cause === undefined ? kind : `${kind} of ${cause}`;
}

function findingText(finding: Finding): string {
  return printable(findingLine(finding));
}

/** "delay 500ms, percent 20" */
export function deliveryText(delivery: DeliverySpec): string {
  const text = (value: unknown): string =>
    typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([key, inner]) => `${key} ${text(inner)}`)
          .join(' ')
      : String(value);
  return Object.entries(delivery)
    .map(([key, value]) => `${key} ${text(value)}${key === 'delay' && typeof value === 'number' ? 'ms' : ''}`)
    .join(', ');
}

/** One JSON object per line. Of headers, query and body it contains only what the messages of findings quote. */
export function serveEventJson(event: ServeEvent): string {
  const { exchange, operation, refusedFor, problem, upstream, sent } = event;
  return JSON.stringify({
    time: new Date(exchange.startedAt).toISOString(),
    id: exchange.id,
    method: exchange.request.method,
    path: redactedRequestPath(event, exchange.request.path),
    api: operation?.api.name,
    operation: operation?.id,
    status: exchange.response?.status,
    milliseconds: Number(exchange.duration.toFixed(3)),
    refusedFor: refusedFor?.code,
    wouldReject: event.tolerated?.finding.code,
    problem,
    upstream: upstream && { ...upstream, path: redactedRequestPath(event, upstream.path) },
    sent,
    findings: shownFindings(event).map(({ code, message, at, location }) => ({
      code,
      message,
      at,
      location: location && formatLocation(location),
    })),
  });
}

export function formatServerError(serverError: ServerError, style: TextStyle): string {
  switch (serverError.kind) {
    case 'bug':
      return `${style('red', 'internal error')} in ${printable(serverError.request)}: ${printableLines(serverError.error instanceof Error ? `${serverError.error.stack}` : String(serverError.error))}`;
    case 'client-disconnected':
      return `${printable(serverError.request)} ${style('yellow', 'the client disconnected before the request was complete')}`;
    case 'telemetry':
    case 'replicas':
      return style('yellow', printable(serverError.message));
    case 'malformed-http':
      return style('yellow', `malformed HTTP was rejected with an error (${serverError.code})`);
  }
}
