// Takes secrets out of an exchange before anybody keeps it. What stays has the same length and kinds of characters.
import { Buffer } from 'node:buffer';
import { decodeBody } from './body.ts';
import {
  type Body,
  type Exchange,
  type Headers,
  isRecorded,
  parseCookies,
  parsePairs,
  type Request,
} from './exchange.ts';

/** Names whose values are secret wherever they stand: header, cookie, query, form field or JSON member. */
const SECRET_NAME =
  /authori[sz]ation|cookie|token|secret|passw|api[-_]?key|access[-_]?key|private[-_]?key|signature|session|credential|otp|pin$|jwt|bearer/i;

/** Of a text, everything but its form: letters become x, digits 0, "Bearer " stays, and a Basic credential stays one. */
function mask(text: string): string {
  const [, scheme = '', rest = ''] = /^((?:Bearer|Basic|Digest|ApiKey)\s+)?([\s\S]*)$/i.exec(text) ?? [];
  if (/^basic/i.test(scheme)) {
    const credential = Buffer.from(rest, 'base64').toString('utf8');
    if (credential.includes(':')) return scheme + Buffer.from(blank(credential)).toString('base64');
  }
  return scheme + blank(rest);
}

function blank(text: string): string {
  return text.replace(/\p{L}/gu, 'x').replace(/\p{N}/gu, '0');
}

/**
 * @param names further names that are secret here, in any case: API keys that the document declares
 * @returns a copy without any value that stands under a secret name, nor those values anywhere else in it
 */
export function redact(exchange: Exchange, names: ReadonlySet<string>): Exchange {
  const isSecret = (name: string): boolean => SECRET_NAME.test(name) || names.has(name.toLowerCase());
  const { request, response } = exchange;
  const values = secretsOf(request, isSecret);
  const scrub = (text: string): string => {
    let scrubbed = text;
    for (const value of values) scrubbed = scrubbed.replaceAll(value, mask(value));
    return scrubbed;
  };
  const cleanHeaders = (headers: Headers): Headers =>
    Object.fromEntries(
      Object.entries(headers).map(([name, list]) => [
        name,
        list?.map(value => (isSecret(name) ? mask(value) : scrub(value))),
      ]),
    );
  const query = request.query
    .split('&')
    .map(piece => {
      const [pair] = parsePairs(piece);
      return pair !== undefined && isSecret(pair.name)
        ? `${encodeURIComponent(pair.name)}=${encodeURIComponent(mask(pair.value))}`
        : scrub(piece);
    })
    .join('&');
  return {
    ...exchange,
    request: {
      ...request,
      path: scrub(request.path),
      query,
      headers: cleanHeaders(request.headers),
      body: cleanBody(request, isSecret, scrub),
    },
    ...(response !== undefined && {
      response: {
        ...response,
        headers: cleanHeaders(response.headers),
        body: cleanBody(response, isSecret, scrub),
      },
    }),
  };
}

/** The secret values a client sent, long enough to be looked for elsewhere without hitting innocent text. */
function secretsOf(request: Request, isSecret: (name: string) => boolean): string[] {
  const found = new Set<string>();
  const take = (value: string): void => {
    const bare = value.replace(/^(?:Bearer|Basic|Digest|ApiKey)\s+/i, '').trim();
    for (const form of [bare, encodeURIComponent(bare)]) if (form.length >= 6) found.add(form);
    if (/^Basic\s/i.test(value)) {
      const [user = '', password = ''] = Buffer.from(bare, 'base64').toString('utf8').split(/:(.*)/s);
      for (const part of [user, password]) if (part.length >= 6) found.add(part);
    }
  };
  for (const [name, values] of Object.entries(request.headers)) {
    if (name === 'cookie') for (const { value } of parseCookies(values?.join('; '))) take(value);
    else if (isSecret(name)) for (const value of values ?? []) take(value);
  }
  for (const { name, value } of parsePairs(request.query)) if (isSecret(name)) take(value);
  const decoded = decodeBody(request);
  if (decoded.kind === 'form') for (const { name, value } of decoded.pairs) if (isSecret(name)) take(value);
  if (decoded.kind === 'json') {
    walk(decoded.value, (name, value) => {
      if (isSecret(name) && typeof value === 'string') take(value);
      return value;
    });
  }
  return [...found].sort((left, right) => right.length - left.length);
}

function cleanBody(
  message: { headers: Headers; body: Body },
  isSecret: (name: string) => boolean,
  scrub: (text: string) => string,
): Body {
  const { body } = message;
  if (!isRecorded(body) || body.length === 0) return body;
  const decoded = decodeBody(message);
  switch (decoded.kind) {
    case 'json': {
      let changed = false;
      const value = walk(decoded.value, (name, inner) => {
        if (typeof inner !== 'string') return inner;
        const clean = isSecret(name) ? mask(inner) : scrub(inner);
        changed ||= clean !== inner;
        return clean;
      });
      // Untouched bodies keep their bytes: white space, order, numbers beyond 2^53.
      return changed ? Buffer.from(JSON.stringify(value)) : body;
    }
    case 'form':
      return Buffer.from(
        decoded.pairs
          .map(
            ({ name, value }) =>
              `${encodeURIComponent(name)}=${encodeURIComponent(isSecret(name) ? mask(value) : scrub(value))}`,
          )
          .join('&'),
      );
    default: {
      const text = Buffer.from(body).toString('latin1');
      const clean = scrub(text);
      return clean === text ? body : Buffer.from(clean, 'latin1');
    }
  }
}

/** Rebuilds a JSON value, each string or other leaf as `change` wants it; `name` is that of the nearest member. */
function walk(value: unknown, change: (name: string, value: unknown) => unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map(item => walk(item, change, name));
  if (typeof value !== 'object' || value === null) return change(name, value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, change, key)]));
}
