// Parses the URL of a recorded request. Does not use the URL class, because it would normalize path and query.
import { LRUCache } from 'lru-cache';
import { splitTarget } from '../exchange/exchange.ts';

export interface RecordedUrl {
  /** Lower case, without ":". */
  readonly scheme: string;
  /** "https://api.example.com:8443", without a default port. Undefined when there is no host. */
  readonly origin: string | undefined;
  /** The value for a Host header. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
  /** For display: without user, password, query and fragment, which may be secret. */
  readonly displayUrl: string;
}

interface Authority {
  readonly scheme: string;
  readonly hasAuthority: boolean;
  readonly origin: string | undefined;
  readonly host: string;
  /** As in the URL, without user and password. */
  readonly authority: string;
}

/** Parsed authorities by the start of the URL, because a recording has few hosts. False: not an absolute URL. */
const AUTHORITIES = new LRUCache<string, Authority | false>({ max: 1000 });
/** The scheme, and the authority if there is one. */
const SCHEME_AND_AUTHORITY = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#\\]*))?/i;

/** @returns undefined when the URL is not absolute */
export function parseRecordedUrl(url: string): RecordedUrl | undefined {
  const slashes = url.indexOf('//');
  const end = slashes < 0 ? -1 : url.indexOf('/', slashes + 2);
  const prefix = end < 0 ? (SCHEME_AND_AUTHORITY.exec(url)?.[0] ?? '') : url.slice(0, end);
  let authority = AUTHORITIES.get(prefix);
  if (authority === undefined) {
    authority = parseAuthority(prefix) ?? false;
    AUTHORITIES.set(prefix, authority);
  }
  if (authority === false) return undefined;
  const { scheme, hasAuthority, origin, host, authority: authorityText } = authority;
  const { path, query } = splitTarget(url);
  return {
    scheme,
    origin,
    host,
    path,
    query,
    displayUrl: hasAuthority ? `${scheme}://${authorityText}${path}` : `${scheme}:`,
  };
}

function parseAuthority(url: string): Authority | undefined {
  const [, name, authority] = SCHEME_AND_AUTHORITY.exec(url) ?? [];
  if (name === undefined) return undefined;
  const scheme = name.toLowerCase();
  const authorityText = authority?.slice(authority.lastIndexOf('@') + 1) ?? '';
  const isWeb = /^(?:https?|wss?)$/.test(scheme);
  const parsed = isWeb && authorityText !== '' ? URL.parse(`${scheme}://${authorityText}`) : null;
  return {
    scheme,
    hasAuthority: isWeb,
    origin: parsed === null ? undefined : `${scheme}://${parsed.host}`,
    host: parsed?.host ?? authorityText,
    authority: authorityText,
  };
}
