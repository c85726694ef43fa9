// Parses the plain HTTP text of a case folder into exchanges: sections "### name" with a request and an optional response.
// Comments among the header lines have meaning: "# body not recorded: why", "# body undecodable: why", "# body in latin1" and
// "# withheld: cookie, authorization".
import { Buffer } from 'node:buffer';
import { type Body, type Request, type Response, splitTarget } from '../src/exchange/exchange.ts';

export interface Section {
  readonly name: string;
  readonly request: Request;
  readonly response: Response | undefined;
}

/** Splits a file into its "### name" sections, without the blank lines around them. */
export function sections(text: string): { name: string; text: string }[] {
  const pieces = text.replaceAll('\r\n', '\n').split(/^### *(.*)$/m);
  const result: { name: string; text: string }[] = [];
  for (let index = 1; index < pieces.length; index += 2) {
    result.push({
      name: (pieces[index] ?? '').trim(),
      text: (pieces[index + 1] ?? '').replace(/^\n+|\n+$/g, ''),
    });
  }
  return result;
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
  const comments = head.filter(line => line.startsWith('#'));
  const bodyComments = comments.filter(line => !WITHHELD.test(line));
  const withheld = comments.flatMap(line => WITHHELD.exec(line)?.[1]?.split(', ') ?? []);
  for (const line of head.slice(1)) {
    if (line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`not a header line: ${line}`);
    const name = line.slice(0, colon).toLowerCase();
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()];
  }
  const body = blank < 0 ? '' : text.slice(blank + 2);
  return {
    start: head[0] ?? '',
    headers,
    ...(withheld.length > 0 && { withheld }),
    body: encodeBody(body, headers, bodyComments),
  };
}

const WITHHELD = /^# withheld: (.+)$/;

function encodeBody(
  text: string,
  headers: Readonly<Record<string, string[]>>,
  comments: readonly string[],
): Body {
  let encoding: BufferEncoding = 'utf8';
  for (const comment of comments) {
    const notRecorded = /^# body not recorded: (.+)$/.exec(comment)?.[1];
    if (notRecorded !== undefined) return { notRecorded };
    const undecodable = /^# body undecodable: (.+)$/.exec(comment)?.[1];
    if (undecodable !== undefined) return { notRecorded: undecodable, undecodable: true };
    if (comment !== '# body in latin1') throw new Error(`unknown comment: ${comment}`);
    encoding = 'latin1';
  }
  // Multipart bodies need CRLF line ends.
  const multipart = headers['content-type']?.[0]?.startsWith('multipart/') === true;
  return Buffer.from(multipart ? text.replaceAll('\n', '\r\n') : text, encoding);
}
