// Takes the URL of a recorded request apart. Path and query stay as they were sent, which the URL class would not leave them.
import { splitTarget } from '../exchange/exchange.ts';

export interface RecordedUrl {
  /** Lower case, without ":". */
  readonly scheme: string;
  /** "https://api.example.com:8443"; a default port is left out, as browsers do. Undefined when there is no host. */
  readonly origin: string | undefined;
  /** As a Host header has it. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
  /** To know it again by, without anything secret: no user, password, query or fragment. */
  readonly shown: string;
}

interface Authority {
  readonly scheme: string;
  readonly isWeb: boolean;
  readonly origin: string | undefined;
  readonly host: string;
  /** As written, without user and password. */
  readonly written: string;
}

const AUTHORITIES = new Map<string, Authority | undefined>();
/** Scheme, and what follows it up to the path. */
const BEGINNING = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#\\]*))?/i;

/** @returns undefined when it is no absolute URL */
export function readUrl(url: string): RecordedUrl | undefined {
  // Recordings ask a few hosts many times.
  const slashes = url.indexOf('//');
  const end = slashes < 0 ? -1 : url.indexOf('/', slashes + 2);
  const beginning = end < 0 ? (BEGINNING.exec(url)?.[0] ?? '') : url.slice(0, end);
  let authority = AUTHORITIES.get(beginning);
  if (authority === undefined && !AUTHORITIES.has(beginning)) {
    authority = readAuthority(beginning);
    if (AUTHORITIES.size < 1000) AUTHORITIES.set(beginning, authority);
  }
  if (authority === undefined) return undefined;
  const { scheme, isWeb, origin, host, written } = authority;
  const { path, query } = splitTarget(url);
  return { scheme, origin, host, path, query, shown: isWeb ? `${scheme}://${written}${path}` : `${scheme}:` };
}

function readAuthority(url: string): Authority | undefined {
  const [, name, authority] = BEGINNING.exec(url) ?? [];
  if (name === undefined) return undefined;
  const scheme = name.toLowerCase();
  const written = authority?.slice(authority.lastIndexOf('@') + 1) ?? '';
  const isWeb = /^(?:https?|wss?)$/.test(scheme);
  const parsed = isWeb && written !== '' ? URL.parse(`${scheme}://${written}`) : null;
  return {
    scheme,
    isWeb,
    origin: parsed === null ? undefined : `${scheme}://${parsed.host}`,
    host: parsed?.host ?? written,
    written,
  };
}
