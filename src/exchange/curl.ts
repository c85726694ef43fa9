// A request as a curl command that can be pasted into a shell.
import { Buffer } from 'node:buffer';
import { isRecorded, type Request } from './exchange.ts';

/**
 * @param origin "http://127.0.0.1:4010", without a trailing slash
 * @param longest bytes of a body that are written out; of a longer one only its length is said
 */
export function toCurl(origin: string, request: Request, longest = Number.POSITIVE_INFINITY): string {
  const target = `${origin}${request.path}${request.query === '' ? '' : `?${request.query}`}`;
  const hasBody = isRecorded(request.body) && request.body.length > 0;
  // curl makes a POST of what has a body, and would wait for that of an answer to HEAD.
  const method =
    request.method === 'HEAD'
      ? ['--head']
      : request.method === 'GET' && !hasBody
        ? []
        : ['-X', shellWord(request.method)];
  const words = ['curl', ...method, shellWord(target)];
  for (const [name, values] of Object.entries(request.headers)) {
    for (const value of values ?? []) words.push('-H', shellWord(`${name}: ${value}`));
  }
  if (isRecorded(request.body) && request.body.length > 0) {
    const text = Buffer.from(request.body).toString('utf8');
    if (request.body.length > longest || text.includes('\uFFFD')) {
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

/** One word of a command, as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
