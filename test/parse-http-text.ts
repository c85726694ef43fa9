// Plain HTTP text, as a case folder holds it, to exchanges: sections "### name", a request, perhaps a response.
// Among the header lines, "# body not recorded: why", "# body in latin1" and "# withheld: cookie, authorization" say what
// text alone cannot.
import { Buffer } from 'node:buffer';
import { type Body, type Request, type Response, splitTarget } from '../src/exchange/exchange.ts';

export interface Section {
  readonly name: string;
  readonly request: Request;
  readonly response: Response | undefined;
}

/** Splits a file into its "### name" sections; the text of each without the blank lines around it. */
export function sections(text: string): { name: string; text: string }[] {
  const pieces = text.replaceAll('\r\n', '\n').split(/^### *(.*)$/m);
  const found: { name: string; text: string }[] = [];
  for (let index = 1; index < pieces.length; index += 2) {
    found.push({
      name: (pieces[index] ?? '').trim(),
      text: (pieces[index + 1] ?? '').replace(/^\n+|\n+$/g, ''),
    });
  }
  return found;
}

export function parseExchanges(text: string): Section[] {
  return sections(text).map(section => {
    const [requestText = '', responseText] = section.text.split(/\n+(?=HTTP\/1\.1 \d{3})/);
    return {
      name: section.name,
      request: parseRequest(requestText),
      response: responseText === undefined ? undefined : parseResponse(responseText),
    };
  });
}

function parseRequest(text: string): Request {
  const { start, ...message } = parseMessage(text);
  const [method = '', target = ''] = start.split(' ');
  return { method, ...splitTarget(target), ...message };
}

function parseResponse(text: string): Response {
  const { start, ...message } = parseMessage(text);
  return { status: Number(start.split(' ')[1]), ...message };
}

interface Message {
  readonly start: string;
  readonly headers: Record<string, string[]>;
  readonly withheld?: readonly string[];
  readonly body: Body;
}

function parseMessage(text: string): Message {
  const blank = text.indexOf('\n\n');
  const head = (blank < 0 ? text : text.slice(0, blank)).split('\n');
  const headers: Record<string, string[]> = {};
  const all = head.filter(line => line.startsWith('#'));
  const remarks = all.filter(line => !WITHHELD.test(line));
  const withheld = all.flatMap(line => WITHHELD.exec(line)?.[1]?.split(', ') ?? []);
  for (const line of head.slice(1)) {
    if (line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`this is no header line: ${line}`);
    const name = line.slice(0, colon).toLowerCase();
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()];
  }
  const body = blank < 0 ? '' : text.slice(blank + 2);
  return {
    start: head[0] ?? '',
    headers,
    ...(withheld.length > 0 && { withheld }),
    body: encodeBody(body, headers, remarks),
  };
}

const WITHHELD = /^# withheld: (.+)$/;

function encodeBody(
  text: string,
  headers: Readonly<Record<string, string[]>>,
  remarks: readonly string[],
): Body {
  let encoding: BufferEncoding = 'utf8';
  for (const remark of remarks) {
    const notRecorded = /^# body not recorded: (.+)$/.exec(remark)?.[1];
    if (notRecorded !== undefined) return { notRecorded };
    if (remark !== '# body in latin1') throw new Error(`this remark is not known: ${remark}`);
    encoding = 'latin1';
  }
  // Multipart bodies need the line ends of the wire.
  const multipart = headers['content-type']?.[0]?.startsWith('multipart/') === true;
  return Buffer.from(multipart ? text.replaceAll('\n', '\r\n') : text, encoding);
}
