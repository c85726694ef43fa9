// Writes a JSON body with another item. Of a large body, what did not change is written once for all requests.

import { replaceValue } from '../../exchange/change-json.ts';
import { digitsOf, writeExactJson } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { type OverlayTarget, valueAtPlace } from './overlay-values.ts';

/** Characters. JSON.stringify writes a smaller body faster than its parts can be joined. */
const LARGE = 4096;

/** @returns undefined if the body has no object at the place */
export function itemWriter(target: OverlayTarget, body: unknown): ((item: JsonObject) => string) | undefined {
  const base = valueAtPlace(target, body);
  if (!isObject(base)) return undefined;
  const whole = writeExactJson(body);
  if (whole.length < LARGE) return item => writeExactJson(replaceValue(body, target.steps, item));
  let mark = 'item';
  while (whole.includes(mark)) mark += '.';
  const [before = '', after = ''] = writeExactJson(replaceValue(body, target.steps, mark)).split(`"${mark}"`);
  const names = new Map(Object.keys(base).map(name => [name, `${JSON.stringify(name)}:`]));
  const texts = new Map<string, string>();
  for (const [name, start] of names) texts.set(name, start + memberText(base, name));
  return item => {
    let text = '';
    for (const name of Object.keys(item)) {
      const known = item[name] === base[name] && digitsOf(item, name) === digitsOf(base, name);
      if (text !== '') text += ',';
      text +=
        (known ? texts.get(name) : undefined) ??
        (names.get(name) ?? `${JSON.stringify(name)}:`) + memberText(item, name);
    }
    return `${before}{${text}}${after}`;
  };
}

function memberText(holder: JsonObject, name: string): string {
  return digitsOf(holder, name) ?? writeExactJson(holder[name]);
}
