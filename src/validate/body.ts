// Validates the body of a request or a response against the schema of its content.

import { type DecodedBody, decodeBody } from '../exchange/body.ts';
import { isRecorded } from '../exchange/exchange.ts';
import type { ImpreciseNumber } from '../exchange/imprecise-integers.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { parseMediaType } from '../exchange/media-type.ts';
import type { Message } from '../exchange/text-body.ts';
import { isBodyLongerThan } from '../exchange/text-body.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import type { ApiSpec, Content } from '../openapi/model.ts';
import { hiddenProperties, undocumentedProperties } from '../schema/annotations.ts';
import type { Direction, ValidationMode } from '../schema/dialect.ts';
import { findNumberProblems } from '../schema/exact-numbers.ts';
import { limitRepeats, type SchemaProblem } from '../schema/explain.ts';
import type { QuoteTest } from '../schema/quoted-value.ts';
import { memberValue, typeHintsOf } from '../schema/type-hints.ts';
import { formValue } from './form-values.ts';
import { latin1Text, multipartValue, type SchemaValue } from './multipart-value.ts';
import { checkPartEncodings } from './part-encodings.ts';

/** Bytes. Validation of a larger body stops at the first error: millions of errors would fill the memory. */
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

/**
 * Adds the findings about a body to `findings`. An empty body has none: the caller reports a missing one.
 * @param mayQuote decides which values of the body the messages quote
 * @throws UnusableSchema when the schema does not compile
 */
export function validateBody(
  api: ApiSpec,
  content: Content,
  message: Message,
  direction: Direction,
  mayQuote: QuoteTest,
  findings: Finding[],
): void {
  const decoded = decodeBody(message);
  const codes = BODY_CODES[direction];
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
      report(codes.malformed, `cannot be parsed: ${decoded.reason}`);
      return;
    case 'not-recorded':
      report(codes['not-checkable'], `was not recorded: ${decoded.reason}`);
      return;
    default:
  }
  if (content.schema === undefined) return;
  if (decoded.kind === 'multipart') checkPartEncodings(api, content, decoded.parts, direction, findings);
  const value = toSchemaValue(api, content, content.schema, decoded, message);
  if (value === undefined) {
    report(codes['not-checkable'], `of type ${content.mediaType} cannot be validated against a schema`);
    return;
  }
  if ('malformed' in value) {
    const { name, message: problem } = value.malformed;
    const message = `${direction} body ${jsonPointer(name)} cannot be parsed: ${problem}`;
    findings.push({
      code: codes.malformed,
      message,
      at: root + jsonPointer(name),
      location: api.documents.locate(content.node),
    });
    return;
  }
  try {
    const mode = { direction, errors: isBodyLongerThan(message, LARGE_BODY) ? 'first' : 'all' } as const;
    const imprecise = decoded.kind === 'json' ? decoded.imprecise : [];
    validateValue(api, content.schema, { value: value.json, imprecise }, mode, mayQuote, findings);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report(codes.malformed, 'cannot be validated: it is nested too deeply');
    return;
  }
  for (const { path, source } of decoded.kind === 'json' ? decoded.imprecise : []) {
    const at = jsonPointer(...path);
    const kind = source.includes('.')
      ? 'a fraction with more digits than a double'
      : 'an integer beyond 2^53';
    const message = `${direction} body${at === '' ? '' : ` ${at}`} is ${kind}, which most JSON parsers round`;
    findings.push({
      code: codes.imprecise,
      message,
      at: root + at,
      location: api.documents.locate(content.node),
    });
  }
}

function validateValue(
  api: ApiSpec,
  schema: NonNullable<Content['schema']>,
  { value, imprecise }: { readonly value: unknown; readonly imprecise: readonly ImpreciseNumber[] },
  mode: ValidationMode,
  mayQuote: QuoteTest,
  findings: Finding[],
): void {
  const { direction } = mode;
  const stopAtFirst = mode.errors === 'first';
  const codes = BODY_CODES[direction];
  const push = (code: FindingCode, problem: SchemaProblem): void => {
    const message = `${direction} body${problem.at === '' ? '' : ` ${problem.at}`} ${problem.message}`;
    findings.push({
      code,
      message,
      at: `/${direction}/body${problem.at}`,
      location: api.documents.locate(problem.address),
    });
  };
  // Finding the secrets of a large body takes too long.
  const problems = findNumberProblems(
    api.schemas,
    schema,
    value,
    imprecise,
    mode,
    stopAtFirst ? () => false : mayQuote,
  );
  for (const problem of problems) {
    push(
      codes.schema,
      stopAtFirst
        ? {
            ...problem,
            message: `${problem.message} (only the first error of a body this large is reported)`,
          }
        : problem,
    );
  }
  // The compiled check for undocumented properties is fast, but one such property makes whole branches of the schema
  // fail. Therefore it only tells that there may be some; the annotations find out which.
  if (!api.schemas.mayHaveUndocumented(schema, value, direction)) return;
  const { reader, schema: start } = api.schemas.reader(schema, direction);
  const hidden = api.schemas.mayHideProperties(schema, direction)
    ? hiddenProperties(reader, start, value, direction)
    : [];
  const propertyProblems = [...hidden, ...undocumentedProperties(reader, start, value)].map(
    ({ kind, at, address }) => ({
      at,
      address: { ...address, uri: api.schemas.fileOf(address.uri) },
      keyword: kind,
      message:
        kind === 'undocumented'
          ? 'is not declared by the schema'
          : direction === 'request'
            ? 'is read-only and must not be sent in a request'
            : 'is write-only and must not be sent in a response',
    }),
  );
  for (const problem of limitRepeats(propertyProblems)) {
    push(problem.keyword === 'hidden' ? codes.hidden : codes.undocumented, problem);
  }
}

/** The value to validate against the schema; undefined for a body that a schema cannot describe. */
function toSchemaValue(
  api: ApiSpec,
  content: Content,
  schema: NonNullable<Content['schema']>,
  decoded: DecodedBody,
  message: Message,
): SchemaValue | undefined {
  const hints = typeHintsOf(api, schema);
  if (decoded.kind === 'form' || decoded.kind === 'multipart') {
    // A form whose schema is no object is described as a whole: a text, or a list, of which OpenAPI defines no fields.
    const isObject = hints.types.size === 0 || hints.types.has('object');
    if (!isObject)
      return hints.types.has('string') && isRecorded(message.body)
        ? { json: latin1Text(message.body) }
        : undefined;
  }
  switch (decoded.kind) {
    case 'json':
      return { json: decoded.value };
    case 'text':
      return /xml$/.test(parseMediaType(content.mediaType)?.essence ?? '')
        ? undefined
        : { json: memberValue(hints, decoded.text) };
    case 'form':
      return { json: formValue(content, hints, decoded.pairs) };
    case 'multipart':
      return multipartValue(content, hints, decoded.parts);
    case 'bytes':
      return hints.types.size === 0 || hints.types.has('string')
        ? { json: latin1Text(decoded.bytes) }
        : undefined;
    default:
      return undefined;
  }
}
