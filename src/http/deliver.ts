// From a response to a socket.
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EMPTY_BODY, isRecorded, type Response } from '../exchange/exchange.ts';
import { type Finding, showClause } from '../finding/finding.ts';
import type { Delivery } from '../scenario/delivery.ts';
import { crossOrigin } from './cors.ts';
import { breakAnswer, drip, isPrompt, wait } from './faults.ts';

export interface Delivered {
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
export const ONE_WRITE = 64 * 1024;

/** Fields that say how this very message is framed: documents declare them of the vendor's messages. */
const FRAMING = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** One character a byte, so any bytes come out as they were. */
export function latin1(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
}

/** Sends the response as its delivery says. Resolves when it is on its way, or broken as planned. */
export async function deliver(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  given: Delivered,
): Promise<void> {
  const { response, delivery } = given;
  const body = bodyOf(response);
  const fields = fieldsOf(incoming.headers.origin, given);
  const sent = incoming.method === 'HEAD' ? EMPTY_BODY : body;
  if (delivery !== undefined && !isPrompt(delivery)) {
    if (!(await wait(delivery.delay, outgoing))) return;
    if (delivery.fault !== undefined) {
      breakAnswer(delivery.fault, incoming, outgoing, { status: response.status, fields, body: sent });
      return;
    }
    if (delivery.drip !== undefined && sent.length > 0) {
      outgoing.writeHead(response.status, fields);
      await drip(outgoing, sent, delivery.drip);
      return;
    }
  }
  outgoing.writeHead(response.status, fields);
  if (sent.length === 0) outgoing.end();
  else if (sent.length <= ONE_WRITE) outgoing.end(latin1(sent), 'latin1');
  else outgoing.end(sent);
}

/** The body that may be sent with such a status. RFC 9110 section 15.3.6: 205 has a length, and it is 0. */
export function bodyOf({ status, body }: Response): Uint8Array {
  return isRecorded(body) && !isBodiless(status) && status !== 205 ? body : EMPTY_BODY;
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/**
 * All fields of the answer but those that node adds.
 * @param origin the request's
 */
export function fieldsOf(
  origin: string | undefined,
  { response, exchangeId, refusedFor, cors }: Omit<Delivered, 'delivery'>,
): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  for (const name in response.headers) {
    const values = response.headers[name];
    if (values !== undefined && !FRAMING.has(name))
      fields[name] = values.length === 1 ? (values[0] as string) : [...values];
  }
  if (exchangeId !== undefined) fields['x-deadringer-exchange'] = exchangeId;
  if (refusedFor !== undefined) fields['x-deadringer-reason'] = fieldText(refusedFor);
  if (!isBodiless(response.status)) fields['content-length'] = String(bodyOf(response).length);
  if (cors && origin !== undefined) {
    const { vary, ...others } = crossOrigin(origin, Object.keys(fields));
    Object.assign(fields, others, {
      vary: fields.vary === undefined ? vary : `${String(fields.vary)}, ${vary}`,
    });
  }
  return fields;
}

/** A header field holds visible ASCII only (RFC 9110 section 5.5). */
function fieldText({ code, message, clause }: Finding): string {
  const text = `${code}: ${message}${clause === undefined ? '' : ` (${showClause(clause)})`}`;
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000);
}
