// Both halves of a sample exchange as lines to be shown side by side, the lines that a finding is about marked.
import type { Group, Sample, ShownBody } from '../check/report.ts';
import { splitPointer } from '../finding/pointer.ts';
import { cut, printable } from './safe.ts';

interface Line {
  readonly text: string;
  readonly marked: boolean;
}

export interface Half {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly note: string;
}

const LINES_SHOWN = 120;
const LINES_BEFORE_MARK = 30;
const WIDTH = 400;
const HEADERS_SHOWN = 40;
/** Of a longer body only the beginning is looked at. */
const BODY_SHOWN = 60_000;

export function halves(group: Group): Half[] {
  const { request, response } = group.sample;
  return [
    half('Request', `${request.method} ${request.url}`, request, target(group, 'request')),
    response === undefined
      ? { title: 'Response', lines: [], note: 'There was no response.' }
      : half('Response', `HTTP ${response.status}`, response, target(group, 'response')),
  ];
}

/** What a finding points at: "body", "headers" ...; the steps below that, "*" for any index. */
type Target = readonly string[] | undefined;

function target({ at, message }: Group, side: 'request' | 'response'): Target {
  const [half, ...steps] = splitPointer(at);
  if (half !== side) return undefined;
  // The message names the very place that the grouping has generalised.
  const named = /\bbody (\/\S+)/.exec(message)?.[1];
  const exact = named === undefined ? undefined : splitPointer(named);
  const [part, ...below] = steps;
  const fits =
    part === 'body' &&
    exact?.length === below.length &&
    below.every((step, index) => step === '*' || step === exact[index]);
  return fits ? ['body', ...exact] : steps;
}

function half(
  title: string,
  first: string,
  { headers, body }: { headers: Sample['request']['headers']; body: ShownBody },
  wanted: Target,
): Half {
  const [part, name] = wanted ?? [];
  const inFirst = wanted !== undefined && ['status', 'path', 'query'].includes(part ?? '');
  const shown = headers.slice(0, HEADERS_SHOWN);
  const missing = part === 'headers' && !headers.some(([key]) => key.toLowerCase() === name);
  const content = bodyLines(body, part === 'body' ? (wanted ?? []).slice(1) : undefined);
  return {
    title,
    lines: [
      line(first, inFirst || missing || (wanted !== undefined && part === undefined)),
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

function line(text: string, marked: boolean): Line {
  return { text: printable(cut(text.replaceAll('\t', '  '), WIDTH)), marked };
}

function bodyLines(body: ShownBody, steps: Target): { lines: readonly Line[]; note: string } {
  if ('notRecorded' in body) {
    return { lines: [], note: `The body was not recorded: ${printable(cut(body.notRecorded, 200))}.` };
  }
  const whole = body.cutFrom === undefined ? '' : `The whole body has ${body.cutFrom} bytes.`;
  if ('base64' in body)
    return { lines: [line(body.base64, steps !== undefined)], note: `Base64. ${whole}`.trim() };
  if (body.text === '') return { lines: [], note: steps === undefined ? '' : 'The body is empty.' };
  const all = structured(body.text, steps) ?? plainLines(body.text, steps);
  return { ...windowed(all), note: [windowed(all).note, whole].filter(Boolean).join(' ') };
}

/** A body that is no JSON is marked as a whole, where it is the body that the finding is about. */
function plainLines(text: string, steps: Target): Line[] {
  return text
    .slice(0, BODY_SHOWN)
    .split(/\r?\n/)
    .map(content => line(content, steps !== undefined && steps.length === 0));
}

/** Long bodies are shown around the first marked line. */
function windowed(lines: readonly Line[]): { lines: readonly Line[]; note: string } {
  if (lines.length <= LINES_SHOWN) return { lines, note: '' };
  const mark = Math.max(
    lines.findIndex(({ marked }) => marked),
    0,
  );
  const from = Math.min(Math.max(mark - LINES_BEFORE_MARK, 0), lines.length - LINES_SHOWN);
  return {
    lines: lines.slice(from, from + LINES_SHOWN),
    note: `Lines ${from + 1} to ${from + LINES_SHOWN} of ${lines.length}.`,
  };
}

/** A number as it was written: beyond 2^53 it would be shown wrong. */
const SOURCE = Symbol('source');

function structured(text: string, steps: Target): Line[] | undefined {
  if (text.length > BODY_SHOWN) return undefined;
  try {
    const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown =>
      typeof value === 'number' ? { [SOURCE]: context?.source ?? String(value) } : value;
    const value: unknown = JSON.parse(text, reviver);
    const found = steps === undefined ? undefined : deepest(value, steps);
    return [...printed(value, '', '', [], found)];
  } catch {
    return undefined;
  }
}

/** The place itself or, where something is missing, the nearest place around it; of "*" the first that has it. */
function deepest(value: unknown, steps: readonly string[]): string[] {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null || SOURCE in value) return [];
  const candidates = step === '*' ? Object.keys(value).slice(0, 1000) : [step];
  let best: string[] = [];
  for (const key of candidates) {
    if (!Object.hasOwn(value, key)) continue;
    const path = [key, ...deepest((value as Record<string, unknown>)[key], rest)];
    if (path.length > best.length) best = path;
    if (best.length === steps.length) break;
  }
  return best;
}

/** Depth first, two spaces; `path` leads to the marked place, and is undefined off its way. */
function* printed(
  value: unknown,
  before: string,
  after: string,
  at: readonly string[],
  path: readonly string[] | undefined,
): Generator<Line> {
  const marked = path?.length === 0;
  const indent = '  '.repeat(at.length);
  if (typeof value !== 'object' || value === null || SOURCE in value) {
    const shown =
      typeof value === 'object' && value !== null
        ? String((value as { [SOURCE]: string })[SOURCE])
        : JSON.stringify(value);
    yield line(`${indent}${before}${shown}${after}`, marked);
    return;
  }
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = list ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    yield line(`${indent}${before}${open}${close}${after}`, marked);
    return;
  }
  yield line(`${indent}${before}${open}`, marked);
  for (const [index, [key, inner]] of entries.entries()) {
    const comma = index < entries.length - 1 ? ',' : '';
    const below = path !== undefined && path[0] === key ? path.slice(1) : undefined;
    yield* printed(inner, list ? '' : `${JSON.stringify(key)}: `, comma, [...at, key], below);
  }
  yield line(`${indent}${close}${after}`, marked);
}
