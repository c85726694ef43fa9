// The sample exchange of an issue: request and response, bounded and redacted, with expected and actual value.
import { Buffer } from 'node:buffer';
import type { DocumentSet } from '../document/documents.ts';
import { decodeBody } from '../exchange/body.ts';
import { toCurl } from '../exchange/curl.ts';
import { type Body, type Exchange, type Headers, header, isRecorded } from '../exchange/exchange.ts';
import { jsonPointer, splitPointer, valueAt } from '../exchange/json-pointer.ts';
import type { RedactionResult } from '../exchange/redact.ts';
import type { SourceLocation } from '../finding/finding.ts';
import type { RecordedEntry } from '../recording/model.ts';
import type { Difference } from './difference.ts';
import type { Sample, SampleBody } from './report.ts';

/** Bytes of a body that are shown, characters of a value, of a header and of a URL. Reports stay small whatever comes in. */
const MAX_BODY_BYTES = 4096;
const MAX_VALUE_LENGTH = 200;
const MAX_FIELD_LENGTH = 1024;
const MAX_FIELDS = 100;
const MAX_CURL_LENGTH = 16_384;

/** @param clean the exchange without secrets, unless the user asked for them */
export function sampleOf(
  { place, origin }: RecordedEntry & { kind: 'exchange' },
  { exchange, scrub }: RedactionResult,
  isOperation: boolean,
  sources: DocumentSet,
  finding: Difference,
): Sample {
  const { request, response, startedAt } = exchange;
  const query = request.query === '' ? '' : `?${request.query}`;
  // Of a difference, what was recorded is what was expected.
  const { recorded: recordedText, current: currentText } = finding.values?.() ?? {};
  const isDifference = recordedText !== undefined || currentText !== undefined;
  const expected = isDifference
    ? shortText(recordedText && scrub(recordedText))
    : isOperation
      ? expectedValue(sources, finding.location)
      : undefined;
  const actual = isDifference
    ? shortText(currentText && scrub(currentText))
    : actualValue(exchange, finding.at);
  return {
    place,
    ...(startedAt > 0 && { startedAt: new Date(startedAt).toISOString() }),
    request: {
      method: request.method,
      url: shorten(`${origin}${request.path}${query}`, MAX_FIELD_LENGTH),
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
    curl: shorten(
      toCurl(origin, { ...request, headers: curlHeaders(request.headers) }, MAX_BODY_BYTES),
      MAX_CURL_LENGTH,
    ),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
  };
}

/** Fields that curl makes itself, or that would make it do what a browser did beside the question. */
const OMITTED_IN_CURL =
  /^(host|content-length|connection|accept-encoding|sec-.*|user-agent|origin|referer|dnt|te)$/;

function curlHeaders(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OMITTED_IN_CURL.test(name)));
}

function showHeaders(headers: Headers): [string, string][] {
  return Object.entries(headers)
    .flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [
        shorten(name, MAX_FIELD_LENGTH),
        shorten(value, MAX_FIELD_LENGTH),
      ]),
    )
    .slice(0, MAX_FIELDS);
}

function showBody(body: Body): SampleBody {
  if (!isRecorded(body)) return { notRecorded: body.notRecorded };
  const shown = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, MAX_BODY_BYTES));
  const cut = body.length > MAX_BODY_BYTES ? { cutFrom: body.length } : undefined;
  // A cut may go through the middle of a character; that one is left out.
  const text = shown.toString('utf8').replace(/\uFFFD$/, '');
  const isText = cut !== undefined || Buffer.byteLength(text) === shown.length;
  return isText && !text.includes('\uFFFD') ? { text, ...cut } : { base64: shown.toString('base64'), ...cut };
}

/** What the document says at the clause, in a few words: "type: number". */
function expectedValue(sources: DocumentSet, location: SourceLocation | undefined): string | undefined {
  if (location === undefined) return undefined;
  const uri = sources.uris().find(each => sources.file(each) === location.file);
  const value = uri === undefined ? undefined : valueAt(sources.root(uri).value, location.pointer);
  const keyword = splitPointer(location.pointer).at(-1);
  if (value === undefined || keyword === undefined || /^\d+$/.test(keyword)) return undefined;
  // Of a whole operation or response the line says enough.
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_LENGTH && typeof value === 'object'
    ? undefined
    : shorten(`${keyword}: ${text}`, MAX_VALUE_LENGTH);
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
      return value === undefined ? undefined : shorten(JSON.stringify(value), MAX_VALUE_LENGTH);
    }
    default:
      return undefined;
  }
}

function shortText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : shorten(text, MAX_VALUE_LENGTH);
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}
