// A request as a curl command that can be pasted into a shell.
import { Buffer } from 'node:buffer';
import { type Headers, isRecorded, type Request } from './exchange.ts';

/**
 * @param origin "http://127.0.0.1:4010", without a trailing slash
 * @param longest maximum size in bytes of a body in the command; a longer or binary body becomes a comment with its size
 * @example
 * toCurl('http://127.0.0.1:4010', request) // curl http://127.0.0.1:4010/users -H 'accept: application/json'
 */
export function toCurl(origin: string, request: Request, longest = Number.POSITIVE_INFINITY): string {
  const target = `${origin}${request.path}${request.query === '' ? '' : `?${request.query}`}`;
  const hasBody = isRecorded(request.body) && request.body.length > 0;
  // curl sends a request with a body as POST by default, and with "-X HEAD" it waits for a body.
  const method =
    request.method === 'HEAD'
      ? ['--head']
      : request.method === 'GET' && !hasBody
        ? []
        : ['-X', shellWord(request.method)];
  // A range in brackets would be as many requests.
  const asIs = /[[\]{}]/.test(target) ? ['--globoff'] : [];
  const words = ['curl', ...asIs, ...method, shellWord(target)];
  for (const [name, values] of Object.entries(request.headers)) {
    for (const value of values ?? []) words.push('-H', shellWord(`${name}: ${value}`));
  }
  if (isRecorded(request.body) && request.body.length > 0) {
    const text = Buffer.from(request.body).toString('utf8');
    if (request.body.length > longest || /[\0\uFFFD]/.test(text)) {
      words.push(
        '--data-binary',
        '@body',
        `# save the body (${request.body.length} bytes) in the file "body"`,
      );
    } else {
      words.push('--data-raw', shellWord(text));
    }
  }
  return words.join(' ');
}

/** Header fields that curl sets itself, or that only describe the client. */
const OMITTED_IN_CURL =
  /^(host|content-length|connection|accept-encoding|sec-.*|user-agent|origin|referer|dnt|te)$/;

/** The header fields that belong into a curl command. */
export function curlHeaders(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OMITTED_IN_CURL.test(name)));
}

/**
 * Quotes a word if necessary, so that no shell runs a part of it. Control characters, which a terminal obeys or does not paste,
 * are escapes that bash, zsh and a shell of POSIX 2024 read. In fish, a backslash in single quotes escapes what follows.
 */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replace(/'|(?:\r\n|(?![\n\t])\p{Cc})+|\\(?=[\\'\p{Cc}]|$)/gu, unquoted)}'`;
}

/** The characters between two quoted parts of a word. */
function unquoted(characters: string): string {
  if (characters === "'" || characters === '\\') return `'\\${characters}'`;
  const octal = Array.from(
    new TextEncoder().encode(characters),
    byte => `\\${byte.toString(8).padStart(3, '0')}`,
  );
  return `'$'${octal.join('').replaceAll('\\015', '\\r').replaceAll('\\012', '\\n')}''`;
}
