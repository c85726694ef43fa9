// Links in header fields and bodies.
import { Buffer } from 'node:buffer';
import { isRecorded, type Response } from './exchange.ts';

/** The fields of a response that have links, in lower case. */
export const LINK_FIELDS = ['location', 'content-location', 'link', 'refresh'] as const;

/**
 * Replaces the links in a field of a response. Values of other fields stay.
 * @param name in lower case
 */
export function mapHeaderLinks(name: string, value: string, map: (link: string) => string): string {
  switch (name) {
    case 'location':
    case 'content-location':
      return map(value);
    case 'link':
      return value.replace(/<([^<>]*)>/g, (_, link: string) => `<${map(link)}>`);
    case 'refresh':
      return value.replace(
        /(;\s{0,20}url\s{0,20}=\s{0,20}["']?)([^\s"']+)/i,
        (_, before: string, link: string) => before + map(link),
      );
    default:
      return value;
  }
}

/** Whether a body has links to the host of the origin, also in the escaped form of JSON: https:\/\/api.example.com */
export function hasLinkTo(origin: string, response: Response | undefined): boolean {
  const host = URL.parse(origin)?.host;
  if (host === undefined || response === undefined || !isRecorded(response.body)) return false;
  const { buffer, byteOffset, byteLength } = response.body;
  return Buffer.from(buffer, byteOffset, byteLength).includes(`/${host}`);
}
