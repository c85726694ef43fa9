// A request as a curl command that can be pasted into a shell.
import { Buffer } from 'node:buffer';
import { type Headers, isRecorded, type Request } from './exchange.ts';
import { parseMediaType } from './media-type.ts';
import { splitMultipart } from './multipart.ts';

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
  const form = formOptions(request, longest);
  for (const [name, values] of Object.entries(request.headers)) {
    // With a form, curl chooses the boundary.
    if (form !== undefined && name === 'content-type') continue;
    for (const value of values ?? []) words.push('-H', shellWord(`${name}: ${value}`));
  }
  if (form !== undefined) {
    words.push(...form);
  } else if (isRecorded(request.body) && request.body.length > 0) {
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

/** The options for a form of texts: curl writes the line breaks, which a shell may not keep. Undefined: it is no such form. */
function formOptions({ headers, body }: Request, longest: number): string[] | undefined {
  const media = parseMediaType(headers['content-type']?.[0] ?? '');
  const boundary = media?.parameters.boundary;
  if (
    media?.essence !== 'multipart/form-data' ||
    boundary === undefined ||
    !isRecorded(body) ||
    body.length > longest
  )
    return undefined;
  const parts = splitMultipart(body, boundary);
  if (typeof parts === 'string' || parts.length === 0) return undefined;
  const options = parts.map(({ name, fields, filename, bytes }) => {
    const text = Buffer.from(bytes).toString('utf8');
    const type = fields.get('content-type');
    const isKnown = fields.size === (type === undefined ? 1 : 2);
    if (!isKnown || /[\0\uFFFD]/.test(text) || /[="\\\r\n]/.test(name)) return undefined;
    if (type !== undefined && !/^[\w.+-]+\/[\w.+-]+$/.test(type)) return undefined;
    if (filename === undefined && type === undefined) return ['--form-string', shellWord(`${name}=${text}`)];
    const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
    const file = filename === undefined ? '' : `;filename=${quote(filename)}`;
    return ['--form', shellWord(`${name}=${quote(text)}${file}${type === undefined ? '' : `;type=${type}`}`)];
  });
  return options.every(each => each !== undefined) ? options.flat() : undefined;
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
