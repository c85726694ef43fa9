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
  const data = body === '' ? [] : ['--data-raw', body];
  return ['curl', ...verb, url, ...fields, ...data].map(shellWord).join(' ');
}

/** Quotes a word for a shell if necessary. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
