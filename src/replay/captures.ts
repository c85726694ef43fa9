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

/** @param where it was recorded, and who is asked this time */
export function capturesIn(
  { response, redacted = [] }: Exchange,
  matchTarget: MatchTarget,
  { origin, home: targetOrigin }: { readonly origin: string; readonly home: string },
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
    const place = `/body${jsonPointer(...steps)}`;
    if (
      typeof value !== 'string' ||
      !(redactedPointers.has(`/response${place}`) || steps.some(step => isSecret(step)))
    )
      continue;
    captures.push({ key: tokenKey(targetOrigin, value), value, position: place, replacesEarlier: true });
  }
  for (const { key, position: place, value } of identifiersIn(response, matchTarget)) {
    // A placeholder is no name of anything.
    if (redactedPointers.has(`/response${place}`) || isPlaceholder(String(value))) continue;
    captures.push({ key, value, position: place, replacesEarlier: false });
  }
  return captures;
}

/** What an answer has at the places of gifts. */
export function capturableValues(response: Response): Map<string, Scalar> {
  const decoded = decodeBody(response);
  const scalars = decoded.kind === 'json' ? scalarsIn(decoded.value) : [];
  return new Map<string, Scalar>([
    ...parseSetCookies(response.headers).map(({ name, value }) => [`/cookie/${name}`, value] as const),
    ...scalars.map(({ steps, value }) => [`/body${jsonPointer(...steps)}`, value] as const),
    ...locationSegments(response).map((step, index) => [`/location/${index}`, step] as const),
  ]);
}

/** @param targetOrigin who is asked this time, and gets nothing that another gave */
export function cookieKey(origin: string, targetOrigin: string, name: string): string {
  return `cookie ${origin} ${targetOrigin} ${name}`;
}

/** A token is known by its text, and a redacted one by its placeholder: the same one has the same, wherever it stands. */
export function tokenKey(targetOrigin: string, text: string): string {
  return `token ${targetOrigin} ${splitScheme(text)[1]}`;
}
