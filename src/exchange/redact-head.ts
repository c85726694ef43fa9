// Redacts what stands before the body of a message: path, query and header fields.
import { NON_SECRET_NAME } from './entropy.ts';
import { decodePercent, type Headers, parsePairs } from './exchange.ts';
import { labelledPairs } from './labelled-values.ts';
import { redactNotations } from './redact-body.ts';
import { type Redactor, redactEncoded } from './redaction-log.ts';
import { RANDOM_TOKEN } from './secrets.ts';

/** A value in a path: offsets into the path as sent, `to` exclusive, and the name of the path parameter. */
export interface PathSpan {
  readonly from: number;
  readonly to: number;
  readonly name?: string;
}

/** Every segment is a value. */
export function segmentSpans(path: string): PathSpan[] {
  let at = 0;
  return path.split('/').map(segment => {
    const from = at;
    at += segment.length + 1;
    return { from, to: from + segment.length };
  });
}

export function redactPath(
  path: string,
  values: readonly PathSpan[],
  { replaceAt, isSecret, redactText, scrub, encodedPlaceholder, placeholder }: Redactor,
): string {
  return replaceAt('/request/path', path, () => {
    const pieces: string[] = [];
    let at = 0;
    for (const { from, to, name } of values) {
      const value = path.slice(from, to);
      pieces.push(path.slice(at, from));
      at = to;
      if (name !== undefined && isSecret(name)) pieces.push(encodedPlaceholder(value));
      else if (name !== undefined && NON_SECRET_NAME.test(name)) pieces.push(scrub(value));
      else
        pieces.push(
          redactEncoded(value, decodePercent(value), text =>
            redactText(text, name).replace(RANDOM_TOKEN, placeholder),
          ),
        );
    }
    return pieces.join('') + path.slice(at);
  });
}

export function redactQuery(query: string, redactor: Redactor): string {
  const { replaceAt, isSecret, redactText, scrub, encodedPlaceholder, placeholder } = redactor;
  // JSON or XML in a query has secrets by the names inside.
  const redactValue = (text: string, name: string | undefined): string => {
    const redacted = redactText(text, name);
    return /^\s*[[{<]/.test(text) ? redactNotations(redacted, redactor) : redacted;
  };
  const labelled = labelledPairs(parsePairs(query), name => isSecret(name, true));
  const pieces = query.split('&').map(piece => {
    const [pair] = parsePairs(piece);
    if (pair === undefined) return piece;
    const equals = piece.indexOf('=') + 1;
    // Without "=", the whole piece may be a token.
    const name = equals === 0 ? redactValue(pair.name, undefined) : scrub(pair.name);
    return replaceAt(['request', 'query', name], piece, () => {
      const before = name === pair.name ? piece.slice(0, equals) : `${encodeURIComponent(name)}=`;
      if (equals === 0) return redactEncoded(piece, pair.name, text => redactValue(text, undefined));
      if (isSecret(pair.name, true) || labelled.has(pair.name)) return before + encodedPlaceholder(pair.raw);
      return (
        before +
        redactEncoded(pair.raw, pair.value, value =>
          redactValue(value, pair.name).replace(RANDOM_TOKEN, placeholder),
        )
      );
    });
  });
  return pieces.join('&');
}

export function redactHeaders(side: 'request' | 'response', headers: Headers, redactor: Redactor): Headers {
  const { replaceAt, isSecret, redactText, scrub, encodedPlaceholder, placeholder } = redactor;
  const redactPair = (text: string): string => {
    const from = text.indexOf('=') + 1;
    const value = text.slice(from).trim();
    const bare = /^".*"$/s.test(value) ? value.slice(1, -1) : value;
    return bare === ''
      ? text
      : text.slice(0, from) + text.slice(from).replace(bare, () => encodedPlaceholder(bare));
  };
  const redactValue = (name: string, value: string): string => {
    // Redact the value of every cookie. Names are preserved; attributes lose only known secrets.
    if (name === 'cookie')
      return value
        .split(';')
        .map(attribute => (attribute.includes('=') ? redactPair(attribute) : placeholder(attribute)))
        .join(';');
    if (name === 'set-cookie') {
      const [first = '', ...attributes] = value.split(';');
      return [
        first.includes('=') ? redactPair(first) : placeholder(first),
        ...attributes.map(attribute => scrub(attribute)),
      ].join(';');
    }
    return isSecret(name) ? placeholder(value) : redactText(value, name);
  };
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      values?.map(value => replaceAt([side, 'headers', name], value, () => redactValue(name, value))),
    ]),
  );
}
