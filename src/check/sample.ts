// The exchange that is shown for a group of findings: both halves, bounded, without secrets, and what is wrong in it.
import { Buffer } from 'node:buffer';
import type { Sources } from '../contract/sources.ts';
import { decodeBody } from '../exchange/body.ts';
import { toCurl } from '../exchange/curl.ts';
import { type Body, type Exchange, type Headers, header, isRecorded } from '../exchange/exchange.ts';
import type { Redacted } from '../exchange/redact.ts';
import type { Clause } from '../finding/finding.ts';
import { follow, pointer, splitPointer } from '../finding/pointer.ts';
import type { Recorded } from '../recording/recorded.ts';
import type { Sample, ShownBody } from './report.ts';
import type { Difference } from './subject.ts';

/** Bytes of a body that are shown, characters of a value, of a header and of a URL. Reports stay small whatever comes in. */
const BODY = 4096;
const VALUE = 200;
const FIELD = 1024;
const FIELDS = 100;
const CURL = 16_384;

/** @param clean the exchange without secrets, unless the user asked for them */
export function sampleOf(
  { place, origin }: Recorded & { kind: 'exchange' },
  { exchange, scrub }: Redacted,
  isOperation: boolean,
  sources: Sources,
  finding: Difference,
): Sample {
  const { request, response, startedAt } = exchange;
  const query = request.query === '' ? '' : `?${request.query}`;
  // Of a difference, what was recorded is what was expected.
  const { was, is } = finding.words?.() ?? {};
  const isDifference = was !== undefined || is !== undefined;
  const expected = isDifference
    ? shortText(was && scrub(was))
    : isOperation
      ? expectedBy(sources, finding.clause)
      : undefined;
  const actual = isDifference ? shortText(is && scrub(is)) : actualAt(exchange, finding.at);
  return {
    place,
    ...(startedAt > 0 && { startedAt: new Date(startedAt).toISOString() }),
    request: {
      method: request.method,
      url: shorten(`${origin}${request.path}${query}`, FIELD),
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
    curl: shorten(toCurl(origin, { ...request, headers: forCurl(request.headers) }, BODY), CURL),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
  };
}

/** Fields that curl makes itself, or that would make it do what a browser did beside the question. */
const OWN_FIELDS =
  /^(host|content-length|connection|accept-encoding|sec-.*|user-agent|origin|referer|dnt|te)$/;

function forCurl(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_FIELDS.test(name)));
}

function showHeaders(headers: Headers): [string, string][] {
  return Object.entries(headers)
    .flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [shorten(name, FIELD), shorten(value, FIELD)]),
    )
    .slice(0, FIELDS);
}

function showBody(body: Body): ShownBody {
  if (!isRecorded(body)) return { notRecorded: body.notRecorded };
  const shown = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, BODY));
  const cut = body.length > BODY ? { cutFrom: body.length } : undefined;
  // A cut may go through the middle of a character; that one is left out.
  const text = shown.toString('utf8').replace(/\uFFFD$/, '');
  const isText = cut !== undefined || Buffer.byteLength(text) === shown.length;
  return isText && !text.includes('\uFFFD') ? { text, ...cut } : { base64: shown.toString('base64'), ...cut };
}

/** What the document says at the clause, in a few words: "type: number". */
function expectedBy(sources: Sources, clause: Clause | undefined): string | undefined {
  if (clause === undefined) return undefined;
  const uri = sources.uris().find(each => sources.file(each) === clause.file);
  const value = uri === undefined ? undefined : follow(sources.root(uri).value, clause.pointer);
  const keyword = splitPointer(clause.pointer).at(-1);
  if (value === undefined || keyword === undefined || /^\d+$/.test(keyword)) return undefined;
  // Of a whole operation or response the line says enough.
  const text = JSON.stringify(value);
  return text.length > VALUE && typeof value === 'object' ? undefined : shorten(`${keyword}: ${text}`, VALUE);
}

function actualAt({ request, response }: Exchange, at: string): string | undefined {
  const [half, part, ...steps] = splitPointer(at);
  const message = half === 'response' ? response : request;
  if (message === undefined) return undefined;
  switch (part) {
    case 'status':
      return String(response?.status);
    case 'headers':
      return shortText(header(message.headers, steps[0] ?? ''));
    case 'body': {
      const decoded = decodeBody(message);
      if (decoded.kind !== 'json') return undefined;
      const value = follow(decoded.value, pointer(...steps));
      return value === undefined ? undefined : shorten(JSON.stringify(value), VALUE);
    }
    default:
      return undefined;
  }
}

function shortText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : shorten(text, VALUE);
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
