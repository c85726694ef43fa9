// Splits the bytes of a connection into its responses, and fails if a byte belongs to none.

export interface SplitResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * @param text one character per byte
 * @param methods of the requests, in order; those that are missing are GET
 */
export function splitResponses(text: string, methods: readonly string[] = []): SplitResponse[] {
  const responses: SplitResponse[] = [];
  let rest = text;
  while (rest !== '') {
    const [head, line, fields = ''] =
      /^(HTTP\/1\.1 \d{3} [^\r\n]*)\r\n((?:[!-9;-~]+: [^\r\n]*\r\n)*)\r\n/.exec(rest) ?? [];
    if (head === undefined || line === undefined)
      throw new Error(`no response begins here: ${JSON.stringify(rest.slice(0, 200))}`);
    const status = Number(line.slice(9, 12));
    const headers = Object.fromEntries(
      fields
        .split('\r\n')
        .filter(field => field !== '')
        .map(field => [
          field.slice(0, field.indexOf(':')).toLowerCase(),
          field.slice(field.indexOf(':') + 2),
        ]),
    );
    rest = rest.slice(head.length);
    if (status < 200) continue;
    let body = '';
    const hasBody = methods[responses.length] !== 'HEAD' && status !== 204 && status !== 304;
    if (hasBody && headers['transfer-encoding'] === 'chunked') {
      for (let size = -1; size !== 0; ) {
        const chunk = /^([\da-f]+)\r\n/.exec(rest);
        if (chunk === null) {
          // The connection was closed in the middle of the body.
          responses.push({ status, headers, body });
          return responses;
        }
        size = Number.parseInt(chunk[1] ?? '', 16);
        body += rest.slice(chunk[0].length, chunk[0].length + size);
        rest = rest.slice(chunk[0].length + size + 2);
      }
    } else if (hasBody) {
      const length = Number(headers['content-length']);
      if (!(rest.length >= length)) throw new Error(`a body of ${length} bytes has ${rest.length}`);
      body = rest.slice(0, length);
      rest = rest.slice(length);
    }
    responses.push({ status, headers, body });
  }
  return responses;
}
