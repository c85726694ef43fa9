// Detects the format of a recording from its first bytes, never from its name.
import type { Buffer } from 'node:buffer';
import { isJsonBlank } from './byte-stream.ts';
import { beginScan, type ScanState, scanValue, startsValue } from './scan-json.ts';

/**
 * - json: one document; the list that it contains decides the format
 * - lines: one JSON object per line
 * - postman, vcr-yaml: have to be read into memory
 * - unknown: none of these
 */
export type InputFormat = 'empty' | 'json' | 'lines' | 'postman' | 'vcr-yaml' | 'unknown';

export function detectInputFormat(head: Buffer): InputFormat {
  if (isJsonBlank(head)) return 'empty';
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('[')) return 'json';
  if (!text.startsWith('{')) {
    return /^(?:(?:http_)?interactions|-\s+request):/m.test(text) ? 'vcr-yaml' : 'unknown';
  }
  const names = memberNames(head);
  if (names.includes('log')) return 'json';
  if (/schema\.(?:get)?postman\.com|"_postman_id"/.test(text) && names.some(isPostmanMember))
    return 'postman';
  // JSON lines: the first line has a "request" member, or one of the first lines is a complete entry.
  const firstLine = text.split('\n', 1)[0] as string;
  if (names.includes('request') && firstLine.trim() !== '{') return 'lines';
  return text.split('\n', 20).some(isEntryLine) ? 'lines' : 'json';
}

function isPostmanMember(name: string): boolean {
  return name === 'info' || name === 'item' || name === 'collection';
}

function isEntryLine(line: string): boolean {
  if (!line.startsWith('{') || !line.includes('"request"')) return false;
  try {
    return 'request' in (JSON.parse(line) as object);
  } catch {
    return false;
  }
}

/** The member names of the object that the bytes begin with, as far as the bytes go. Escapes are not decoded. */
function memberNames(bytes: Buffer): string[] {
  const names: string[] = [];
  const scan: ScanState = { depth: 0, isInString: false, isEscaped: false, isScalar: false };
  let name: string | undefined;
  for (let at = bytes.indexOf(0x7b) + 1; at < bytes.length; ) {
    const byte = bytes[at] as number;
    if (byte === 0x7d) break;
    if (!startsValue(byte)) {
      // A name is a string that is followed by a colon.
      if (byte === 0x3a && name !== undefined) names.push(name);
      name = undefined;
      at++;
      continue;
    }
    beginScan(scan, byte);
    const end = scanValue(bytes, scan.isScalar ? at : at + 1, scan);
    if (end < 0) break;
    name = byte === 0x22 ? bytes.toString('utf8', at + 1, end - 1) : undefined;
    at = end;
  }
  return names;
}
