// Replaces secrets in stored items, which clients sent, and takes edited items back without losing these secrets.

import { Buffer } from 'node:buffer';
import {
  copyDigits,
  exactMember,
  parseExactJson,
  rememberExactNumbers,
  writeExactJson,
} from '../../exchange/exact-json.ts';
import { EMPTY_BODY, type Exchange, isRecorded } from '../../exchange/exchange.ts';
import { redact } from '../../exchange/redact.ts';
import { type ApiSpec, redactedNames } from '../../openapi/model.ts';

/** A copy in which placeholders are in the places of secrets, as in the journal. */
export function redactItems<Value>(api: ApiSpec, items: Value): Value {
  const body = Buffer.from(writeExactJson(items));
  const exchange: Exchange = {
    id: '',
    startedAt: 0,
    duration: 0,
    request: { method: 'GET', path: '/', query: '', headers: {}, body: EMPTY_BODY },
    response: { status: 200, headers: { 'content-type': ['application/json'] }, body },
  };
  const redacted = redact(exchange, redactedNames(api)).response?.body;
  if (redacted === undefined || redacted === body || !isRecorded(redacted)) return items;
  return parseExactJson(Buffer.from(redacted).toString()) as Value;
}

/**
 * The edited value, with the secrets of the stored one in the places where it has their placeholders.
 * @param shown the stored value as redactItems shows it
 */
export function restoreSecrets<Value>(edited: Value, shown: unknown, stored: unknown): Value {
  if (!isHolder(edited) || !isHolder(shown) || !isHolder(stored)) return edited;
  if (Array.isArray(edited) !== Array.isArray(shown)) return edited;
  if (Array.isArray(edited) && edited.length !== shown.length)
    return restoreMoved(edited, shown, stored) as Value;
  const restored = (Array.isArray(edited) ? [...edited] : { ...edited }) as Record<string, unknown>;
  copyDigits(edited, restored);
  for (const [key, value] of Object.entries(edited)) {
    if (!Object.hasOwn(shown, key) || !Object.hasOwn(stored, key)) continue;
    const isShown = !isHolder(value) && textOf(edited, key) === textOf(shown, key);
    const next = isShown
      ? exactMember(stored, key, stored[key])
      : restoreSecrets(value, shown[key], stored[key]);
    // An assignment to "__proto__" would set the prototype.
    Object.defineProperty(restored, key, {
      value: next,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return rememberExactNumbers(restored) as Value;
}

/** Of an array with more or fewer elements: those that are as they were shown, in the order in which they were. */
function restoreMoved(
  edited: readonly unknown[],
  shown: Record<string, unknown>,
  stored: Record<string, unknown>,
): unknown[] {
  const keys = Map.groupBy(Object.keys(shown).reverse(), key => writeExactJson(shown[key]));
  const restored = edited.map(element => {
    const key = keys.get(writeExactJson(element))?.pop();
    return key === undefined ? element : exactMember(stored, key, stored[key]);
  });
  copyDigits(edited, restored);
  return rememberExactNumbers(restored);
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOf(holder: Record<string, unknown>, key: string): string {
  const value = exactMember(holder, key, holder[key]);
  return `${typeof value === 'string'} ${value}`;
}
