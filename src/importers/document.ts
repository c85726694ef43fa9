// Writes an OpenAPI document for imported rules that no document describes: paths, methods and statuses, with examples.
import { parseMediaType } from '../exchange/media-type.ts';
import { isTemplate } from '../scenario/template.ts';
import { conditionTest } from '../schema/schemas.ts';
import type { BindTarget } from './bind-rules.ts';
import { contentTypeOf, pathShape } from './bind-rules.ts';
import type { ImportedReply, ImportedRule } from './model.ts';
import type { BoundSegment } from './path-marks.ts';
import type { PathPattern } from './path-pattern.ts';

const ALL_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/** Methods for which OpenAPI 3.1 has a name. */
export const DOCUMENT_METHODS: ReadonlySet<string> = new Set([...ALL_METHODS, 'TRACE']);

/** How many segments a path with an open end may have beyond its own. */
const MAX_OPEN_SEGMENTS = 3;

/** The operations for rules; a path is written once, with the names that the first rule gives its variables. */
export function targetsFor(rules: readonly ImportedRule[]): BindTarget[] {
  const shapes = new Map<string, readonly BoundSegment[]>();
  const targets = new Map<string, BindTarget>();
  for (const { methods, path } of rules) {
    for (const segments of segmentLists(path)) {
      const shape = pathShape(segments);
      const known = shapes.get(shape) ?? segments;
      shapes.set(shape, known);
      for (const method of methods.length === 0 ? ALL_METHODS : methods) {
        const on = `${method} ${templateOf(known)}`;
        if (!targets.has(`${method} ${shape}`))
          targets.set(`${method} ${shape}`, { on, method, segments: known });
      }
    }
  }
  return [...targets.values()];
}

function segmentLists({ segments, isOpen }: PathPattern): BoundSegment[][] {
  const used = new Set<string>();
  const unique = (wanted: string): string => {
    let name = wanted;
    for (let next = 2; used.has(name); next++) name = `${wanted}${next}`;
    used.add(name);
    return name;
  };
  const own = segments.map((segment, index): BoundSegment => {
    if ('literal' in segment && !/[{}]/.test(segment.literal)) return segment;
    const name = 'name' in segment ? segment.name : undefined;
    return { variable: unique(name?.replace(/[^\w.-]/g, '_') ?? `part${index + 1}`) };
  });
  if (!isOpen) return [own];
  const rest = Array.from(
    { length: MAX_OPEN_SEGMENTS },
    (_, index): BoundSegment => ({
      variable: unique(`rest${index + 1}`),
    }),
  );
  const lists = rest.map((_, index) => [...own, ...rest.slice(0, index + 1)]);
  return own.length === 0 ? [[], ...lists] : lists;
}

/** The path template of OpenAPI. */
function templateOf(segments: readonly BoundSegment[]): string {
  const parts = segments.map(segment =>
    'literal' in segment
      ? encodeURI(segment.literal.toWellFormed()).replace(/[?#]/g, encodeURIComponent)
      : `{${segment.variable}}`,
  );
  return `/${parts.join('/')}`;
}

interface MutableResponse {
  description: string;
  content?: Record<string, { examples?: Record<string, { value: unknown }> }>;
}

export interface DocumentedOperation {
  readonly target: BindTarget;
  /** The rules that may answer it. */
  readonly rules: readonly ImportedRule[];
}

/** Examples that a response has at most. */
const MAX_EXAMPLES = 5;

/** @param more members of path items that are described otherwise */
export function writeDocument(
  title: string,
  origin: string,
  operations: readonly DocumentedOperation[],
  more: Readonly<Record<string, object>> = {},
): object {
  const paths: Record<string, Record<string, unknown>> = { ...more } as Record<
    string,
    Record<string, unknown>
  >;
  for (const { target, rules } of operations) {
    const template = templateOf(target.segments);
    const item = paths[template] ?? {};
    paths[template] = item;
    const parameters = target.segments.flatMap((segment, index) =>
      'variable' in segment ? [pathParameter(segment.variable, sampleOf(index, rules))] : [],
    );
    if (item.parameters === undefined && parameters.length > 0) item.parameters = parameters;
    item[target.method.toLowerCase()] = {
      requestBody: { content: { '*/*': {} } },
      responses: responsesOf(rules),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title,
      version: '1',
      description: `Made from ${origin}: it describes only what the imported rules reply.`,
    },
    paths,
  };
}

function pathParameter(name: string, example: string | undefined): object {
  const schema = { type: 'string' };
  return { name, in: 'path', required: true, schema, ...(example !== undefined && { example }) };
}

/** Texts of which one matches most expressions of a segment. */
const SAMPLES = ['1', '123', '12345', 'a', 'abc', 'A1', '2026-01-01', '7f9c24e5-3b0a-4d6e-9f21-8c5d2b7e1a40'];

/** A text that each rule with an expression for the segment matches: suggested requests and lint use it. */
function sampleOf(index: number, rules: readonly ImportedRule[]): string | undefined {
  const tests = rules.flatMap(({ path }) => {
    const segment = path.segments[index];
    return segment !== undefined && 'expression' in segment && segment.expression !== undefined
      ? [conditionTest(segment.expression)]
      : [];
  });
  return tests.length === 0 ? undefined : SAMPLES.find(text => tests.every(test => test(text)));
}

function responsesOf(rules: readonly ImportedRule[]): Record<string, MutableResponse> {
  const responses: Record<string, MutableResponse> = {};
  for (const { reply } of rules) {
    if ('upstream' in reply) responses.default ??= { description: 'A response of the real service.' };
    else for (const each of reply) addReply(responses, each);
  }
  // Sent when no rule applies.
  responses['404'] ??= { description: 'No imported rule applies.' };
  return responses;
}

function addReply(responses: Record<string, MutableResponse>, reply: ImportedReply): void {
  const key = typeof reply.status === 'number' ? String(reply.status) : 'default';
  const response: MutableResponse = responses[key] ?? { description: `Status ${key}.` };
  responses[key] = response;
  const type = contentTypeOf(reply);
  if ((reply.text ?? reply.bytes) === undefined) return;
  const essence = (isTemplate(type ?? '') ? undefined : parseMediaType(type ?? '')?.essence) ?? '*/*';
  response.content ??= {};
  const content = response.content[essence] ?? {};
  response.content[essence] = content;
  const value = exampleOf(reply, essence);
  const count = Object.keys(content.examples ?? {}).length;
  if (value === undefined || count >= MAX_EXAMPLES) return;
  content.examples ??= {};
  content.examples[`example-${count + 1}`] = { value };
}

function exampleOf({ text, bytes }: ImportedReply, essence: string): unknown {
  if (text === undefined || bytes !== undefined || isTemplate(text) || text.length > 10_000) return undefined;
  if (!/[/+]json$/.test(essence)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
