// A request as a curl command that can be pasted into a shell.
import { Buffer } from 'node:buffer';
import { isRecorded, type Request } from './exchange.ts';

/** @param origin "http://127.0.0.1:4010", without a trailing slash */
export function toCurl(origin: string, request: Request): string {
  const target = `${origin}${request.path}${request.query === '' ? '' : `?${request.query}`}`;
  const words = ['curl', ...(request.method === 'GET' ? [] : ['-X', request.method]), quote(target)];
  for (const [name, values] of Object.entries(request.headers)) {
    for (const value of values ?? []) words.push('-H', quote(`${name}: ${value}`));
  }
  if (isRecorded(request.body) && request.body.length > 0) {
    words.push('--data-raw', quote(Buffer.from(request.body).toString('utf8')));
  }
  return words.join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
