// One exchange as a self-contained HTML file for a bug report: request, response, findings, and why the mock answered so.

import { decodeBody } from '../exchange/body.ts';
import { decodeBodyText } from '../exchange/charset.ts';
import { type Exchange, type Headers, isRecorded } from '../exchange/exchange.ts';
import { type FormattedLine, formatJson } from '../exchange/format-json.ts';
import type { Message } from '../exchange/text-body.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import { pluralize } from '../finding/plural.ts';
import { type Severity, severityOf } from '../finding/severity.ts';
import { EVIDENCE_STYLE, EVIDENCE_TEMPLATE } from './evidence-template.ts';
import { parsePageTemplate, policyHash } from './html-engine.ts';
import { printable, shortLine } from './safe-text.ts';

/** The lines of a document around the one that a finding names. */
export interface EvidenceSource {
  /** The number of the first line. */
  readonly from: number;
  readonly lines: readonly string[];
}

export interface Evidence {
  /** "deadringer 1.2.0" */
  readonly tool: string;
  /** Redacted. */
  readonly exchange: Exchange;
  readonly session: string;
  readonly verdict: 'passed' | 'failed' | 'problem';
  /** "getPet of petstore"; undefined: no operation matches. */
  readonly operation: string | undefined;
  readonly findings: readonly { readonly finding: Finding; readonly source: EvidenceSource | undefined }[];
  readonly why: readonly {
    readonly step: string;
    readonly text: string;
    readonly location?: string;
    readonly detail?: readonly string[];
  }[];
  readonly curl: string;
  /** What else it takes to get the same response again. */
  readonly repeatHint: string | undefined;
}

const VERDICT_TEXTS = {
  passed: 'Passed',
  failed: 'Failed: the request or the response violates the document',
  problem: 'Problem: the response is an error of the mock',
} as const satisfies Record<Evidence['verdict'], string>;

const SEVERITY_TEXTS = { error: 'Error', warning: 'Warning', note: 'Note' } as const satisfies Record<
  Severity,
  string
>;

const MAX_FINDINGS = 100;
/** Characters of a body that are shown. */
const MAX_BODY = 1_000_000;
/** Lines of a body that are shown. */
const MAX_LINES = 20_000;
/** Characters of a line that is not of a body. */
const MAX_LINE = 2000;

const render = parsePageTemplate(EVIDENCE_TEMPLATE);

export function renderEvidence(evidence: Evidence): string {
  const { exchange, findings, why, verdict } = evidence;
  const { request, response, redacted = [] } = exchange;
  const target = `${request.path}${request.query === '' ? '' : `?${request.query}`}`;
  return render({
    style: EVIDENCE_STYLE,
    styleHash: policyHash(EVIDENCE_STYLE),
    tool: evidence.tool,
    method: shortLine(request.method, 40),
    target: shortLine(target, MAX_LINE),
    title: shortLine(`${request.method} ${request.path} ${response?.status ?? 'without a response'}`, 120),
    status: response?.status ?? 'no response',
    verdict,
    verdictText: VERDICT_TEXTS[verdict],
    facts: [
      ['Operation', evidence.operation ?? 'none'],
      ['Session', evidence.session],
      ['Time', `${new Date(exchange.startedAt).toISOString().replace('T', ' ').replace('Z', '')} UTC`],
      ['Duration', `${exchange.duration.toFixed(1)} ms`],
      ['Exchange', exchange.id],
    ].map(([name, value]) => ({ name, value: shortLine(value ?? '', 200) })),
    findings: findings.slice(0, MAX_FINDINGS).map(findingData),
    moreFindings: Math.max(findings.length - MAX_FINDINGS, 0),
    why: why.map(step => ({
      ...step,
      text: shortLine(step.text, MAX_LINE),
      location: printable(step.location ?? ''),
      detail: (step.detail ?? []).map(text => shortLine(text, MAX_LINE)),
    })),
    messages: [
      messageData('Request', `${request.method} ${target}`, request, pointersOf(findings, '/request')),
      response === undefined
        ? { title: 'Response', start: 'No response was sent.', headers: [], lines: [], note: '' }
        : messageData('Response', `HTTP ${response.status}`, response, pointersOf(findings, '/response')),
    ],
    curl: evidence.curl.split('\n').map(printable).join('\n'),
    repeatHint: shortLine(evidence.repeatHint ?? '', MAX_LINE),
    redacted: pluralize(redacted.length, 'value'),
    redactedCount: redacted.length,
  });
}

function findingData({ finding, source }: Evidence['findings'][number]): object {
  const { code, message, at, location } = finding;
  return {
    severity: severityOf(code),
    severityText: SEVERITY_TEXTS[severityOf(code)],
    message: shortLine(message, MAX_LINE),
    code,
    at: shortLine(at, MAX_LINE),
    location: location === undefined ? '' : printable(formatLocation(location)),
    lines: (source?.lines ?? []).map((text, index) => ({
      number: (source?.from ?? 1) + index,
      text: shortLine(text, 400),
      marked: (source?.from ?? 1) + index === location?.line,
    })),
  };
}

/** Pointers into the body of one message. */
function pointersOf(findings: Evidence['findings'], message: '/request' | '/response'): string[] {
  return findings
    .map(({ finding }) => finding.at)
    .filter(at => at.startsWith(`${message}/body`))
    .map(at => at.slice(`${message}/body`.length));
}

function messageData(title: string, start: string, message: Message, pointers: readonly string[]): object {
  const { lines, note } = bodyData(message, pointers);
  return { title, start: shortLine(start, MAX_LINE), headers: headerData(message.headers), lines, note };
}

function headerData(headers: Headers): { name: string; value: string }[] {
  return Object.entries(headers).flatMap(([name, values = []]) =>
    values.map(value => ({ name: printable(name), value: shortLine(value, MAX_LINE) })),
  );
}

/** The body as lines; a binary one as its size. */
function bodyData(
  message: Message,
  pointers: readonly string[],
): { readonly lines: readonly FormattedLine[]; readonly note: string } {
  const { body } = message;
  if (!isRecorded(body))
    return { lines: [], note: `The body was not recorded: ${printable(body.notRecorded)}.` };
  if (body.length === 0) return { lines: [], note: 'The body is empty.' };
  const text = decodeBodyText(message)?.text;
  if (text === undefined)
    return { lines: [], note: `The body has ${pluralize(body.length, 'byte')} that are no text.` };
  const { kind } = decodeBody(message);
  const beginning = text.slice(0, MAX_BODY);
  const all =
    kind === 'json' || kind === 'deep-json'
      ? formatJson(beginning, pointers)
      : beginning.split(/\r?\n/).map(each => ({ text: each, marked: false }));
  const lines = all.slice(0, MAX_LINES);
  const isWhole = text.length <= MAX_BODY && all.length <= MAX_LINES;
  return {
    lines: lines.map(each => ({ ...each, text: printable(each.text.replaceAll('\t', '  ')) })),
    note: isWhole ? '' : `Only the beginning; the whole body has ${body.length} bytes.`,
  };
}
