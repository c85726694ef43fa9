// Holds a decoded body against the schema of its content, in either direction: the part that requests and responses share.
import { Buffer } from 'node:buffer';
import { type Decoded, decodeBody, decodeBytes, type Message } from '../../exchange/body.ts';
import type { Pair } from '../../exchange/exchange.ts';
import { parseMediaType } from '../../exchange/media-type.ts';
import type { Part as FormPart } from '../../exchange/multipart.ts';
import { isLonger } from '../../exchange/text-body.ts';
import type { FindingCode } from '../../finding/catalogue.ts';
import type { Finding } from '../../finding/finding.ts';
import { pointer } from '../../finding/pointer.ts';
import { remarksOn } from '../annotations.ts';
import type { ApiSpec, Content } from '../contract.ts';
import type { Direction } from '../dialect.ts';
import { cap, type Problem, problemsOf } from '../explain.ts';
import { encodingOf, formValue, isStyledField } from '../form.ts';
import { reading, type Shape, shapeOf } from '../shape.ts';

/** Bytes of a body beyond which the first fault ends the search: millions of faults would fill the memory. */
const LARGE = 1024 * 1024;

const CODES = {
  request: {
    malformed: 'request-body-malformed',
    schema: 'request-body-schema',
    'not-checkable': 'request-body-not-checkable',
    undocumented: 'request-property-undocumented',
    hidden: 'request-property-read-only',
    imprecise: 'request-number-imprecise',
  },
  response: {
    malformed: 'response-body-malformed',
    schema: 'response-body-schema',
    'not-checkable': 'response-body-not-checkable',
    undocumented: 'response-property-undocumented',
    hidden: 'response-property-write-only',
    imprecise: 'response-number-imprecise',
  },
} as const satisfies Record<Direction, Record<string, FindingCode>>;

export function judgeBody(
  api: ApiSpec,
  content: Content,
  message: Message,
  direction: Direction,
  findings: Finding[],
): void {
  const decoded = decodeBody(message);
  const codes = CODES[direction];
  const root = `/${direction}/body`;
  const report = (code: FindingCode, message: string): void => {
    findings.push({
      code,
      message: `${direction} body ${message}`,
      at: root,
      clause: api.sources.clause(content.part),
    });
  };
  switch (decoded.kind) {
    case 'empty':
      return;
    case 'malformed':
      report(codes.malformed, `cannot be read: ${decoded.why}`);
      return;
    case 'not-recorded':
      report(codes['not-checkable'], `was not recorded: ${decoded.why}`);
      return;
    default:
  }
  if (content.schema === undefined) return;
  const value = judgeable(api, content, content.schema, decoded);
  if (value === undefined) {
    report(codes['not-checkable'], `of ${content.mediaType} cannot be held against a schema`);
    return;
  }
  if ('malformed' in value) {
    const { name, why } = value.malformed;
    const message = `${direction} body ${pointer(name)} cannot be read: ${why}`;
    findings.push({
      code: codes.malformed,
      message,
      at: root + pointer(name),
      clause: api.sources.clause(content.part),
    });
    return;
  }
  try {
    const brief = isLonger(message, LARGE);
    judgeValue(api, content.schema, value.json, direction, brief, findings);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report(codes.malformed, 'cannot be judged: it is nested too deeply');
    return;
  }
  for (const steps of decoded.kind === 'json' ? decoded.imprecise : []) {
    const at = pointer(...steps);
    const message = `${direction} body${at === '' ? '' : ` ${at}`} is an integer beyond 2^53, which most JSON readers round`;
    findings.push({
      code: codes.imprecise,
      message,
      at: root + at,
      clause: api.sources.clause(content.part),
    });
  }
}

function judgeValue(
  api: ApiSpec,
  schema: NonNullable<Content['schema']>,
  value: unknown,
  direction: Direction,
  brief: boolean,
  findings: Finding[],
): void {
  const codes = CODES[direction];
  const push = (code: FindingCode, problem: Problem): void => {
    const message = `${direction} body${problem.at === '' ? '' : ` ${problem.at}`} ${problem.message}`;
    findings.push({
      code,
      message,
      at: `/${direction}/body${problem.at}`,
      clause: api.sources.clause(problem.place),
    });
  };
  const broken = problemsOf(api.schemas, schema, value, { direction, strictness: brief ? 'brief' : 'plain' });
  for (const problem of broken) {
    push(
      codes.schema,
      brief
        ? { ...problem, message: `${problem.message} (in a body this large, only the first fault is told)` }
        : problem,
    );
  }
  // The closed reading is compiled and fast, but a property that it objects to makes whole branches fail. So it only
  // raises the suspicion, and the annotations say what it is.
  if (!api.schemas.suspects(schema, value, direction)) return;
  // Of a broken body it would only be told what is hidden.
  if (broken.length > 0 && !api.schemas.mayHide(schema, direction)) return;
  const read = api.schemas.reader(schema, direction);
  const remarks = remarksOn(read.reader, read.schema, value, direction).map(({ kind, at, place }) => ({
    at,
    place: { ...place, uri: api.schemas.fileOf(place.uri) },
    keyword: kind,
    message:
      kind === 'undocumented'
        ? 'is not a property that the schema names'
        : direction === 'request'
          ? 'is read-only and must not be sent'
          : 'is write-only and must not be sent back',
  }));
  for (const problem of cap(remarks)) {
    if (problem.keyword === 'hidden') push(codes.hidden, problem);
    // In a broken body no branch may hold, so "not named" would be said of named properties.
    else if (broken.length === 0) push(codes.undocumented, problem);
  }
}

/** The JSON value that a schema can be held against; undefined for bytes that are opaque to schemas. */
function judgeable(
  api: ApiSpec,
  content: Content,
  schema: NonNullable<Content['schema']>,
  decoded: Decoded,
): { json: unknown } | { malformed: { name: string; why: string } } | undefined {
  const shape = shapeOf(api.sources, schema);
  switch (decoded.kind) {
    case 'json':
      return { json: decoded.value };
    case 'text':
      return /xml$/.test(parseMediaType(content.mediaType)?.essence ?? '')
        ? undefined
        : { json: reading(shape, decoded.text) };
    case 'form':
      return { json: formValue(content, shape, decoded.pairs) };
    case 'multipart':
      return judgeableParts(content, shape, decoded.parts);
    case 'bytes':
      return shape.types.size === 0 || shape.types.has('string')
        ? { json: octets(decoded.bytes) }
        : undefined;
    default:
      return undefined;
  }
}

function judgeableParts(
  content: Content,
  shape: Shape,
  parts: readonly FormPart[],
): ReturnType<typeof judgeable> {
  const [styled, others] = [true, false].map(wanted =>
    parts.filter(({ name }) => isStyledField(content, shape, name) === wanted),
  ) as [FormPart[], FormPart[]];
  const pairs: Pair[] = [];
  for (const part of parts) {
    const isOther = others.includes(part);
    const read = isOther ? decodePart(content, partShape(shape, part), part) : decodeBytes(part.bytes, TEXT);
    if (read.kind === 'malformed') return { malformed: { name: part.name, why: read.why } };
    const value = read.kind === 'text' ? read.text : '';
    // Nothing is escaped in a part: what looks like an escape is none.
    const raw = value.replaceAll('%', '%25').replaceAll('+', '%2B');
    if (!isOther) pairs.push({ name: part.name, value, raw });
  }
  const json = multipartValue(content, shape, others);
  return { json: styled.length === 0 ? json : { ...json, ...formValue(content, shape, pairs) } };
}

const TEXT = parseMediaType('text/plain');

/** One property a part name; repeated names make an array. A part's own Content-Type decides how its bytes are read. */
function multipartValue(content: Content, shape: Shape, parts: readonly FormPart[]): Record<string, unknown> {
  const grouped = new Map<string, unknown[]>();
  for (const part of parts) {
    const single = partShape(shape, part);
    const list = grouped.get(part.name) ?? [];
    list.push(partValue(content, single, part));
    grouped.set(part.name, list);
  }
  return Object.fromEntries(
    [...grouped].map(([name, list]) => {
      const isList =
        list.length > 1 || (shape.properties.get(name)?.types.has('array') && !Array.isArray(list[0]));
      return [name, isList ? list : list[0]];
    }),
  );
}

/** One character an octet, so that minLength and maxLength count what OpenAPI says they count. */
function octets(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function partShape(shape: Shape, { name }: FormPart): Shape | undefined {
  const property = shape.properties.get(name) ?? shape.additional;
  return property?.types.has('array') ? property.items : property;
}

function decodePart(content: Content, shape: Shape | undefined, part: FormPart): Decoded {
  // RFC 7578 section 4.4: a part without a type is text. OpenAPI: an object is JSON unless an encoding says otherwise.
  const { contentType } = encodingOf(content, part.name);
  const said =
    typeof contentType === 'string' && !contentType.includes('*') ? contentType.split(',')[0] : undefined;
  const usual = said ?? (shape?.types.has('object') ? 'application/json' : 'text/plain');
  return decodeBytes(part.bytes, parseMediaType(part.mediaType ?? usual));
}

function partValue(content: Content, shape: Shape | undefined, part: FormPart): unknown {
  const decoded = decodePart(content, shape, part);
  if (decoded.kind === 'json') return decoded.value;
  if (decoded.kind === 'text') return shape === undefined ? decoded.text : reading(shape, decoded.text);
  return decoded.kind === 'bytes' ? octets(decoded.bytes) : '';
}
