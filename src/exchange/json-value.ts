// Values that JSON gives back as they were: what is written need not be read again.

/** True when parsing the JSON text of the value gives an equal value. Values that are nested very deeply are not looked into. */
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
  if (depth > DEEPEST) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isJsonValue(item, depth + 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype || 'toJSON' in value) return false;
  for (const member of Object.values(value)) if (!isJsonValue(member, depth + 1)) return false;
  return true;
}

/** The parser of JSON does not recurse, and this does. */
const DEEPEST = 100;
