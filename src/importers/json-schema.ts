// JSON Schemas for bodies that other mock servers compare leniently.
import { isObject } from '../exchange/json.ts';

interface Leniency {
  readonly ignoreExtraElements: boolean;
  readonly ignoreArrayOrder: boolean;
  /** True: lists have no extra items, also if objects may have extra members. */
  readonly keepsLength?: boolean;
}

/** The texts of JsonUnit that stand for any value of a type. */
const PLACEHOLDERS: Readonly<Record<string, object>> = {
  'any-string': { type: 'string' },
  'any-number': { type: 'number' },
  'any-boolean': { type: 'boolean' },
  ignore: {},
  'ignore-element': {},
};

/** The values that are equal to a JSON value. */
export function equalJsonSchema(value: unknown, leniency: Leniency): Record<string, unknown> {
  const placeholder = typeof value === 'string' ? /^[$#]\{json-unit\.([a-z-]+)\}(.*)$/s.exec(value) : null;
  if (placeholder !== null) {
    if (placeholder[1] === 'regex') return { type: 'string', pattern: `^(?:${placeholder[2]})$` };
    const known = PLACEHOLDERS[placeholder[1] ?? ''];
    if (known !== undefined) return { ...known };
  }
  if (isExact(value, leniency)) return { const: value };
  if (Array.isArray(value)) return arraySchema(value, leniency);
  if (!isObject(value)) return { const: value };
  const entries = Object.entries(value);
  const optional = ([, inner]: [string, unknown]): boolean =>
    typeof inner === 'string' && /^[$#]\{json-unit\.ignore-element\}$/.test(inner);
  return {
    type: 'object',
    required: entries.filter(entry => !optional(entry)).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, inner]) => [name, equalJsonSchema(inner, leniency)])),
    ...(!leniency.ignoreExtraElements && { additionalProperties: false }),
  };
}

function arraySchema(values: readonly unknown[], leniency: Leniency): Record<string, unknown> {
  const size = {
    type: 'array',
    minItems: values.length,
    ...((!leniency.ignoreExtraElements || leniency.keepsLength === true) && { maxItems: values.length }),
  };
  const items = values.map(value => equalJsonSchema(value, leniency));
  if (!leniency.ignoreArrayOrder) return { ...size, prefixItems: items };
  const counts = Map.groupBy(items, item => JSON.stringify(item));
  return {
    ...size,
    allOf: [...counts.values()].map(equal => ({ contains: equal[0], minContains: equal.length })),
  };
}

/** Whether only the value itself is equal to it. */
function isExact(value: unknown, leniency: Leniency): boolean {
  if (typeof value === 'string') return !/^[$#]\{json-unit\./.test(value);
  if (Array.isArray(value)) {
    const isOrdered = !leniency.ignoreArrayOrder || value.length < 2;
    return (
      (!leniency.ignoreExtraElements || leniency.keepsLength === true) &&
      isOrdered &&
      value.every(each => isExact(each, leniency))
    );
  }
  if (!isObject(value)) return true;
  return !leniency.ignoreExtraElements && Object.values(value).every(each => isExact(each, leniency));
}
