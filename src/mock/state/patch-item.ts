// JSON Patch (RFC 6902) of values that clients send: reads and changes own members only, at a bounded cost.

import { isDeepStrictEqual } from 'node:util';
import { copyJson, ExactNumber, exactMember, setDigits } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { MAX_JSON_LEVELS } from '../../exchange/json-depth.ts';
import { splitPointer } from '../../exchange/json-pointer.ts';
import { InputError } from '../../finding/input-error.ts';
import { truncate } from '../../finding/truncate.ts';

/** Values that the operations of one patch may copy and move: a few operations could double a value each. */
const MAX_COST = 1_000_000;
/** Characters that cost as much as a value. */
const CHARACTERS = 16;
/** Elements that move in the time of one value that is copied. */
const MOVED_AT_ONCE = 32;
const MAX_QUOTED = 100;

/** Whether a body is a list of operations, whatever its media type is called. */
export function isJsonPatch(body: unknown): body is readonly JsonObject[] {
  return (
    Array.isArray(body) &&
    body.length > 0 &&
    body.every(each => isObject(each) && typeof each.op === 'string' && typeof each.path === 'string')
  );
}

/** @returns the changed copy of an object, or why the patch fails: a clause that a message can quote */
export function applyJsonPatch(value: JsonObject, patch: readonly JsonObject[]): JsonObject | string {
  const patched = copyJson(value);
  const budget = { left: MAX_COST };
  for (const [index, operation] of patch.entries()) {
    try {
      applyOperation(patched, operation, budget);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const name = truncate(`${operation.op} ${operation.path}`, MAX_QUOTED);
      return `operation ${index + 1} (${name}) failed: ${error.message}`;
    }
  }
  return patched;
}

interface Budget {
  left: number;
}

/** A member of an object or an item of an array, which need not exist. */
interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
  readonly level: number;
}

/** @throws InputError if it cannot be applied */
function applyOperation(root: JsonObject, operation: JsonObject, budget: Budget): void {
  const place = placeAt(root, operation.path);
  switch (operation.op) {
    case 'add':
      add(place, givenValue(operation, place, budget), budget);
      break;
    case 'remove':
      remove(place, budget);
      break;
    case 'replace':
      read(place);
      set(place, givenValue(operation, place, budget));
      break;
    case 'test':
      if (!isSame(read(place), givenValue(operation, place, budget)))
        throw new InputError('the value differs');
      break;
    case 'move':
      move(root, operation, budget);
      break;
    case 'copy': {
      const value = operation.from === '' ? root : read(placeAt(root, operation.from));
      add(place, copyTo(place, value, budget), budget);
      break;
    }
    default:
      throw new InputError('the operations are add, remove, replace, move, copy and test');
  }
}

function move(root: JsonObject, { from, path }: JsonObject, budget: Budget): void {
  const source = placeAt(root, from);
  const value = read(source);
  if (path === from) return;
  if (String(path).startsWith(`${from}/`)) throw new InputError('a value cannot be moved into itself');
  remove(source, budget);
  // The place may have been behind the removed value.
  const place = placeAt(root, path);
  weigh(place, value, budget);
  add(place, value, budget);
}

function placeAt(root: JsonObject, pointer: unknown): Place {
  if (typeof pointer !== 'string') throw new InputError('"from" is missing');
  if (pointer === '') throw new InputError('it is for the item as a whole');
  if (!pointer.startsWith('/'))
    throw new InputError(`the pointer "${truncate(pointer, MAX_QUOTED)}" has no slash at its start`);
  const steps = splitPointer(pointer);
  const key = steps.pop() as string;
  let holder: unknown = root;
  for (const step of steps) holder = isHolder(holder) ? ownValue(holder, step) : undefined;
  if (!isHolder(holder)) throw noSuchValue();
  return { holder, key, level: steps.length + 1 };
}

function isHolder(value: unknown): value is Place['holder'] {
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber);
}

/** Never an inherited member, nor the length of an array. */
function ownValue(holder: Place['holder'], key: string): unknown {
  const isOwn = Array.isArray(holder) ? isIndex(key, holder.length - 1) : Object.hasOwn(holder, key);
  return isOwn ? exactMember(holder, key, (holder as Record<string, unknown>)[key]) : undefined;
}

function isIndex(key: string, last: number): boolean {
  return /^(?:0|[1-9]\d{0,15})$/.test(key) && Number(key) <= last;
}

function read({ holder, key }: Place): unknown {
  const value = ownValue(holder, key);
  if (value === undefined) throw noSuchValue();
  return value;
}

function noSuchValue(): InputError {
  return new InputError('there is no such value');
}

function givenValue(operation: JsonObject, place: Place, budget: Budget): unknown {
  if (!Object.hasOwn(operation, 'value')) throw new InputError('"value" is missing');
  return copyTo(place, exactMember(operation, 'value', operation.value), budget);
}

function copyTo(place: Place, value: unknown, budget: Budget): unknown {
  weigh(place, value, budget);
  return value instanceof ExactNumber ? value : copyJson(value);
}

function add(place: Place, value: unknown, budget: Budget): void {
  const { holder, key } = place;
  if (!Array.isArray(holder)) {
    set(place, value);
    return;
  }
  if (key !== '-' && !isIndex(key, holder.length)) throw noSuchValue();
  const index = key === '-' ? holder.length : Number(key);
  spend(budget, (holder.length - index) / MOVED_AT_ONCE);
  holder.splice(index, 0, undefined);
  set({ ...place, key: String(index) }, value);
}

function remove(place: Place, budget: Budget): void {
  const { holder, key } = place;
  read(place);
  if (Array.isArray(holder)) {
    spend(budget, (holder.length - Number(key)) / MOVED_AT_ONCE);
    holder.splice(Number(key), 1);
  } else {
    delete holder[key];
  }
}

function set({ holder, key }: Place, value: unknown): void {
  const isExact = value instanceof ExactNumber;
  // An assignment to "__proto__" would set the prototype.
  Object.defineProperty(holder, key, {
    value: isExact ? value.valueOf() : value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
  if (isExact) setDigits(holder, key, value.digits);
}

function isSame(value: unknown, expected: unknown): boolean {
  if (value instanceof ExactNumber || expected instanceof ExactNumber)
    return String(value) === String(expected) && typeof value === typeof expected;
  return isDeepStrictEqual(value, expected);
}

function spend(budget: Budget, cost: number): void {
  budget.left -= cost;
  if (budget.left < 0) throw new InputError(`the patch copies and moves more than ${MAX_COST} values`);
}

/**
 * Takes the size of a value from the budget. The size is found without recursion, because a patch can nest what it copies.
 * @throws InputError if the value would be nested too deeply at the place, or is too large
 */
function weigh({ level }: Pick<Place, 'level'>, value: unknown, budget: Budget): void {
  const waiting: [value: unknown, level: number][] = [[value, level]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [each, depth] = next;
    spend(budget, typeof each === 'string' ? 1 + each.length / CHARACTERS : 1);
    if (!isHolder(each)) continue;
    if (depth >= MAX_JSON_LEVELS)
      throw new InputError(`the item would have more than ${MAX_JSON_LEVELS} levels`);
    for (const key of Object.keys(each)) waiting.push([(each as Record<string, unknown>)[key], depth + 1]);
  }
}
