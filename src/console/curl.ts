// A request as a curl command that can be pasted into a shell.

export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export function curlCommand({ method, url, headers, body }: CurlRequest): string {
  // With "-X HEAD" curl waits for a body.
  const verb = method === 'HEAD' ? ['--head'] : method === 'GET' && body === '' ? [] : ['-X', method];
  const fields = headers.flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  // A range in brackets would be as many requests.
  const asIs = /[[\]{}]/.test(url) ? ['--globoff'] : [];
  const data = body === '' ? [] : ['--data-raw', body];
  return ['curl', ...asIs, ...verb, url, ...fields, ...data].map(shellWord).join(' ');
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
