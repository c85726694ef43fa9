// Writes a response to the socket.
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyToSend, EMPTY_BODY, hasNoBody, type Response } from '../exchange/exchange.ts';
import { bodyItems } from '../exchange/items.ts';
import { findingLine } from '../finding/advice.ts';
import type { Finding } from '../finding/finding.ts';
import { isCachedResponse } from '../mock/respond/response-cache.ts';
import { ignoredField, type StateEffect, stateField } from '../mock/state/state-effect.ts';
import { EXCHANGE_ID_HEADER } from '../routing/match-target.ts';
import type { Delivery } from '../scenario/delivery.ts';
import { type CorsPolicy, corsFields, openCorsFields, originOf } from './cors.ts';
import { delayResponse, injectFault, isImmediate, sendItems, throttleBody } from './faults.ts';

export interface OutgoingResponse {
  readonly response: Response;
  /** Id of the journal entry; undefined: the request is not in the journal. */
  readonly exchangeId: string | undefined;
  /** The finding because of which the request was rejected. It is sent in a header field. */
  readonly refusedFor: Finding | undefined;
  /** The finding because of which the request would have been rejected. It is sent in a header field. */
  readonly tolerated?: Finding | undefined;
  /** Texts about the request, see adviceLines. Each is a header field. */
  readonly advice?: readonly string[];
  /** What the request did to the stored state. It is sent in header fields. */
  readonly stateEffect?: StateEffect | undefined;
  readonly cors: CorsPolicy;
  /** The time of the session's clock, for the field Date; undefined: real time, which node:http writes. */
  readonly sessionTime?: number | undefined;
  /** Undefined: immediate. */
  readonly delivery?: Delivery;
}

/** Up to this size a body is sent as text: node:http writes text together with the head, and bytes separately. */
const SINGLE_WRITE_BYTES = 64 * 1024;

/** A stream of more items is sent as a whole: a chunk for each would take too long. */
const MAX_CHUNKS = 10_000;

/** Fields about the framing of one message. Documents declare those of the real API. */
const FRAMING_FIELDS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What is the same each time a response is sent. */
interface ResponseParts {
  /** Names and values in turn, without Content-Length and the fields of one exchange. */
  readonly fields: readonly string[];
  readonly body: Uint8Array;
  /** The parts that are sent one by one; undefined: the body is sent as a whole. */
  readonly items: readonly Uint8Array[] | undefined;
  /** Undefined: the status has no body, or its length is not sent, as that of a stream. */
  readonly contentLength: string | undefined;
  /** The body as Latin-1 text, one character for each byte. Undefined: too large for a single write. */
  readonly text: string | undefined;
}

const CACHED_PARTS = new WeakMap<Response, ResponseParts>();

/** Sends the response with its delivery. Resolves when it is written, or broken as configured. */
export async function deliver(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  message: OutgoingResponse,
): Promise<void> {
  const { response, delivery } = message;
  const parts = responseParts(response);
  const fields = allFields(parts, message, message.cors === true ? originOf(incoming) : undefined);
  if (message.cors === 'prism') for (const field of openCorsFields(incoming)) fields.push(...field);
  const isHead = incoming.method === 'HEAD';
  if (delivery !== undefined && !isImmediate(delivery)) {
    const body = isHead ? EMPTY_BODY : parts.body;
    if (!(await delayResponse(delivery.delay, outgoing))) return;
    if (delivery.fault !== undefined) {
      injectFault(delivery.fault, incoming, outgoing, { status: response.status, fields, body });
      return;
    }
    if (delivery.bytesPerSecond !== undefined && body.length > 0) {
      outgoing.writeHead(response.status, fields);
      await throttleBody(outgoing, body, delivery.bytesPerSecond);
      return;
    }
  }
  outgoing.writeHead(response.status, fields);
  if (parts.items !== undefined && !isHead) await sendItems(outgoing, parts.items, delivery?.interval ?? 0);
  else if (isHead || parts.body.length === 0) outgoing.end();
  else if (parts.text !== undefined) outgoing.end(parts.text, 'latin1');
  else outgoing.end(parts.body);
}

function responseParts(response: Response): ResponseParts {
  const cached = CACHED_PARTS.get(response);
  if (cached !== undefined) return cached;
  const { status, headers } = response;
  const fields: string[] = [];
  for (const name in headers) {
    const values = headers[name];
    if (values === undefined || FRAMING_FIELDS.has(name)) continue;
    for (const value of values) fields.push(name, value);
  }
  const body = bodyToSend(response);
  const all = hasNoBody(status) ? undefined : bodyItems({ headers, body });
  const items = all !== undefined && all.length > MAX_CHUNKS ? [body] : all;
  const parts: ResponseParts = {
    fields,
    body,
    items,
    contentLength: items !== undefined || hasNoBody(status) ? undefined : String(body.length),
    text:
      body.length > SINGLE_WRITE_BYTES
        ? undefined
        : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'),
  };
  if (isCachedResponse(response)) CACHED_PARTS.set(response, parts);
  return parts;
}

/** All fields except those that node:http adds, names and values in turn. @param origin of the page that sent the request; undefined: no CORS fields */
function allFields(
  parts: ResponseParts,
  { exchangeId, refusedFor, tolerated, advice, stateEffect, sessionTime }: OutgoingResponse,
  origin: string | undefined,
): string[] {
  const fields = parts.fields.slice();
  if (exchangeId !== undefined) fields.push(EXCHANGE_ID_HEADER, exchangeId);
  if (refusedFor !== undefined) fields.push('x-deadringer-reason', reasonField(refusedFor));
  if (sessionTime !== undefined && !fields.includes('date'))
    fields.push('date', new Date(sessionTime).toUTCString());
  if (tolerated !== undefined) fields.push('x-deadringer-would-reject', reasonField(tolerated));
  if (advice !== undefined) for (const text of advice) fields.push('x-deadringer-advice', fieldText(text));
  if (stateEffect !== undefined) {
    fields.push('x-deadringer-state', stateField(stateEffect));
    const ignored = ignoredField(stateEffect);
    if (ignored !== undefined) fields.push('x-deadringer-ignored', ignored);
  }
  if (parts.contentLength !== undefined) fields.push('content-length', parts.contentLength);
  if (origin !== undefined) addCorsFields(fields, origin);
  return fields;
}

function addCorsFields(fields: string[], origin: string): void {
  const names = new Set(fields.filter((_, index) => index % 2 === 0));
  const vary = fields.findLastIndex((name, index) => index % 2 === 0 && name === 'vary');
  for (const [name, value] of Object.entries(corsFields(origin, [...names]))) {
    if (name === 'vary' && vary >= 0) fields[vary + 1] += `, ${value}`;
    else fields.push(name, value);
  }
}

function reasonField(finding: Finding): string {
  return fieldText(`${finding.code}: ${findingLine(finding)}`);
}

/** A header field contains only visible ASCII and blanks here (RFC 9110 section 5.5). */
function fieldText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000);
}
