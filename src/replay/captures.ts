// Values that a recorded response provides to later requests: identifiers, cookies, tokens.

import { decodeBody } from '../exchange/body.ts';
import { type Exchange, parseSetCookies, type Response } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isPlaceholder, secretTest, splitScheme } from '../exchange/secrets.ts';
import { secretNames } from '../openapi/model.ts';
import type { MatchTarget } from '../routing/match-target.ts';
import { type Scalar, scalarsIn } from './body-values.ts';
import type { Capture } from './capture-registry.ts';
import { identifiersIn, locationSegments } from './identifiers.ts';
import { apiOfTarget } from './targets.ts';

/**
 * Cookies, tokens and identifiers in a recorded response.
 * @param origin of the recording; `targetOrigin`: where the request is sent
 */
export function capturesIn(
  { response, redacted = [] }: Exchange,
  matchTarget: MatchTarget,
  { origin, targetOrigin }: { readonly origin: string; readonly targetOrigin: string },
): Capture[] {
  if (response === undefined) return [];
  const isSecret = secretTest(secretNames(apiOfTarget(matchTarget)));
  const redactedPointers = new Set(redacted);
  const captures = parseSetCookies(response.headers).map(
    ({ name, value }): Capture => ({
      ...{
        key: cookieKey(origin, targetOrigin, name),
        value,
        position: `/cookie/${name}`,
        replacesEarlier: true,
      },
    }),
  );
  const decoded = decodeBody(response);
  for (const { steps, value } of decoded.kind === 'json' ? scalarsIn(decoded.value) : []) {
    const position = `/body${jsonPointer(...steps)}`;
    if (
      typeof value !== 'string' ||
      !(redactedPointers.has(`/response${position}`) || steps.some(step => isSecret(step)))
    )
      continue;
    captures.push({ key: tokenKey(targetOrigin, value), value, position, replacesEarlier: true });
  }
  for (const { key, position, value } of identifiersIn(response, matchTarget)) {
    // A placeholder is not an identifier.
    if (redactedPointers.has(`/response${position}`) || isPlaceholder(String(value))) continue;
    captures.push({ key, value, position, replacesEarlier: false });
  }
  return captures;
}

/** Values of a response by position: cookies, body values, segments of Location. */
export function capturableValues(response: Response): Map<string, Scalar> {
  const decoded = decodeBody(response);
  const scalars = decoded.kind === 'json' ? scalarsIn(decoded.value) : [];
  return new Map<string, Scalar>([
    ...parseSetCookies(response.headers).map(({ name, value }) => [`/cookie/${name}`, value] as const),
    ...scalars.map(({ steps, value }) => [`/body${jsonPointer(...steps)}`, value] as const),
    ...locationSegments(response).map((segment, index) => [`/location/${index}`, segment] as const),
  ]);
}

/** @param targetOrigin part of the key: a cookie is sent only to the server that set it */
export function cookieKey(origin: string, targetOrigin: string, name: string): string {
  return `cookie ${origin} ${targetOrigin} ${name}`;
}

/** The text identifies a token. A redacted token has the same placeholder at every position of the recording. */
export function tokenKey(targetOrigin: string, text: string): string {
  return `token ${targetOrigin} ${splitScheme(text)[1]}`;
}
