// Request and response of a sample as lines for display side by side, with the lines of the finding marked.

import type { Issue, Sample, SampleBody } from '../check/report.ts';
import { splitPointer } from '../exchange/json-pointer.ts';
import { truncate } from '../finding/truncate.ts';
import { printable } from './safe-text.ts';

interface MessageLine {
  readonly text: string;
  readonly marked: boolean;
}

export interface MessageView {
  readonly title: string;
  readonly lines: readonly MessageLine[];
  readonly note: string;
}

const MAX_LINES = 120;
const LINES_BEFORE_MARK = 30;
const MAX_LINE_LENGTH = 400;
const MAX_HEADERS = 40;
/** A longer body is not parsed, and only its beginning is shown. */
const MAX_BODY_LENGTH = 60_000;

export function messageViews(issue: Issue): MessageView[] {
  const { request, response } = issue.sample;
  return [
    messageView('Request', `${request.method} ${request.url}`, request, markedPath(issue, 'request')),
    response === undefined
      ? { title: 'Response', lines: [], note: 'No response was recorded.' }
      : messageView('Response', `HTTP ${response.status}`, response, markedPath(issue, 'response')),
  ];
}

/** Path of the finding in the message: "body", "headers" ..., then the steps below; "*" for any index. Undefined: in the other message. */
type MarkedPath = readonly string[] | undefined;

function markedPath({ at, message }: Issue, side: 'request' | 'response'): MarkedPath {
  const [messageSide, ...steps] = splitPointer(at);
  if (messageSide !== side) return undefined;
  // `at` has "*" for indexes; the message of the finding has the index of the sample.
  const pointer = /\bbody (\/\S+)/.exec(message)?.[1];
  const exact = pointer === undefined ? undefined : splitPointer(pointer);
  const [part, ...below] = steps;
  const matches =
    part === 'body' &&
    exact?.length === below.length &&
    below.every((step, index) => step === '*' || step === exact[index]);
  return matches ? ['body', ...exact] : steps;
}

function messageView(
  title: string,
  startLine: string,
  { headers, body }: { headers: Sample['request']['headers']; body: SampleBody },
  pathToMark: MarkedPath,
): MessageView {
  const [part, name] = pathToMark ?? [];
  const isInStartLine = pathToMark !== undefined && ['status', 'path', 'query'].includes(part ?? '');
  const shown = headers.slice(0, MAX_HEADERS);
  const isMissingHeader = part === 'headers' && !headers.some(([key]) => key.toLowerCase() === name);
  const content = bodyLines(body, part === 'body' ? (pathToMark ?? []).slice(1) : undefined);
  return {
    title,
    lines: [
      line(startLine, isInStartLine || isMissingHeader || (pathToMark !== undefined && part === undefined)),
      ...shown.map(([key, value]) =>
        line(`${key}: ${value}`, part === 'headers' && key.toLowerCase() === name),
      ),
      ...(content.lines.length === 0 ? [] : [line('', false)]),
      ...content.lines,
    ],
    note: [
      headers.length > shown.length ? `${headers.length - shown.length} more headers.` : '',
      content.note,
    ]
      .filter(Boolean)
      .join(' '),
  };
}

function line(text: string, marked: boolean): MessageLine {
  return { text: printable(truncate(text.replaceAll('\t', '  '), MAX_LINE_LENGTH)), marked };
}

function bodyLines(body: SampleBody, steps: MarkedPath): { lines: readonly MessageLine[]; note: string } {
  if ('notRecorded' in body) {
    return { lines: [], note: `The body was not recorded: ${printable(truncate(body.notRecorded, 200))}.` };
  }
  const truncationNote =
    body.truncatedFrom === undefined ? '' : `Truncated; the whole body has ${body.truncatedFrom} bytes.`;
  if ('base64' in body)
    return { lines: [line(body.base64, steps !== undefined)], note: `Base64. ${truncationNote}`.trim() };
  if (body.text === '') return { lines: [], note: steps === undefined ? '' : 'The body is empty.' };
  const all = jsonBodyLines(body.text, steps) ?? plainLines(body.text, steps);
  return { ...limitLines(all), note: [limitLines(all).note, truncationNote].filter(Boolean).join(' ') };
}

/** A body that is not JSON has no inner places: all lines are marked if the finding is about the body. */
function plainLines(text: string, steps: MarkedPath): MessageLine[] {
  return text
    .slice(0, MAX_BODY_LENGTH)
    .split(/\r?\n/)
    .map(content => line(content, steps !== undefined && steps.length === 0));
}

/** Long bodies are shown around the first marked line. */
function limitLines(lines: readonly MessageLine[]): { lines: readonly MessageLine[]; note: string } {
  if (lines.length <= MAX_LINES) return { lines, note: '' };
  const mark = Math.max(
    lines.findIndex(({ marked }) => marked),
    0,
  );
  const from = Math.min(Math.max(mark - LINES_BEFORE_MARK, 0), lines.length - MAX_LINES);
  return {
    lines: lines.slice(from, from + MAX_LINES),
    note: `Lines ${from + 1} to ${from + MAX_LINES} of ${lines.length}.`,
  };
}

/** Key of the source text of a number: as a double, a number above 2^53 would lose digits. */
const SOURCE_TEXT = Symbol('source');

function jsonBodyLines(text: string, steps: MarkedPath): MessageLine[] | undefined {
  if (text.length > MAX_BODY_LENGTH) return undefined;
  try {
    const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown =>
      typeof value === 'number' ? { [SOURCE_TEXT]: context?.source ?? String(value) } : value;
    const value: unknown = JSON.parse(text, reviver);
    const pathInBody = steps === undefined ? undefined : nearestPath(value, steps);
    return [...jsonLines(value, '', '', [], pathInBody)];
  } catch {
    return undefined;
  }
}

/** The longest prefix of the path that exists in the value; for "*", in the first item that has the longest. */
function nearestPath(value: unknown, steps: readonly string[]): string[] {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null || SOURCE_TEXT in value) return [];
  const candidates = step === '*' ? Object.keys(value).slice(0, 1000) : [step];
  let best: string[] = [];
  for (const key of candidates) {
    if (!Object.hasOwn(value, key)) continue;
    const path = [key, ...nearestPath((value as Record<string, unknown>)[key], rest)];
    if (path.length > best.length) best = path;
    if (best.length === steps.length) break;
  }
  return best;
}

/** Formats JSON with two spaces. `path`: steps from this value to the marked one; undefined if it is elsewhere. */
function* jsonLines(
  value: unknown,
  before: string,
  after: string,
  at: readonly string[],
  path: readonly string[] | undefined,
): Generator<MessageLine> {
  const marked = path?.length === 0;
  const indent = '  '.repeat(at.length);
  if (typeof value !== 'object' || value === null || SOURCE_TEXT in value) {
    const text =
      typeof value === 'object' && value !== null
        ? String((value as { [SOURCE_TEXT]: string })[SOURCE_TEXT])
        : JSON.stringify(value);
    yield line(`${indent}${before}${text}${after}`, marked);
    return;
  }
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    yield line(`${indent}${before}${open}${close}${after}`, marked);
    return;
  }
  yield line(`${indent}${before}${open}`, marked);
  for (const [index, [key, inner]] of entries.entries()) {
    const comma = index < entries.length - 1 ? ',' : '';
    const below = path !== undefined && path[0] === key ? path.slice(1) : undefined;
    yield* jsonLines(inner, isList ? '' : `${JSON.stringify(key)}: `, comma, [...at, key], below);
  }
  yield line(`${indent}${close}${after}`, marked);
}
