// An answer as the text that goes over the wire, as node would write it; what stays the same from answer to answer is kept.
import http from 'node:http';
import type { Response } from '../exchange/exchange.ts';
import { isPrepared } from '../mock/prepared.ts';
import { bodyOf, type Delivered, fieldsOf, latin1, ONE_WRITE } from './deliver.ts';

export interface Message {
  /** One character a byte: the head, and a body that is not too long to be written with it. */
  readonly text: string;
  /** A longer one. */
  readonly body: Uint8Array | undefined;
}

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * @param origin the request's header field
 * @param closing the fields that go with every answer, and the empty line
 * @returns undefined for what node itself is to write, or to refuse to
 */
export function messageOf(
  origin: string | undefined,
  delivered: Delivered,
  closing: string,
): Message | undefined {
  const { response, exchangeId, refusedFor } = delivered;
  if (!(response.status >= 200 && response.status <= 599)) return undefined;
  if (origin === undefined && refusedFor === undefined && exchangeId !== undefined && isPrepared(response)) {
    const ready = readyFor(response, delivered);
    if (ready !== undefined)
      return { text: ready.before + exchangeId + ready.after + closing + ready.text, body: ready.body };
  }
  const head = headOf(response.status, fieldsOf(origin, delivered));
  if (head === undefined) return undefined;
  const { text, body } = contentOf(response);
  return { text: head + closing + text, body };
}

/** The head of a prepared answer up to the id of the exchange, and from there on. */
interface Ready extends Message {
  readonly before: string;
  readonly after: string;
}

const READY = new WeakMap<Response, Ready>();
const MARK = 'id-of-the-exchange';

function readyFor(response: Response, delivered: Delivered): Ready | undefined {
  const kept = READY.get(response);
  if (kept !== undefined) return kept;
  const head = headOf(response.status, fieldsOf(undefined, { ...delivered, exchangeId: MARK }));
  const [before, after, ...more] = head?.split(MARK) ?? [];
  if (before === undefined || after === undefined || more.length > 0) return undefined;
  const ready = { before, after, ...contentOf(response) };
  READY.set(response, ready);
  return ready;
}

function contentOf(response: Response): Message {
  const body = bodyOf(response);
  return body.length <= ONE_WRITE ? { text: latin1(body), body: undefined } : { text: '', body };
}

function headOf(
  status: number,
  fields: Readonly<Record<string, string | readonly string[]>>,
): string | undefined {
  let head = `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? 'unknown'}\r\n`;
  for (const name in fields) {
    const values = fields[name] as string | readonly string[];
    if (!NAME.test(name) || name === 'date') return undefined;
    for (const value of typeof values === 'string' ? [values] : values) {
      if (!VALUE.test(value)) return undefined;
      head += `${name}: ${value}\r\n`;
    }
  }
  return head;
}
