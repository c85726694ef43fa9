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

const ORIGINS = new Map<string, URL | undefined>();

/** @returns undefined when it is no absolute URL */
export function readUrl(url: string): RecordedUrl | undefined {
  const [, name, authority] = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#\\]*))?/i.exec(url) ?? [];
  if (name === undefined) return undefined;
  const scheme = name.toLowerCase();
  const host = authority?.slice(authority.lastIndexOf('@') + 1) ?? '';
  const { path, query } = splitTarget(url);
  const isWeb = /^(?:https?|wss?)$/.test(scheme);
  const parsed = isWeb && host !== '' ? originOf(`${scheme}://${host}`) : undefined;
  return {
    scheme,
    origin: parsed === undefined ? undefined : `${scheme}://${parsed.host}`,
    host: parsed?.host ?? host,
    path,
    query,
    shown: isWeb ? `${scheme}://${host}${path}` : `${scheme}:`,
  };
}

/** Recordings ask a few hosts many times. */
function originOf(text: string): URL | undefined {
  if (ORIGINS.has(text)) return ORIGINS.get(text);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (ORIGINS.size < 1000) ORIGINS.set(text, parsed);
  return parsed;
}
