// Holds a decoded body against the schema of its content, in either direction: the part that requests and responses share.
import { Buffer } from 'node:buffer';
import { type DecodedBody, decodeBody, decodeBytes } from '../exchange/body.ts';
import type { Pair } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { parseMediaType } from '../exchange/media-type.ts';
import type { FormPart } from '../exchange/multipart.ts';
import type { Message } from '../exchange/text-body.ts';
import { isBodyLongerThan } from '../exchange/text-body.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, Content } from '../openapi/model.ts';
import { annotateProperties } from '../schema/annotations.ts';
import type { Direction } from '../schema/dialect.ts';
import { findSchemaProblems, limitRepeats, type SchemaProblem } from '../schema/explain.ts';
import { likeliestValue, type TypeHints, typeHintsOf } from '../schema/type-hints.ts';
import { fieldEncodingOf, formValue, isStyledField } from './form-values.ts';

/** Bytes of a body beyond which the first fault ends the search: millions of faults would fill the memory. */
const LARGE_BODY = 1024 * 1024;

const BODY_CODES = {
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

export function validateBody(
  api: ApiSpec,
  content: Content,
  message: Message,
  direction: Direction,
  findings: Finding[],
): void {
  const decoded = decodeBody(message);
  const codesOfSide = BODY_CODES[direction];
  const root = `/${direction}/body`;
  const report = (code: FindingCode, message: string): void => {
    findings.push({
      code,
      message: `${direction} body ${message}`,
      at: root,
      location: api.documents.locate(content.node),
    });
  };
  switch (decoded.kind) {
    case 'empty':
      return;
    case 'malformed':
      report(codesOfSide.malformed, `cannot be parsed: ${decoded.reason}`);
      return;
    case 'not-recorded':
      report(codesOfSide['not-checkable'], `was not recorded: ${decoded.reason}`);
      return;
    default:
  }
  if (content.schema === undefined) return;
  const value = toSchemaValue(api, content, content.schema, decoded);
  if (value === undefined) {
    report(codesOfSide['not-checkable'], `of type ${content.mediaType} cannot be validated against a schema`);
    return;
  }
  if ('malformed' in value) {
    const { name, why } = value.malformed;
    const message = `${direction} body ${jsonPointer(name)} cannot be read: ${why}`;
    findings.push({
      code: codesOfSide.malformed,
      message,
      at: root + jsonPointer(name),
      location: api.documents.locate(content.node),
    });
    return;
  }
  try {
    const stopAtFirst = isBodyLongerThan(message, LARGE_BODY);
    validateValue(api, content.schema, value.json, direction, stopAtFirst, findings);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report(codesOfSide.malformed, 'cannot be validated: it is nested too deeply');
    return;
  }
  for (const steps of decoded.kind === 'json' ? decoded.imprecise : []) {
    const at = jsonPointer(...steps);
    const message = `${direction} body${at === '' ? '' : ` ${at}`} is an integer beyond 2^53, which most JSON parsers round`;
    findings.push({
      code: codesOfSide.imprecise,
      message,
      at: root + at,
      location: api.documents.locate(content.node),
    });
  }
}

function validateValue(
  api: ApiSpec,
  schema: NonNullable<Content['schema']>,
  value: unknown,
  direction: Direction,
  stopAtFirst: boolean,
  findings: Finding[],
): void {
  const codesOfSide = BODY_CODES[direction];
  const push = (code: FindingCode, problem: SchemaProblem): void => {
    const message = `${direction} body${problem.at === '' ? '' : ` ${problem.at}`} ${problem.message}`;
    findings.push({
      code,
      message,
      at: `/${direction}/body${problem.at}`,
      location: api.documents.locate(problem.address),
    });
  };
  const problems = findSchemaProblems(api.schemas, schema, value, {
    direction,
    errors: stopAtFirst ? 'first' : 'all',
  });
  for (const problem of problems) {
    push(
      codesOfSide.schema,
      stopAtFirst
        ? {
            ...problem,
            message: `${problem.message} (only the first error of a body this large is reported)`,
          }
        : problem,
    );
  }
  // The closed reading is compiled and fast, but a property that it objects to makes whole branches fail. So it only
  // raises the suspicion, and the annotations say what it is.
  if (!api.schemas.mayHaveUndocumented(schema, value, direction)) return;
  // Of a broken body it would only be told what is hidden.
  if (problems.length > 0 && !api.schemas.mayHideProperties(schema, direction)) return;
  const read = api.schemas.reader(schema, direction);
  const remarks = annotateProperties(read.reader, read.schema, value, direction).map(
    ({ kind, at, address: place }) => ({
      at,
      address: { ...place, uri: api.schemas.fileOf(place.uri) },
      keyword: kind,
      message:
        kind === 'undocumented'
          ? 'is not declared by the schema'
          : direction === 'request'
            ? 'is read-only and must not be sent in a request'
            : 'is write-only and must not be sent in a response',
    }),
  );
  for (const problem of limitRepeats(remarks)) {
    if (problem.keyword === 'hidden') push(codesOfSide.hidden, problem);
    // In a broken body no branch may hold, so "not named" would be said of named properties.
    else if (problems.length === 0) push(codesOfSide.undocumented, problem);
  }
}

/** The JSON value that a schema can be held against; undefined for bytes that are opaque to schemas. */
function toSchemaValue(
  api: ApiSpec,
  content: Content,
  schema: NonNullable<Content['schema']>,
  decoded: DecodedBody,
): { json: unknown } | { malformed: { name: string; why: string } } | undefined {
  const hints = typeHintsOf(api.documents, schema);
  switch (decoded.kind) {
    case 'json':
      return { json: decoded.value };
    case 'text':
      return /xml$/.test(parseMediaType(content.mediaType)?.essence ?? '')
        ? undefined
        : { json: likeliestValue(hints, decoded.text) };
    case 'form':
      return { json: formValue(content, hints, decoded.pairs) };
    case 'multipart':
      return toMultipartValue(content, hints, decoded.parts);
    case 'bytes':
      return hints.types.size === 0 || hints.types.has('string')
        ? { json: latin1Text(decoded.bytes) }
        : undefined;
    default:
      return undefined;
  }
}

function toMultipartValue(
  content: Content,
  hints: TypeHints,
  parts: readonly FormPart[],
): ReturnType<typeof toSchemaValue> {
  const [styledParts, plainParts] = [true, false].map(wanted =>
    parts.filter(({ name }) => isStyledField(content, hints, name) === wanted),
  ) as [FormPart[], FormPart[]];
  const pairs: Pair[] = [];
  for (const part of parts) {
    const isOther = plainParts.includes(part);
    const read = isOther
      ? decodePart(content, partTypeHints(hints, part), part)
      : decodeBytes(part.bytes, TEXT);
    if (read.kind === 'malformed') return { malformed: { name: part.name, why: read.reason } };
    const value = read.kind === 'text' ? read.text : '';
    // Nothing is escaped in a part: what looks like an escape is none.
    const raw = value.replaceAll('%', '%25').replaceAll('+', '%2B');
    if (!isOther) pairs.push({ name: part.name, value, raw });
  }
  const json = valuesByName(content, hints, plainParts);
  return { json: styledParts.length === 0 ? json : { ...json, ...formValue(content, hints, pairs) } };
}

const TEXT = parseMediaType('text/plain');

/** One property a part name; repeated names make an array. A part's own Content-Type decides how its bytes are read. */
function valuesByName(
  content: Content,
  hints: TypeHints,
  parts: readonly FormPart[],
): Record<string, unknown> {
  const grouped = new Map<string, unknown[]>();
  for (const part of parts) {
    const single = partTypeHints(hints, part);
    const list = grouped.get(part.name) ?? [];
    list.push(partValue(content, single, part));
    grouped.set(part.name, list);
  }
  return Object.fromEntries(
    [...grouped].map(([name, list]) => {
      const isList =
        list.length > 1 || (hints.properties.get(name)?.types.has('array') && !Array.isArray(list[0]));
      return [name, isList ? list : list[0]];
    }),
  );
}

/** One character an octet, so that minLength and maxLength count what OpenAPI says they count. */
function latin1Text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function partTypeHints(hints: TypeHints, { name }: FormPart): TypeHints | undefined {
  const property = hints.properties.get(name) ?? hints.additional;
  return property?.types.has('array') ? property.items : property;
}

function decodePart(content: Content, hints: TypeHints | undefined, part: FormPart): DecodedBody {
  // RFC 7578 section 4.4: a part without a type is text. OpenAPI: an object is JSON unless an encoding says otherwise.
  const { contentType } = fieldEncodingOf(content, part.name);
  const declaredType =
    typeof contentType === 'string' && !contentType.includes('*') ? contentType.split(',')[0] : undefined;
  const usual = declaredType ?? (hints?.types.has('object') ? 'application/json' : 'text/plain');
  return decodeBytes(part.bytes, parseMediaType(part.mediaType ?? usual));
}

function partValue(content: Content, hints: TypeHints | undefined, part: FormPart): unknown {
  const decoded = decodePart(content, hints, part);
  if (decoded.kind === 'json') return decoded.value;
  if (decoded.kind === 'text')
    return hints === undefined ? decoded.text : likeliestValue(hints, decoded.text);
  return decoded.kind === 'bytes' ? latin1Text(decoded.bytes) : '';
}
