// Validates the body of a request or a response against the schema of its content.

import { type DecodedBody, decodeBody } from '../exchange/body.ts';
import { isRecorded } from '../exchange/exchange.ts';
import type { ImpreciseNumber } from '../exchange/imprecise-numbers.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isMediaRange, mediaTypeOf } from '../exchange/media-type.ts';
import { isBodyLongerThan, type Message } from '../exchange/text-body.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { Finding } from '../finding/finding.ts';
import { inferenceNote } from '../openapi/inferred.ts';
import type { ApiSpec, Content } from '../openapi/model.ts';
import type { Direction, ValidationMode } from '../schema/dialect.ts';
import { TooManyEvaluations } from '../schema/evaluation-budget.ts';
import { findNumberProblems } from '../schema/exact-numbers.ts';
import type { SchemaProblem } from '../schema/explain.ts';
import type { QuoteTest } from '../schema/quoted-value.ts';
import { UnusableSchema } from '../schema/schemas.ts';
import { typeHintsOf } from '../schema/type-hints.ts';
import { schemaValue } from './body-value.ts';
import { checkPartEncodings } from './part-encodings.ts';
import { findPropertyProblems } from './property-problems.ts';
import { notCheckable } from './unusable.ts';

/** Bytes. Validation of a larger body stops at the first error: millions of errors would fill the memory. */
const LARGE_BODY = 1024 * 1024;

const BODY_CODES = {
  request: {
    malformed: 'request-body-malformed',
    schema: 'request-body-schema',
    undecodable: 'request-body-undecodable',
    'not-checkable': 'request-body-not-checkable',
    undocumented: 'request-property-undocumented',
    hidden: 'request-property-read-only',
    imprecise: 'request-number-imprecise',
  },
  response: {
    malformed: 'response-body-malformed',
    schema: 'response-body-schema',
    undecodable: 'response-body-undecodable',
    'not-checkable': 'response-body-not-checkable',
    undocumented: 'response-property-undocumented',
    hidden: 'response-property-write-only',
    imprecise: 'response-number-imprecise',
  },
} as const satisfies Record<Direction, Record<string, FindingCode>>;

/**
 * Adds the findings about a body to `findings`. An empty body has none: the caller reports a missing one.
 * @param mayQuote decides which values of the body the messages quote
 */
export function validateBody(
  api: ApiSpec,
  content: Content,
  message: Message,
  direction: Direction,
  mayQuote: QuoteTest,
  findings: Finding[],
): void {
  const decoded = bodyOfSchema(api, content, message);
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
      if (decoded.undecodable) report(codes.undecodable, `broke off or cannot be decoded: ${decoded.reason}`);
      else report(codes['not-checkable'], `was not recorded: ${decoded.reason}`);
      return;
    default:
  }
  if (content.schema === undefined) return;
  const { schema } = content;
  if (decoded.kind === 'multipart') checkPartEncodings(api, content, decoded.parts, direction, findings);
  const value = schemaValue(api, content, schema, decoded, message);
  if (value === undefined) {
    const sent = isMediaRange(content.mediaType) ? mediaTypeOf(message.headers)?.essence : undefined;
    const mediaType = sent ?? content.mediaType;
    report(codes['not-checkable'], `of type ${mediaType} cannot be validated against a schema`);
    return;
  }
  if ('malformed' in value) {
    const { name, message: problem } = value.malformed;
    const at = name === undefined ? '' : jsonPointer(name);
    findings.push({
      code: codes.malformed,
      message: `${direction} body ${at === '' ? '' : `${at} `}cannot be parsed: ${problem}`,
      at: root + at,
      location: api.documents.locate(content.node),
    });
    return;
  }
  const imprecise = decoded.kind === 'json' ? decoded.imprecise : (value.imprecise ?? []);
  try {
    const mode = { direction, errors: isBodyLongerThan(message, LARGE_BODY) ? 'first' : 'all' } as const;
    api.schemas.budget.open(value.json, () =>
      validateValue(api, schema, { value: value.json, imprecise }, mode, mayQuote, findings),
    );
  } catch (error) {
    if (error instanceof UnusableSchema) {
      findings.push(notCheckable(error.finding, direction));
      return;
    }
    if (error instanceof TooManyEvaluations) {
      report(codes['not-checkable'], 'cannot be validated: its schema takes too many evaluations');
      return;
    }
    if (!(error instanceof RangeError)) throw error;
    report(codes.malformed, 'cannot be validated: it is nested too deeply');
    return;
  }
  for (const { path, source } of imprecise.filter(each => !each.isExact)) {
    const at = jsonPointer(...path);
    const kind = source.includes('.') ? 'a fraction with too many digits' : 'an integer beyond 2^53';
    const message = `${direction} body${at === '' ? '' : ` ${at}`} is ${kind}, which most JSON parsers round`;
    findings.push({
      code: codes.imprecise,
      message,
      at: root + at,
      location: api.documents.locate(content.node),
    });
  }
}

/** Parts that are described as one string are bytes. A form is one in any case. */
function bodyOfSchema(api: ApiSpec, { mediaType, schema }: Content, message: Message): DecodedBody {
  const isBytes = /^multipart\/(?!form-data)/.test(mediaType) && typeHintsOf(api, schema).types.has('string');
  return isBytes && isRecorded(message.body) ? { kind: 'bytes', bytes: message.body } : decodeBody(message);
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
      message: message + inferenceNote(api),
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
      problem.isUndecided ? codes['not-checkable'] : codes.schema,
      stopAtFirst && !problem.isUndecided
        ? {
            ...problem,
            message: `${problem.message} (only the first error of a body this large is reported)`,
          }
        : problem,
    );
  }
  for (const problem of findPropertyProblems(api.schemas, schema, value, direction))
    push(problem.keyword === 'hidden' ? codes.hidden : codes.undocumented, problem);
}
