// Applies the operations of JSON Patch (RFC 6902) to an item.

import { applyPatch, type Operation as PatchOperation } from 'rfc6902';
import { copyJson } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { splitPointer } from '../../exchange/json-pointer.ts';

/** Whether a body is a list of operations, whatever its media type is called. */
export function isJsonPatch(body: unknown): body is readonly JsonObject[] {
  return (
    Array.isArray(body) &&
    body.length > 0 &&
    body.every(each => isObject(each) && typeof each.op === 'string' && typeof each.path === 'string')
  );
}

/** @returns the changed item, or why the patch fails: a clause that a message can quote */
export function applyJsonPatch(item: JsonObject, patch: readonly JsonObject[]): JsonObject | string {
  const patched = copyJson(item);
  for (const [index, operation] of patch.entries()) {
    const { op, path, from = '' } = operation;
    const name = `operation ${index + 1} (${op} ${path})`;
    // The library would set the prototype of an object.
    if ([path, from].some(text => splitPointer(String(text)).includes('__proto__')))
      return `${name} names the member __proto__`;
    if (path === '') return `${name} is for the item as a whole`;
    try {
      const [failure] = applyPatch(patched, [operation as unknown as PatchOperation]);
      if (failure)
        return `${name} failed: ${failure.name === 'TestError' ? 'the value differs' : 'there is no such value'}`;
    } catch (error) {
      // A pointer without a slash at its begin.
      if (!(error instanceof Error)) throw error;
      return `${name} failed: ${error.message}`;
    }
  }
  return patched;
}
