// What a recorded answer gives to later requests: identifiers, cookies, tokens.
import type { Subject } from '../check/subject.ts';
import { secretNames } from '../contract/contract.ts';
import { decodeBody } from '../exchange/body.ts';
import { type Exchange, parseSetCookies, type Response } from '../exchange/exchange.ts';
import { isPlaceholder, secretTest, splitScheme } from '../exchange/secrets.ts';
import { pointer } from '../finding/pointer.ts';
import { type Scalar, scalarsOf } from './body-values.ts';
import type { Gift } from './chain.ts';
import { identifiersIn, locationSteps } from './identifiers.ts';
import { apiOf } from './targets.ts';

/** @param where it was recorded, and who is asked this time */
export function giftsOf(
  { response, redacted = [] }: Exchange,
  subject: Subject,
  { origin, home }: { readonly origin: string; readonly home: string },
): Gift[] {
  if (response === undefined) return [];
  const isSecret = secretTest(secretNames(apiOf(subject)));
  const marked = new Set(redacted);
  const gifts = parseSetCookies(response.headers).map(
    ({ name, value }): Gift => ({
      ...{ key: cookieKey(origin, home, name), value, place: `/cookie/${name}`, renews: true },
    }),
  );
  const decoded = decodeBody(response);
  for (const { steps, value } of decoded.kind === 'json' ? scalarsOf(decoded.value) : []) {
    const place = `/body${pointer(...steps)}`;
    if (typeof value !== 'string' || !(marked.has(`/response${place}`) || steps.some(step => isSecret(step))))
      continue;
    gifts.push({ key: tokenKey(home, value), value, place, renews: true });
  }
  for (const { key, place, value } of identifiersIn(response, subject)) {
    // A placeholder is no name of anything.
    if (marked.has(`/response${place}`) || isPlaceholder(String(value))) continue;
    gifts.push({ key, value, place, renews: false });
  }
  return gifts;
}

/** What an answer has at the places of gifts. */
export function offersOf(response: Response): Map<string, Scalar> {
  const decoded = decodeBody(response);
  const held = decoded.kind === 'json' ? scalarsOf(decoded.value) : [];
  return new Map<string, Scalar>([
    ...parseSetCookies(response.headers).map(({ name, value }) => [`/cookie/${name}`, value] as const),
    ...held.map(({ steps, value }) => [`/body${pointer(...steps)}`, value] as const),
    ...locationSteps(response).map((step, index) => [`/location/${index}`, step] as const),
  ]);
}

/** @param home who is asked this time, and gets nothing that another gave */
export function cookieKey(origin: string, home: string, name: string): string {
  return `cookie ${origin} ${home} ${name}`;
}

/** A token is known by its text, and a redacted one by its placeholder: the same one has the same, wherever it stands. */
export function tokenKey(home: string, text: string): string {
  return `token ${home} ${splitScheme(text)[1]}`;
}
