// Writes a response to the socket.
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EMPTY_BODY, isRecorded, type Response } from '../exchange/exchange.ts';
import { type Finding, formatLocation } from '../finding/finding.ts';
import type { Delivery } from '../scenario/delivery.ts';
import { corsFields } from './cors.ts';
import { delayResponse, injectFault, isImmediate, throttleBody } from './faults.ts';

export interface OutgoingResponse {
  readonly response: Response;
  /** Leads to the verdict; undefined where none was made. */
  readonly exchangeId: string | undefined;
  /** Why the request was refused, for people who look at the answer first. */
  readonly refusedFor: Finding | undefined;
  readonly cors: boolean;
  /** Late, slow or broken; undefined: at once and whole. */
  readonly delivery?: Delivery;
}

/** Up to this many bytes a body is sent as text: node joins text to the headers in one write, and bytes it does not. */
export const SINGLE_WRITE_BYTES = 64 * 1024;

/** Fields that say how this very message is framed: documents declare them of the vendor's messages. */
const FRAMING_FIELDS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** One character a byte, so any bytes come out as they were. */
export function toLatin1(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
}

/** Sends the response as its delivery says. Resolves when it is on its way, or broken as planned. */
export async function deliver(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  message: OutgoingResponse,
): Promise<void> {
  const { response, delivery } = message;
  const body = sendableBody(response);
  const fields = responseFields(incoming.headers.origin, message);
  const sent = incoming.method === 'HEAD' ? EMPTY_BODY : body;
  if (delivery !== undefined && !isImmediate(delivery)) {
    if (!(await delayResponse(delivery.delay, outgoing))) return;
    if (delivery.fault !== undefined) {
      injectFault(delivery.fault, incoming, outgoing, { status: response.status, fields, body: sent });
      return;
    }
    if (delivery.bytesPerSecond !== undefined && sent.length > 0) {
      outgoing.writeHead(response.status, fields);
      await throttleBody(outgoing, sent, delivery.bytesPerSecond);
      return;
    }
  }
  outgoing.writeHead(response.status, fields);
  if (sent.length === 0) outgoing.end();
  else if (sent.length <= SINGLE_WRITE_BYTES) outgoing.end(toLatin1(sent), 'latin1');
  else outgoing.end(sent);
}

/** The body that may be sent with such a status. RFC 9110 section 15.3.6: 205 has a length, and it is 0. */
export function sendableBody({ status, body }: Response): Uint8Array {
  return isRecorded(body) && !hasNoBody(status) && status !== 205 ? body : EMPTY_BODY;
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

/**
 * All fields of the answer but those that node adds.
 * @param origin the request's
 */
export function responseFields(
  origin: string | undefined,
  { response, exchangeId, refusedFor, cors }: Omit<OutgoingResponse, 'delivery'>,
): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  for (const name in response.headers) {
    const values = response.headers[name];
    if (values !== undefined && !FRAMING_FIELDS.has(name))
      fields[name] = values.length === 1 ? (values[0] as string) : [...values];
  }
  if (exchangeId !== undefined) fields['x-deadringer-exchange'] = exchangeId;
  if (refusedFor !== undefined) fields['x-deadringer-reason'] = reasonField(refusedFor);
  if (!hasNoBody(response.status)) fields['content-length'] = String(sendableBody(response).length);
  if (cors && origin !== undefined) {
    const { vary, ...others } = corsFields(origin, Object.keys(fields));
    Object.assign(fields, others, {
      vary: fields.vary === undefined ? vary : `${String(fields.vary)}, ${vary}`,
    });
  }
  return fields;
}

/** A header field holds visible ASCII only (RFC 9110 section 5.5). */
function reasonField({ code, message, location }: Finding): string {
  const text = `${code}: ${message}${location === undefined ? '' : ` (${formatLocation(location)})`}`;
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000);
}
