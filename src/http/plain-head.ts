// The heads of requests that need no parser of their own: one line, plain fields, and a length. All others are node's to read.
import { EMPTY_BODY, type Request, splitTarget } from '../exchange/exchange.ts';

export interface PlainHead {
  /** As sent, query and all. */
  readonly target: string;
  /** Without its body. */
  readonly request: Request;
  /** Bytes of the body. */
  readonly length: number;
}

const LINE = /^(GET|PUT|POST|PATCH|DELETE) (\/[\w.~!$&'()*+,;=:@%/?[\]-]*) HTTP\/1\.1\r\n/;
const FIELD = /([\w-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)\r\n/y;

/** Node refuses more than some hundreds. */
const MOST_FIELDS = 100;

/** What is said about the connection or about framing, in whatever words, is node's. */
const ANOTHERS = /^(transfer-encoding|expect|upgrade|connection|proxy-connection|trailer|te|http2-settings)$/;

/**
 * Reads the head of a request as node would, where there is but one way to read it.
 * @param text from the method to the end of the last field, line ends included; one character a byte
 * @returns undefined for everything that is in any way unusual, whether it is wrong or not
 */
export function readPlainHead(text: string): PlainHead | undefined {
  const line = LINE.exec(text);
  if (line === null) return undefined;
  const [{ length: first }, method = '', target = ''] = line;
  const headers: Record<string, string[]> = {};
  let count = 0;
  for (let at = first; at < text.length; at = FIELD.lastIndex) {
    if (++count > MOST_FIELDS) return undefined;
    FIELD.lastIndex = at;
    const field = FIELD.exec(text);
    if (field === null) return undefined;
    const name = (field[1] as string).toLowerCase();
    const value = (field[2] as string).replace(/[\t ]+$/, '');
    if (ANOTHERS.test(name) && !(name === 'connection' && /^keep-alive$/i.test(value))) return undefined;
    const known = headers[name];
    if (known === undefined) headers[name] = [value];
    // What every object has, such as "constructor", is no field that was sent before.
    else if (Object.hasOwn(headers, name)) known.push(value);
    else return undefined;
  }
  const length = headers['content-length'] ?? ['0'];
  if (headers.host?.length !== 1 || length.length !== 1 || !/^\d{1,9}$/.test(length[0] as string))
    return undefined;
  const { path, query } = splitTarget(target);
  return { target, request: { method, path, query, headers, body: EMPTY_BODY }, length: Number(length[0]) };
}
