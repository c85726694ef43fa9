// Sends what a curl line says: by curl itself in a long run, by fetch in a short one, which needs nothing but Node.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isLong } from './suite.ts';

export interface CurlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** @param args `--request`, `--url`, `--header` and `--data`, as documentation pages use them; a URL may stand alone */
export async function curl(args: readonly string[]): Promise<CurlAnswer> {
  return isLong ? await byCurl(args) : await byFetch(args);
}

async function byCurl(args: readonly string[]): Promise<CurlAnswer> {
  const { stdout } = await promisify(execFile)('curl', ['--silent', '--show-error', '--include', ...args]);
  const end = stdout.indexOf('\r\n\r\n');
  const [statusLine = '', ...fields] = stdout.slice(0, end).split('\r\n');
  const pairs = fields.map(field => {
    const colon = field.indexOf(':');
    return [field.slice(0, colon), field.slice(colon + 1).trim()] as [string, string];
  });
  return {
    status: Number(/^HTTP\/1\.1 (\d+) /.exec(statusLine)?.[1]),
    headers: new Headers(pairs),
    body: stdout.slice(end + 4),
  };
}

async function byFetch(args: readonly string[]): Promise<CurlAnswer> {
  const headers = new Headers();
  let method: string | undefined;
  let url = '';
  let body: string | undefined;
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('--')) {
      url = word;
      continue;
    }
    const value = rest.shift() ?? '';
    if (word === '--request') method = value;
    else if (word === '--url') url = value;
    else if (word === '--data') body = value;
    else if (word === '--header') headers.append(...splitField(value));
    else throw new Error(`${word} is not an option that this reads`);
  }
  // curl takes {id} for a list of one alternative.
  const response = await fetch(url.replaceAll(/\{(\w+)\}/g, '$1'), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    ...(body !== undefined && { body }),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

function splitField(field: string): [string, string] {
  const colon = field.indexOf(':');
  return [field.slice(0, colon), field.slice(colon + 1).trim()];
}
