// JSON Schema keywords in place of ajv's own, where those are wrong for decimals or take quadratic time.
import type { ErrorObject, FuncKeywordDefinition } from 'ajv/dist/2020.js';

export const MULTIPLE_OF: FuncKeywordDefinition = {
  keyword: 'multipleOf',
  type: 'number',
  schemaType: 'number',
  validate: isMultiple,
  errors: false,
};

/** In decimal: 19.99 is a multiple of 0.01, whatever binary fractions make of the division. */
function isMultiple(of: number, value: number): boolean {
  const quotient = value / of;
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * Number.EPSILON;
}

/** ajv compares every item with every other; this compares texts that are equal where the values are. */
export const UNIQUE_ITEMS: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  errors: 'full',
  validate: findTwins,
};

function findTwins(wanted: boolean, items: unknown[]): boolean {
  if (!wanted) return true;
  const seen = new Map<string, number>();
  for (const [i, item] of items.entries()) {
    const text = canonical(item);
    const j = seen.get(text);
    if (j !== undefined) {
      (findTwins as { errors?: Partial<ErrorObject>[] }).errors = [
        { keyword: 'uniqueItems', params: { i, j } },
      ];
      return false;
    }
    seen.set(text, i);
  }
  return true;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
