// Curl commands made from traffic, read by real shells: they send what was received, and no text of it becomes a command.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlCommand, shellWord as shellWordOfConsole } from '../../src/console/curl.ts';
import { shellWord, toCurl } from '../../src/exchange/curl.ts';
import { fc } from '../random.ts';

const CHARACTERS = [...`'"\\\n\r\t$()\`!#;&|<>*?[]{}~ -=a7\u001b\u0003\u0085é`];
const HOSTILE = [
  `\r'; echo injected; #`,
  `\\'; echo injected; #`,
  `\\'\r\n; echo injected; #`,
  `\\\\'; echo injected; #\\`,
  '$(echo injected)',
  '`echo injected`',
  `'\n echo injected\n'`,
  '\u001b[201~\u0003echo injected\n;',
  '\\',
  '!!',
];
const WORDS = [
  ...HOSTILE,
  ...fc.sample(fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 8 }), 50),
];

const PLACES = [
  ['the server', shellWord],
  ['the console', shellWordOfConsole],
] as const;

/** The words that a shell reads. */
function readBy(shell: string, quoted: readonly string[]): string[] {
  const script = `printf '%s\\0' ${quoted.join(' ')}`;
  return execFileSync(shell, ['-c', script], { encoding: 'utf8', stdio: 'pipe' }).split('\0').slice(0, -1);
}

test.each(PLACES)('bash reads the words that %s quotes', (_, quote) => {
  expect(readBy('bash', WORDS.map(quote))).toEqual(WORDS);
});

test.each(PLACES)('no shell runs a part of a word that %s quotes', (_, quote) => {
  // A command that ran would write after the last word. Some shells read no escapes, and so another word.
  const read = readBy('sh', HOSTILE.map(quote));
  expect(read).toHaveLength(HOSTILE.length);
  expect(read.filter(word => word.startsWith('injected'))).toEqual([]);
  // In single quotes of fish, a backslash escapes a quote or a backslash: none may be before one.
  const single = /\$'[^']*'|\\.|'([^']*)'/gs;
  for (const word of WORDS)
    for (const [, text = ''] of quote(word).matchAll(single))
      expect(text, JSON.stringify(word)).not.toMatch(/\\\\|\\$/);
});

test.each(PLACES)('a word that %s quotes has no control character that a terminal obeys', (_, quote) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  for (const word of WORDS) expect(quote(word)).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/);
});

test('curl takes brackets and braces of a URL as they are, and a body with a NUL from a file', () => {
  const request = {
    method: 'GET',
    path: '/pets',
    query: 'a=[1-100000]',
    headers: {},
    body: new Uint8Array(),
  };
  const globbing = `curl --globoff 'http://x/pets?a=[1-100000]'`;
  expect(toCurl('http://x', request)).toBe(globbing);
  expect(curlCommand({ method: 'GET', url: 'http://x/pets?a=[1-100000]', headers: [], body: '' })).toBe(
    globbing,
  );
  expect(toCurl('http://x', { ...request, query: '', method: 'POST', body: Buffer.from('a\0b') })).toContain(
    '--data-binary @body',
  );
});

test('a part with a name of a file or a media type is a text for curl, never the name of a file to read', () => {
  const part = (head: string, text: string): string =>
    `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
  const body = Buffer.from(
    `${part('name="file"; filename="a.txt"\r\nContent-Type: text/plain', '@/etc/passwd')}${part(
      'name="meta"\r\nContent-Type: application/json',
      '{"n":1}',
    )}${part('name="note"', 'hi')}--x--\r\n`,
  );
  const headers = { 'content-type': ['multipart/form-data; boundary=x'] };
  expect(toCurl('http://h', { method: 'POST', path: '/a', query: '', headers, body })).toBe(
    `curl -X POST http://h/a --form 'file="@/etc/passwd";filename="a.txt";type=text/plain' ` +
      `--form 'meta="{\\"n\\":1}";type=application/json' --form-string note=hi`,
  );
});
