// The credentials of a request, and their hashes, by which sessions and rate limits know them.
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { decodeBytes } from '../../exchange/body.ts';
import { header, parseCookies, parsePairs, type Request } from '../../exchange/exchange.ts';
import { isObject } from '../../exchange/json.ts';
import { parseMediaType } from '../../exchange/media-type.ts';
import type { Operation } from '../../openapi/model.ts';

/** The bearer token, the basic auth user, and each API key that the operation declares. */
export function credentialsOf(request: Request, operation: Operation | undefined): string[] {
  const credentials: string[] = [];
  const [, scheme = '', credential = ''] =
    /^(\S+)\s+(\S.*)$/.exec(header(request.headers, 'authorization')?.trim() ?? '') ?? [];
  if (/^basic$/i.test(scheme))
    credentials.push(Buffer.from(credential, 'base64').toString('utf8').split(':', 1)[0] ?? '');
  else if (credential !== '') credentials.push(credential);
  for (const { scheme: declared } of operation?.security.flat() ?? []) {
    if (declared.type !== 'apiKey') continue;
    if (declared.in === 'header')
      credentials.push(header(request.headers, declared.name.toLowerCase()) ?? '');
    else if (declared.in === 'query')
      credentials.push(parsePairs(request.query).find(({ name }) => name === declared.name)?.value ?? '');
    else
      credentials.push(
        parseCookies(header(request.headers, 'cookie')).find(({ name }) => name === declared.name)?.value ??
          '',
      );
  }
  return credentials.filter(each => each !== '');
}

/** Whom a credential stands for. A JSON Web Token is renewed again and again; its issuer and subject stay (RFC 7519, 4.1). */
export function identityOf(credential: string): string {
  const [, payload] = /^eyJ[\w-]*\.([\w-]+)\.[\w-]*$/.exec(credential) ?? [];
  if (payload === undefined) return credential;
  const decoded = decodeBytes(Buffer.from(payload, 'base64url'), JSON_TYPE);
  if (decoded.kind !== 'json' || !isObject(decoded.value)) return credential;
  const { iss, sub } = decoded.value;
  return sub === undefined ? credential : JSON.stringify([iss, sub]);
}

const JSON_TYPE = parseMediaType('application/json');

/** SHA-256: the store holds hashes instead of credentials. */
export function hashCredential(credential: string): string {
  return hash('sha256', credential);
}
