// Sends a request from the page to the mock, for the current session, and reads the answer, whatever it is.
import { control } from '../../client.ts';
import type { Answer } from './switch-answer.ts';

/** A request as a person edits it. */
export interface RequestDraft {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** One "Name: value" per line. */
  readonly headers: string;
  readonly body: string;
}

export interface SentResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly bytes: Uint8Array;
  /** Undefined: the bytes are no text. */
  readonly text: string | undefined;
  readonly size: number;
}

export interface SentRequest {
  /** Undefined: the connection broke, or the browser hides a redirection. */
  readonly response: SentResponse | undefined;
  /** Why the page has no response. */
  readonly failure: string | undefined;
  readonly milliseconds: number;
  /** The id of the exchange in the journal; undefined: it is not there. */
  readonly exchange: string | undefined;
}

type Header = readonly [string, string];

/** @throws SyntaxError for a line that is no header field */
export function parseHeaders(text: string): Header[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => {
      const [, name, value] = /^([^\s:]+):\s*(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined)
        throw new SyntaxError(`"${line}" is no header field: write "Name: value"`);
      return [name, value];
    });
}

/** The request as it is sent: for one call with another answer, which the client asks for in its Prefer header. */
export function withAnswer(draft: RequestDraft, answer: Answer | undefined): RequestDraft {
  if (answer === undefined) return draft;
  const { status, example } = answer;
  // A header field carries only some characters, and a query any.
  if (example !== undefined && !/^[\w .-]+$/.test(example)) {
    const wish = `__code=${status}&__example=${encodeURIComponent(example)}`;
    return { ...draft, query: draft.query === '' ? wish : `${draft.query}&${wish}` };
  }
  const wish = `Prefer: code=${status}${example === undefined ? '' : `, example="${example}"`}`;
  return { ...draft, headers: draft.headers === '' ? wish : `${draft.headers}\n${wish}` };
}

export function targetOf({ path, query }: RequestDraft): string {
  return query === '' ? path : `${path}?${query}`;
}

/** What a browser does not let a page send. @returns the reason; undefined: it can be sent */
export function whyNotSendable({ method, headers, body }: RequestDraft): string | undefined {
  if (/^(connect|trace|track)$/i.test(method)) return `A page cannot send ${method}: use the curl command.`;
  if (/^(get|head)$/i.test(method) && body !== '')
    return `A page cannot send a body with ${method}: use the curl command.`;
  try {
    const names = parseHeaders(headers).map(([name]) => name);
    const hidden = names.find(name => FORBIDDEN_HEADER.test(name));
    if (hidden !== undefined)
      return `The browser sets or leaves out the header ${hidden} itself: use the curl command.`;
    new Headers(parseHeaders(headers) as [string, string][]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Of https://fetch.spec.whatwg.org/#forbidden-request-header, without Cookie, which sendRequest sets. */
const FORBIDDEN_HEADER =
  /^(accept-charset|accept-encoding|access-control-request-.*|connection|content-length|cookie2|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|proxy-.*|sec-.*)$/i;

/** @param session named in a header, so that a credential in the request selects no other one */
export async function sendRequest(
  draft: RequestDraft,
  session: string,
  signal: AbortSignal,
): Promise<SentRequest> {
  const fields = parseHeaders(draft.headers);
  const headers = new Headers(fields.filter(([name]) => !/^cookie$/i.test(name)) as [string, string][]);
  headers.set('x-deadringer-session', session);
  const cookies = fields.flatMap(([name, value]) => (/^cookie$/i.test(name) ? value.split(/;\s*/) : []));
  const begun = performance.now();
  for (const cookie of cookies) setCookie(cookie, draft.path, '');
  try {
    const response = await fetch(targetOf(draft), {
      method: draft.method,
      headers,
      ...(draft.body !== '' && { body: draft.body }),
      redirect: 'manual',
      cache: 'no-store',
      signal,
    });
    if (response.type === 'opaqueredirect')
      return await hiddenOutcome(draft, session, begun, 'The browser does not show redirections to a page.');
    const bytes = new Uint8Array(await response.arrayBuffer());
    return {
      response: {
        status: response.status,
        headers: [...response.headers],
        bytes,
        text: textOf(bytes),
        size: bytes.length,
      },
      failure: undefined,
      milliseconds: performance.now() - begun,
      exchange: response.headers.get('x-deadringer-exchange') ?? (await findExchange(draft, session)),
    };
  } catch (error) {
    if (signal.aborted || !(error instanceof TypeError)) throw error;
    return await hiddenOutcome(draft, session, begun, 'The connection broke before the answer was complete.');
  } finally {
    for (const cookie of cookies) setCookie(cookie, draft.path, '; max-age=0');
  }
}

function setCookie(cookie: string, path: string, more: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API exists on HTTPS only
  document.cookie = `${cookie}; path=${path}; samesite=strict${more}`;
}

/** Undefined for bytes that are no UTF-8, such as those of an image. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function hiddenOutcome(
  draft: RequestDraft,
  session: string,
  begun: number,
  failure: string,
): Promise<SentRequest> {
  const milliseconds = performance.now() - begun;
  const exchange = await findExchange(draft, session);
  return { response: undefined, failure, milliseconds, exchange };
}

/** The newest exchange of the session, if it is the one that was sent. */
async function findExchange({ method, path }: RequestDraft, session: string): Promise<string | undefined> {
  const { entries } = await control('get', '/sessions/{id}/journal', {
    path: { id: session },
    query: { summary: true, limit: 1 },
  });
  const [newest] = entries;
  if (newest === undefined || !('path' in newest)) return undefined;
  return newest.method === method && newest.path === path ? newest.id : undefined;
}
