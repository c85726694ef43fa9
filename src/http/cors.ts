// CORS for browsers: any page may read the responses of the mock, but only allowed ones those of a real service behind it.
import type { IncomingMessage } from 'node:http';
import { InputError } from '../finding/input-error.ts';

/** false: no fields. prism: those of Prism, which every response has. */
export type CorsPolicy = boolean | 'prism';

/** Response fields for a CORS-preflight request (Fetch standard); undefined: the request is not a preflight. */
export function preflightFields(
  incoming: IncomingMessage,
  cors: CorsPolicy = true,
): Record<string, string> | undefined {
  // node:http builds `headers` when it is first read, so test the method before.
  if (incoming.method !== 'OPTIONS') return undefined;
  const { headers } = incoming;
  const requestedMethod = headers['access-control-request-method'];
  if (headers.origin === undefined || requestedMethod === undefined) return undefined;
  if (cors === 'prism')
    return {
      ...Object.fromEntries(openCorsFields(incoming)),
      'access-control-allow-methods': requestedMethod,
      vary: 'origin',
    };
  return {
    'access-control-allow-origin': headers.origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': requestedMethod,
    ...(headers['access-control-request-headers'] !== undefined && {
      'access-control-allow-headers': headers['access-control-request-headers'],
    }),
    ...(headers['access-control-request-private-network'] === 'true' && {
      'access-control-allow-private-network': 'true',
    }),
    'access-control-max-age': '600',
    vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
  };
}

/** The fields that Prism adds to each response. */
export function openCorsFields({ rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] {
  let origin: string | undefined;
  let requested: string | undefined;
  let exposed: string | undefined;
  // One pass, because every response has these fields.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (name.length !== 6 && name.length < 29) continue;
    const value = rawHeaders[index + 1];
    switch (name.toLowerCase()) {
      case 'origin':
        origin ??= value;
        break;
      case 'access-control-request-headers':
        requested ??= value;
        break;
      case 'access-control-expose-headers':
        exposed ??= value;
        break;
    }
  }
  return [
    ['access-control-allow-origin', origin ?? '*'],
    ['access-control-allow-headers', requested ?? '*'],
    ['access-control-allow-credentials', 'true'],
    ['access-control-expose-headers', exposed ?? '*'],
  ];
}

/** The Origin field. */
export function originOf({ rawHeaders }: IncomingMessage): string | undefined {
  // `headers` would be built for each request.
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && /^origin$/i.test(name));
  return at < 0 ? undefined : rawHeaders[at + 1];
}

/** Browsers take "*" literally for requests with credentials, so the fields list the origin and the names. */
export function corsFields(origin: string, names: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': names.join(', '),
    vary: 'Origin',
  };
}

/**
 * Whether a page may read the responses of real services: one on this machine, one on the host that it calls, or one of a
 * named origin. Any other page of the internet could read the services that this machine reaches (Fetch standard, CORS).
 * @param origins such as "https://app.example.com"; "*" allows all
 */
export function mayReadUpstream(incoming: IncomingMessage, origins: readonly string[]): boolean {
  const origin = originOf(incoming)?.toLowerCase();
  if (origin === undefined || origins.includes('*') || origins.includes(origin)) return true;
  const page = URL.parse(origin)?.hostname ?? '';
  const called = URL.parse(`http://${incoming.headers.host}`)?.hostname;
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(page) || (page !== '' && page === called);
}

/** @throws InputError if the text is not an origin */
export function parseOrigin(text: string): string {
  const origin = URL.parse(text)?.origin;
  if (text === '*' || (origin !== undefined && origin === text.toLowerCase())) return text.toLowerCase();
  throw new InputError(`"${text}" is not an origin: write https://app.example.com, without a path, or *`);
}
