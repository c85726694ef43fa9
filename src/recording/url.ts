// Takes the URL of a recorded request apart. Path and query stay as they were sent, which the URL class would not leave them.
import { LRUCache } from 'lru-cache';
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
  readonly displayUrl: string;
}

interface Authority {
  readonly scheme: string;
  readonly hasAuthority: boolean;
  readonly origin: string | undefined;
  readonly host: string;
  /** As written, without user and password. */
  readonly authority: string;
}

/** Recordings ask a few hosts many times. False: the text is not the beginning of an absolute URL. */
const AUTHORITIES = new LRUCache<string, Authority | false>({ max: 1000 });
/** Scheme, and what follows it up to the path. */
const SCHEME_AND_AUTHORITY = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#\\]*))?/i;

/** @returns undefined when it is no absolute URL */
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
  const { scheme, hasAuthority: isWeb, origin, host, authority: authorityText } = authority;
  const { path, query } = splitTarget(url);
  return {
    scheme,
    origin,
    host,
    path,
    query,
    displayUrl: isWeb ? `${scheme}://${authorityText}${path}` : `${scheme}:`,
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
