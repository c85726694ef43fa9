// One HTTP exchange: a request and, unless the connection failed, its response. Facts only, no findings.

/** Header fields: lower-case names, every value kept, in the order sent. */
export type Headers = Readonly<Record<string, readonly string[] | undefined>>;

/** A body the recording does not hold. Not the same as an empty one, which is zero bytes. */
interface NotRecorded {
  readonly notRecorded: string;
}

/** The bytes of a message after its content codings (gzip, br ...) were removed, or the reason they are missing. */
export type Body = Uint8Array | NotRecorded;

export interface Request {
  /** Upper case. */
  readonly method: string;
  /** As sent: not percent-decoded, without origin and query. Always begins with "/". */
  readonly path: string;
  /** As sent, without the "?"; empty when there was none. */
  readonly query: string;
  readonly headers: Headers;
  /**
   * Names of header fields, lower case, that the recording may have left out: a field named here and absent from
   * `headers` is unknown, not missing.
   */
  readonly withheld?: readonly string[];
  readonly body: Body;
}

export interface Response {
  readonly status: number;
  readonly headers: Headers;
  /** As in a request. */
  readonly withheld?: readonly string[];
  readonly body: Body;
}

export interface Exchange {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Milliseconds, with fractions. */
  readonly duration: number;
  readonly request: Request;
  readonly response?: Response;
  /**
   * Where secrets were replaced by placeholders, as findings name places: "/request/headers/authorization",
   * "/request/query/key", "/request/path", "/request/body/user/password". Undefined: nothing was.
   */
  readonly redacted?: readonly string[];
}

export const EMPTY_BODY: Uint8Array = new Uint8Array(0);

/** All values of one header as a single string, as HTTP allows for every list-valued header (RFC 9110 section 5.3). */
export function header(headers: Headers, name: string): string | undefined {
  // A document may name a header "constructor", which every object has.
  const values = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (values === undefined || values.length === 0) return undefined;
  return values.length === 1 ? values[0] : values.join(', ');
}

export function isRecorded(body: Body): body is Uint8Array {
  return body instanceof Uint8Array;
}

/** Splits a request target into path and query. Absolute-form targets (RFC 9112 section 3.2.2) lose their origin. */
export function splitTarget(target: string): { path: string; query: string } {
  const relative = target.startsWith('/') ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const hash = relative.indexOf('#');
  const withoutFragment = hash < 0 ? relative : relative.slice(0, hash);
  const mark = withoutFragment.indexOf('?');
  const path = mark < 0 ? withoutFragment : withoutFragment.slice(0, mark);
  const query = mark < 0 ? '' : withoutFragment.slice(mark + 1);
  return { path: path.startsWith('/') ? path : `/${path}`, query };
}

/** The pairs of a query string or a form body, decoded, in order, repeats kept. `raw` holds what was sent. */
export interface Pair {
  readonly name: string;
  readonly value: string;
  readonly raw: string;
}

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

/** Cookie pairs (RFC 6265 section 4.2.1): separated by ";", quotes around a value are not part of it. */
export function parseCookies(field: string | undefined): Pair[] {
  if (field === undefined) return [];
  return field.split(';').flatMap(piece => {
    const equals = piece.indexOf('=');
    if (equals < 0) return [];
    const raw = piece
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
    const [pair] = parsePairs(
      `${piece.slice(0, equals).trim()}=${raw.replaceAll('+', '%2B').replaceAll('&', '%26')}`,
    );
    return pair === undefined ? [] : [pair];
  });
}

/** The cookies that an answer sets, without their attributes. */
export function parseSetCookies(headers: Headers): Pair[] {
  return (headers['set-cookie'] ?? []).flatMap(field => parseCookies(field.split(';', 1)[0]));
}

/** Percent-decodes; a malformed escape is kept as sent instead of throwing. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

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
