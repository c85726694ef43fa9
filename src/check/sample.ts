// The sample exchange of an issue: request and response, bounded and redacted, with expected and actual value.
import { Buffer } from 'node:buffer';
import type { DocumentSet } from '../document/documents.ts';
import { decodeBody } from '../exchange/body.ts';
import { curlHeaders, toCurl } from '../exchange/curl.ts';
import { type Body, type Exchange, type Headers, header, isRecorded } from '../exchange/exchange.ts';
import { jsonPointer, splitPointer, valueAt } from '../exchange/json-pointer.ts';
import type { RedactionResult } from '../exchange/redact.ts';
import type { SourceLocation } from '../finding/finding.ts';
import { truncate } from '../finding/truncate.ts';
import type { RecordedEntry } from '../recording/model.ts';
import type { Difference } from './difference.ts';
import type { Sample, SampleBody } from './report.ts';

/** Bounds of a sample, so that reports stay small: bytes of a body, characters of a value, of a header field and of a URL. */
const MAX_BODY_BYTES = 4096;
const MAX_VALUE_LENGTH = 200;
const MAX_FIELD_LENGTH = 1024;
const MAX_FIELDS = 100;
const MAX_CURL_LENGTH = 16_384;

/** @param redaction the redacted exchange, or the original one with --show-values */
export function sampleOf(
  { place, origin }: RecordedEntry & { kind: 'exchange' },
  { exchange, scrub }: RedactionResult,
  isOperation: boolean,
  documents: DocumentSet,
  finding: Difference,
): Sample {
  const { request, response, startedAt } = exchange;
  const query = request.query === '' ? '' : `?${request.query}`;
  // For a difference, the recorded value is the expected one.
  const { recorded: recordedText, current: currentText } = finding.values?.() ?? {};
  const isDifference = recordedText !== undefined || currentText !== undefined;
  const expected = isDifference
    ? shortText(recordedText && scrub(recordedText))
    : isOperation
      ? expectedValue(documents, finding.location)
      : undefined;
  const actual = isDifference
    ? shortText(currentText && scrub(currentText))
    : actualValue(exchange, finding.at);
  return {
    place,
    ...(startedAt > 0 && { startedAt: new Date(startedAt).toISOString() }),
    request: {
      method: request.method,
      url: truncate(`${origin}${request.path}${query}`, MAX_FIELD_LENGTH),
      headers: showHeaders(request.headers),
      body: showBody(request.body),
    },
    ...(response !== undefined && {
      response: {
        status: response.status,
        headers: showHeaders(response.headers),
        body: showBody(response.body),
      },
    }),
    curl: truncate(
      toCurl(origin, { ...request, headers: curlHeaders(request.headers) }, MAX_BODY_BYTES),
      MAX_CURL_LENGTH,
    ),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
  };
}

function showHeaders(headers: Headers): [string, string][] {
  return Object.entries(headers)
    .flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [
        truncate(name, MAX_FIELD_LENGTH),
        truncate(value, MAX_FIELD_LENGTH),
      ]),
    )
    .slice(0, MAX_FIELDS);
}

function showBody(body: Body): SampleBody {
  if (!isRecorded(body)) return { notRecorded: body.notRecorded };
  const shown = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, MAX_BODY_BYTES));
  const truncation = body.length > MAX_BODY_BYTES ? { truncatedFrom: body.length } : undefined;
  // Truncation can split a character; omit it.
  const text = shown.toString('utf8').replace(/\uFFFD$/, '');
  const isText = truncation !== undefined || Buffer.byteLength(text) === shown.length;
  return isText && !text.includes('\uFFFD')
    ? { text, ...truncation }
    : { base64: shown.toString('base64'), ...truncation };
}

/** The violated rule of the document, shortened: "type: number". */
function expectedValue(documents: DocumentSet, location: SourceLocation | undefined): string | undefined {
  if (location === undefined) return undefined;
  const uri = documents.uriOf(location.file);
  const value = uri === undefined ? undefined : valueAt(documents.root(uri).value, location.pointer);
  const keyword = splitPointer(location.pointer).at(-1);
  if (value === undefined || keyword === undefined || /^\d+$/.test(keyword)) return undefined;
  // Omit a long object such as an operation or a response: the line is enough.
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_LENGTH && typeof value === 'object'
    ? undefined
    : truncate(`${keyword}: ${text}`, MAX_VALUE_LENGTH);
}

function actualValue({ request, response }: Exchange, at: string): string | undefined {
  const [side, part, ...steps] = splitPointer(at);
  const message = side === 'response' ? response : request;
  if (message === undefined) return undefined;
  switch (part) {
    case 'status':
      return String(response?.status);
    case 'headers':
      return shortText(header(message.headers, steps[0] ?? ''));
    case 'body': {
      const decoded = decodeBody(message);
      if (decoded.kind !== 'json') return undefined;
      const value = valueAt(decoded.value, jsonPointer(...steps));
      return value === undefined ? undefined : truncate(JSON.stringify(value), MAX_VALUE_LENGTH);
    }
    default:
      return undefined;
  }
}

function shortText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : truncate(text, MAX_VALUE_LENGTH);
}
