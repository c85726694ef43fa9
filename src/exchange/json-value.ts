// Tests whether a value survives JSON.stringify and JSON.parse, so that a written body need not be parsed again.

/** True when parsing the JSON text of the value gives an equal value. False for more than 100 levels of nesting. */
export function isJsonValue(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isJsonValue(item, depth + 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype || 'toJSON' in value) return false;
  for (const member of Object.values(value)) if (!isJsonValue(member, depth + 1)) return false;
  return true;
}

/** JSON.parse is iterative, isJsonValue is recursive. */
const MAX_DEPTH = 100;
