// From a response to a socket.
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRecorded, type Response } from '../exchange/exchange.ts';
import { type Finding, showClause } from '../finding/finding.ts';
import { crossOrigin } from './cors.ts';

export interface Delivery {
  readonly response: Response;
  /** Leads to the verdict; undefined where none was made. */
  readonly exchangeId: string | undefined;
  /** Why the request was refused, for people who look at the answer first. */
  readonly refusedFor: Finding | undefined;
  readonly cors: boolean;
}

/** Up to this many bytes a body is sent as text: node joins text to the headers in one write, and bytes it does not. */
const ONE_WRITE = 64 * 1024;

/** One character a byte, so any bytes come out as they were. */
function latin1(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
}

export function deliver(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { response, exchangeId, refusedFor, cors }: Delivery,
): void {
  const body = isRecorded(response.body) ? response.body : new Uint8Array();
  const bodiless = response.status === 204 || response.status === 304;
  const fields: Record<string, string | readonly string[]> = {};
  for (const name in response.headers) {
    const values = response.headers[name];
    if (values !== undefined) fields[name] = values.length === 1 ? (values[0] as string) : values;
  }
  if (exchangeId !== undefined) fields['x-deadringer-exchange'] = exchangeId;
  if (refusedFor !== undefined) fields['x-deadringer-reason'] = fieldText(refusedFor);
  if (!bodiless) fields['content-length'] = String(body.length);
  const { origin } = incoming.headers;
  if (cors && origin !== undefined) {
    const { vary, ...others } = crossOrigin(origin, Object.keys(fields));
    Object.assign(fields, others, {
      vary: fields.vary === undefined ? vary : `${String(fields.vary)}, ${vary}`,
    });
  }
  outgoing.writeHead(response.status, fields as Record<string, string | string[]>);
  if (bodiless || incoming.method === 'HEAD') outgoing.end();
  else if (body.length <= ONE_WRITE) outgoing.end(latin1(body), 'latin1');
  else outgoing.end(body);
}

/** A header field holds visible ASCII only (RFC 9110 section 5.5). */
function fieldText({ code, message, clause }: Finding): string {
  const text = `${code}: ${message}${clause === undefined ? '' : ` (${showClause(clause)})`}`;
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000);
}
