// Bodies without JSON: text as it is, XML indented by its tags, bytes as a hex dump.
import type { Token } from './body-rows.ts';

export function textLines(text: string): Token[][] {
  return text.split(/\r\n|\n|\r/).map(line => [{ kind: 'text', text: line }]);
}

const BYTES_PER_ROW = 16;

/** "00000010  3c 73 ...  |<s..|", as hexdump writes it. */
export function hexLines(bytes: Uint8Array): Token[][] {
  const lines: Token[][] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_ROW) {
    const row = bytes.subarray(at, at + BYTES_PER_ROW);
    const hex = [...row].map(byte => byte.toString(16).padStart(2, '0')).join(' ');
    const text = [...row]
      .map(byte => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('');
    lines.push([
      { kind: 'offset', text: `${at.toString(16).padStart(8, '0')}  ` },
      { kind: 'text', text: hex.padEnd(3 * BYTES_PER_ROW) },
      { kind: 'muted', text: ` ${text}` },
    ]);
  }
  return lines;
}

/** Tags, comments, CDATA sections, declarations and the texts between them. What does not end takes the rest. */
function* xmlTokens(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const start = at;
    if (text.startsWith('<!--', at)) at = endOf(text, '-->', at);
    else if (text.startsWith('<![CDATA[', at)) at = endOf(text, ']]>', at);
    else {
      at++;
      while (at < text.length && text[at] !== '<' && (text[start] !== '<' || text[at - 1] !== '>')) at++;
    }
    yield text.slice(start, at);
  }
}

function endOf(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  return at < 0 ? text.length : at + end.length;
}

/** XML with a line for each element. Mixed content keeps its text; nothing is parsed, so broken XML is shown too. */
export function xmlLines(text: string): Token[][] {
  const lines: Token[][] = [];
  let depth = 0;
  /** The line that may still take the text and the end tag of an element without children. */
  let open: Token[] | undefined;
  const add = (token: Token, level: number): Token[] => {
    const line: Token[] = [{ kind: 'text', text: '  '.repeat(Math.min(level, 24)) }, token];
    lines.push(line);
    return line;
  };
  for (const token of xmlTokens(text)) {
    if (/^[^<]/.test(token) || token.startsWith('<![CDATA[')) {
      if (token.trim() === '') continue;
      const isShort = open !== undefined && !token.includes('\n');
      if (isShort) open?.push({ kind: 'string', text: token });
      else for (const line of token.trim().split(/\r?\n/)) add({ kind: 'string', text: line }, depth);
      if (!isShort) open = undefined;
    } else if (token.startsWith('</')) {
      depth = Math.max(0, depth - 1);
      if (open === undefined) add({ kind: 'tag', text: token }, depth);
      else open.push({ kind: 'tag', text: token });
      open = undefined;
    } else if (/^<[!?]/.test(token)) {
      for (const line of token.split(/\r?\n/)) add({ kind: 'muted', text: line }, depth);
      open = undefined;
    } else {
      const line = add({ kind: 'tag', text: token }, depth);
      const isOpening = token.endsWith('>') && !token.endsWith('/>');
      if (isOpening) depth++;
      open = isOpening ? line : undefined;
    }
  }
  return lines;
}
