// One HTTP exchange: a request and, unless the connection failed, its response. Facts only, no findings.

/** Header fields: lower-case names, every value kept, in the order sent. */
export type Headers = Readonly<Record<string, readonly string[] | undefined>>;

/** A body that the recording does not contain, and the reason. An empty body is zero bytes instead. */
interface NotRecorded {
  readonly notRecorded: string;
  /** The message itself is at fault: its body broke off, or its content coding is damaged or unknown. */
  readonly undecodable?: true;
}

/** The bytes of a message after its content codings (gzip, br ...) were removed, or the reason they are missing. */
export type Body = Uint8Array | NotRecorded;

/** How a request arrived. */
export interface Transport {
  readonly scheme: 'https';
  readonly httpVersion: 'HTTP/1.1' | 'HTTP/2';
}

export interface Request {
  /** As it was sent; the common methods of recordings in upper case. */
  readonly method: string;
  /** As sent: not percent-decoded, without origin and query. Always begins with "/". */
  readonly path: string;
  /** As sent, without the "?"; empty when there was none. */
  readonly query: string;
  readonly headers: Headers;
  /** Undefined: by HTTP/1.1 without TLS, or unknown. */
  readonly transport?: Transport | undefined;
  /**
   * What the recording may have left out: names of header fields in lower case, "*" for any header field or API key, and
   * pointers of other values such as "/query/api_key". What is named here and absent is unknown, not missing.
   */
  readonly withheld?: readonly string[];
  /**
   * True: another tool made the recording and may have replaced values by marks such as "[REDACTED]". The value behind a mark
   * is unknown.
   */
  readonly mayBeMasked?: true;
  readonly body: Body;
}

export interface Response {
  readonly status: number;
  readonly headers: Headers;
  /** As in a request. */
  readonly withheld?: readonly string[];
  readonly mayBeMasked?: true;
  readonly body: Body;
}

export interface Exchange {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Milliseconds, with fractions: as long as the client waits for the complete response. */
  readonly duration: number;
  readonly request: Request;
  readonly response?: Response;
  /**
   * Where secrets were replaced by placeholders, as JSON Pointers into the exchange: "/request/headers/authorization",
   * "/request/query/key", "/request/path", "/request/body/user/password". Undefined: nothing was replaced.
   */
  readonly redacted?: readonly string[];
}

export const EMPTY_BODY: Uint8Array = new Uint8Array(0);

/**
 * All values of a header as one string, joined by a comma (RFC 9110 section 5.3).
 * @param name in lower case
 * @returns undefined when the header is missing
 */
export function header(headers: Headers, name: string): string | undefined {
  // A document may declare a header "constructor", which every object inherits.
  const values = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (values === undefined || values.length === 0) return undefined;
  return values.length === 1 ? values[0] : values.join(', ');
}

/** "http://127.0.0.1:4010": the origin of the server that received a request, as the client wrote it. */
export function originOfServer({ headers, transport }: Pick<Request, 'headers' | 'transport'>): string {
  return `${transport?.scheme ?? 'http'}://${header(headers, 'host') ?? 'localhost'}`;
}

/**
 * True when the recording may have left a value out: an absent one is unknown, not missing.
 * @param name a header field in lower case, or a pointer such as "/query/api_key"
 */
export function isWithheld({ withheld }: Pick<Request, 'withheld'>, name: string): boolean {
  return withheld !== undefined && (withheld.includes(name) || withheld.includes('*'));
}

/** True when the recording contains the body; an empty body counts. */
export function isRecorded(body: Body): body is Uint8Array {
  return body instanceof Uint8Array;
}

/** The body that may be sent with the status. A 205 response has an empty body (RFC 9110 section 15.3.6). */
export function bodyToSend({ status, body }: Response): Uint8Array {
  return isRecorded(body) && !hasNoBody(status) && status !== 205 ? body : EMPTY_BODY;
}

export function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

/**
 * Splits a request target into path and query, both as sent. The origin of an absolute-form target (RFC 9112 section 3.2.2)
 * and a fragment are dropped.
 */
export function splitTarget(target: string): { path: string; query: string } {
  const relative = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const hash = relative.indexOf('#');
  const withoutFragment = hash < 0 ? relative : relative.slice(0, hash);
  const mark = withoutFragment.indexOf('?');
  const path = mark < 0 ? withoutFragment : withoutFragment.slice(0, mark);
  const query = mark < 0 ? '' : withoutFragment.slice(mark + 1);
  return { path: path.startsWith('/') ? path : `/${path}`, query };
}

/** A pair of a query string, form body or cookie. Name and value are decoded; `raw` is the value as sent. */
export interface Pair {
  readonly name: string;
  readonly value: string;
  readonly raw: string;
}

/** Parses a query string or form body (application/x-www-form-urlencoded): all pairs, in order. */
export function parsePairs(text: string): Pair[] {
  const pairs: Pair[] = [];
  for (const piece of text.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = equals < 0 ? piece : piece.slice(0, equals);
    const raw = equals < 0 ? '' : piece.slice(equals + 1);
    pairs.push({ name: decodeFormText(name), value: decodeFormText(raw), raw });
  }
  return pairs;
}

/** Parses a Cookie field (RFC 6265 section 4.2.1): pairs separated by ";"; quotes around a value are part of `raw` only. */
export function parseCookies(field: string | undefined): Pair[] {
  if (field === undefined) return [];
  return field.split(';').flatMap(piece => {
    const equals = piece.indexOf('=');
    if (equals < 0) return [];
    const name = piece.slice(0, equals).trim();
    const raw = piece.slice(equals + 1).trim();
    return [{ name: decodePercent(name), value: decodePercent(withoutQuotes(raw)), raw }];
  });
}

/** The value of a cookie without the quotes around it. */
export function withoutQuotes(raw: string): string {
  return raw.replace(/^"(.*)"$/, '$1');
}

/** The cookies that a response sets, without their attributes. */
export function parseSetCookies(headers: Headers): Pair[] {
  return (headers['set-cookie'] ?? []).flatMap(field => parseCookies(field.split(';', 1)[0]));
}

/** Percent-decodes a text. A text with a malformed escape is returned as sent. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** True for a text that cannot be percent-decoded: "%zz", or bytes that are not UTF-8. */
export function hasMalformedEscape(text: string): boolean {
  if (!text.includes('%')) return false;
  try {
    decodeURIComponent(text);
    return false;
  } catch {
    return true;
  }
}

function decodeFormText(text: string): string {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text);
}
