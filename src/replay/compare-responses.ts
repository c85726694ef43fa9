// Compares the current response with the recorded one: status, headers, media type, body.
import { Buffer } from 'node:buffer';
import type { Difference, DifferenceValues } from '../check/difference.ts';
import { decodeBody } from '../exchange/body.ts';
import { header, isRecorded, isWithheld, type Response } from '../exchange/exchange.ts';
import { isCommonHeader, isSignificantHeader } from '../exchange/header-names.ts';
import { jsonPointer, valueAt } from '../exchange/json-pointer.ts';
import { closestMediaType, isJson, mediaTypeOf } from '../exchange/media-type.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { SourceLocation } from '../finding/finding.ts';
import { type Operation, responseFor } from '../openapi/model.ts';
import { readBodyValue } from '../validate/body-value.ts';
import { compareJson } from './compare-json.ts';
import type { Comparator, JsonChange } from './json-change.ts';
import { bodyLocation, headerLocation, responseLocation } from './source-locations.ts';

export interface ComparisonOptions {
  /** Undefined: the exchange is undocumented. */
  readonly operation: Operation | undefined;
  /** The location of differences in an undocumented exchange. */
  readonly fallbackLocation: SourceLocation;
  /** Both responses without secrets. Called only if there is a difference: redaction is expensive. */
  readonly redacted: () => { readonly recorded: Response; readonly current: Response };
  readonly comparator: Comparator;
  /** Whether two different header values count as equal. */
  readonly isSameHeader: (recorded: string, current: string, name: string) => boolean;
  /** True: a changed value is a difference; false: advice. */
  readonly strictValues: boolean;
}

const CODES = {
  removed: 'answer-member-gone',
  added: 'answer-member-new',
  renamed: 'answer-member-renamed',
  type: 'answer-type-differs',
} as const satisfies Partial<Record<JsonChange['kind'], FindingCode>>;

/** @param method of the request: the response to HEAD has no body (RFC 9110, 9.3.2) */
export function compareResponses(
  recorded: Response,
  current: Response,
  method: string,
  comparison: ComparisonOptions,
): Difference[] {
  const { operation, redacted } = comparison;
  const location =
    operation === undefined ? comparison.fallbackLocation : responseLocation(operation, recorded);
  if (recorded.status !== current.status) {
    // With another status everything differs: only the status is reported.
    const message = `status is ${current.status}; recorded: ${recorded.status}`;
    const values = (): DifferenceValues => ({
      recorded: String(recorded.status),
      current: String(current.status),
    });
    return [{ code: 'answer-status-differs', message, at: '/response/status', location, values }];
  }
  const differences = compareHeaders(recorded, current, comparison);
  // The validation of the response reports a current body that is not recorded.
  if (method === 'HEAD' || !isRecorded(current.body)) return differences;
  const at = '/response/body';
  const notCompared = (reason: string): Difference[] => {
    const message = `response body is not compared: ${reason}`;
    return [...differences, { code: 'answer-not-compared', message, at, location }];
  };
  if (!isRecorded(recorded.body)) {
    // Browsers do not record the body of a redirect.
    if (recorded.status >= 300 && recorded.status < 400) return differences;
    return notCompared(`the recording does not contain it (${recorded.body.notRecorded})`);
  }
  if ((recorded.body.length === 0) !== (current.body.length === 0)) {
    const isGone = current.body.length === 0;
    const [recordedText, currentText] = [describeSize(recorded.body), describeSize(current.body)];
    differences.push({
      code: isGone ? 'answer-body-gone' : 'answer-body-new',
      message: isGone ? 'response body is missing' : 'response body is new; recorded: no body',
      at,
      location,
      values: () => ({ recorded: recordedText, current: currentText }),
    });
    return differences;
  }
  if (recorded.body.length === 0) return differences;
  if (isWithheld(recorded, 'content-type') && header(recorded.headers, 'content-type') === undefined)
    return notCompared('the recording omits its media type');
  const [recordedType, currentType] = [recorded, current].map(
    ({ headers }) => mediaTypeOf(headers)?.essence ?? '',
  ) as [string, string];
  if (recordedType !== currentType) {
    const message = `response body is ${currentType || 'without a media type'}; recorded: ${recordedType || 'without a media type'}`;
    const headerPointer = '/response/headers/content-type';
    const values = (): DifferenceValues => ({ recorded: recordedType, current: currentType });
    differences.push({ code: 'answer-media-type-differs', message, at: headerPointer, location, values });
    return differences;
  }
  if (mediaTypeParameters(recorded) !== mediaTypeParameters(current)) {
    const values = headerValues('content-type', redacted);
    const message = 'media type parameters of the response body differ';
    const headerPointer = '/response/headers/content-type';
    differences.push({ code: valueCode(comparison), message, at: headerPointer, location, values });
  }
  const [before, after] = [decodeBody(recorded), decodeBody(current)];
  const start = Buffer.from(recorded.body.subarray(0, 1000)).toString('utf8');
  if (before.kind !== 'json' && comparison.comparator.isUnknown(start))
    return notCompared('the recording has a mark in place of it');
  const [old, now] = [recorded, current].map(response => comparableValue(operation, response));
  if (old !== undefined && now !== undefined) {
    const changes = compareJson(old.json, now.json, comparison.comparator).filter(
      // The length of a list depends on the data; it counts only with strict values.
      ({ kind }) => kind !== 'length' || comparison.strictValues,
    );
    if (changes.length > 0) differences.push(...describeChanges(changes, recorded, comparison));
  } else if (before.kind !== after.kind) {
    const message = `response body is ${after.kind}; recorded: ${before.kind}`;
    differences.push({ code: 'answer-type-differs', message, at, location });
  } else if (!Buffer.from(recorded.body).equals(current.body)) {
    const [recordedText, currentText] = [describeSize(recorded.body), describeSize(current.body)];
    const values = (): DifferenceValues =>
      before.kind === 'text' ? textValues(redacted()) : { recorded: recordedText, current: currentText };
    const message = `response body ${before.kind === 'text' ? 'text ' : ''}differs from the recorded one`;
    differences.push({ code: valueCode(comparison), message, at, location, values });
  }
  return differences;
}

/** The value of a body of any format that its schema describes; undefined: it is compared as text or bytes. */
function comparableValue(
  operation: Operation | undefined,
  response: Response,
): { readonly json: unknown } | undefined {
  const decoded = decodeBody(response);
  if (decoded.kind === 'json') return { json: decoded.value };
  const mediaType = mediaTypeOf(response.headers);
  if (operation === undefined || mediaType === undefined || decoded.kind === 'deep-json') return undefined;
  const content = closestMediaType(responseFor(operation, response.status)?.contents ?? [], mediaType);
  const value = content && readBodyValue(operation.api, content, response);
  return typeof value?.json === 'object' && value.json !== null ? value : undefined;
}

function compareHeaders(recorded: Response, current: Response, comparison: ComparisonOptions): Difference[] {
  const { operation } = comparison;
  const declared = new Set(
    (operation && responseFor(operation, recorded.status))?.headers.map(({ name }) => name.toLowerCase()),
  );
  const names = [...new Set([...Object.keys(recorded.headers), ...Object.keys(current.headers)])].sort();
  return names.flatMap((name): Difference[] => {
    const isCompared = declared.has(name) || isSignificantHeader(name) || !isCommonHeader(name);
    if (!isCompared || isWithheld(recorded, name) || isWithheld(current, name)) return [];
    const [before, after] = [header(recorded.headers, name), header(current.headers, name)];
    const at = `/response/headers${jsonPointer(name)}`;
    const location =
      operation === undefined ? comparison.fallbackLocation : headerLocation(operation, recorded, name);
    if (before !== undefined && after !== undefined) {
      if (before === after || comparison.isSameHeader(before, after, name)) return [];
      const message = `response header "${name}" has a different value`;
      return [
        {
          code: valueCode(comparison),
          message,
          at,
          location,
          values: headerValues(name, comparison.redacted),
        },
      ];
    }
    const code = after === undefined ? 'answer-header-gone' : 'answer-header-new';
    const message = `response header "${name}" is ${after === undefined ? 'missing' : 'new'}`;
    return [{ code, message, at, location, values: headerValues(name, comparison.redacted) }];
  });
}

function headerValues(name: string, redacted: ComparisonOptions['redacted']): () => DifferenceValues {
  const headerValue = ({ headers }: Response): string => header(headers, name) ?? 'nothing';
  return () => ({ recorded: headerValue(redacted().recorded), current: headerValue(redacted().current) });
}

function describeChanges(
  changes: readonly JsonChange[],
  recorded: Response,
  comparison: ComparisonOptions,
): Difference[] {
  const { operation, redacted } = comparison;
  const valueIn = (response: Response, steps: readonly string[]): string => {
    const value = valueAt(comparableValue(operation, response)?.json, jsonPointer(...steps));
    return value === undefined ? '' : toJson(value);
  };
  return changes.map(({ kind, steps, currentSteps = steps, text }) => {
    const pointer = jsonPointer(...steps);
    const values = (): DifferenceValues => {
      const before = kind === 'added' ? 'nothing' : valueIn(redacted().recorded, steps);
      const after = kind === 'removed' ? 'nothing' : valueIn(redacted().current, currentSteps);
      const prefixes = kind === 'renamed' ? [`"${steps.at(-1)}": `, `"${currentSteps.at(-1)}": `] : ['', ''];
      // A path with "*" has no single value to show.
      return {
        ...(before !== '' && { recorded: prefixes[0] + before }),
        ...(after !== '' && { current: prefixes[1] + after }),
      };
    };
    return {
      code: kind === 'value' || kind === 'length' ? valueCode(comparison) : CODES[kind],
      message: `response body ${pointer} ${text}`.replace('  ', ' '),
      at: `/response/body${pointer}`,
      location:
        operation === undefined ? comparison.fallbackLocation : bodyLocation(operation, recorded, steps),
      values,
    };
  });
}

/** JSON.parse does not recurse, but JSON.stringify does: a deeply nested value overflows its stack. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return '(nested too deeply to show)';
  }
}

function valueCode({ strictValues }: ComparisonOptions): FindingCode {
  return strictValues ? 'answer-value-changed' : 'answer-value-differs';
}

/** Parameters with a meaning for the body: not the boundary, and not the charset of JSON (RFC 8259, 11). */
function mediaTypeParameters({ headers }: Response): string {
  const { essence = '', parameters = {} } = mediaTypeOf(headers) ?? {};
  const significant = Object.entries(parameters)
    .filter(([name]) => name !== 'boundary' && !(name === 'charset' && isJson(essence)))
    .map(([name, value]) => `${name}=${name === 'charset' ? value.toLowerCase() : value}`);
  return significant.sort().join('; ');
}

function describeSize(body: Uint8Array): string {
  return body.length === 0 ? 'nothing' : `${body.length} bytes`;
}

function textValues({ recorded, current }: { recorded: Response; current: Response }): DifferenceValues {
  const text = ({ body }: Response): string => (isRecorded(body) ? Buffer.from(body).toString('utf8') : '');
  return { recorded: text(recorded), current: text(current) };
}
