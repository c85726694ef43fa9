// The examples and defaults that schemas have for a value.

import type { DocumentNode } from '../../document/documents.ts';
import { digitsOf, parseExactJson } from '../../exchange/exact-json.ts';
import { isObject, type JsonObject } from '../../exchange/json.ts';
import { perObject } from '../../exchange/per-object.ts';
import type { CombinedSchema } from './combine-schemas.ts';

/** A value of the document for a place in a body. */
export interface Candidate {
  readonly value: unknown;
  /** The digits of an integer that a JavaScript number cannot hold. */
  readonly digits?: string | undefined;
  /** False: an example of one part of an allOf, which lacks the members of the other parts. */
  readonly isWhole: boolean;
}

/** The examples and defaults, the first to use first. */
export const examplesOf = perObject(({ nodes, types }: CombinedSchema): readonly Candidate[] => {
  const whole = nodes.filter((node, index) => isWhole(nodes, node, index));
  return candidatesOf(whole, true).map(candidate => fitted(candidate, types));
});

/**
 * The example from which the members of a value are taken, if the value as a whole is generated: an example that was found
 * to be invalid, or the examples of the parts of an allOf.
 */
export function partialExample(
  hint: Candidate | undefined,
  { nodes }: CombinedSchema,
  whole: readonly Candidate[],
): Candidate | undefined {
  const example = hint ?? whole.find(({ value }) => typeof value === 'object' && value !== null);
  if (example !== undefined) return example;
  const parts = candidatesOf(nodes, false).filter(({ value }) => isObject(value));
  // The first example of a member wins.
  return parts.length === 0
    ? undefined
    : { value: Object.assign({}, ...parts.toReversed().map(({ value }) => value)), isWhole: false };
}

/** The member or item of a candidate. */
export function candidateAt(holder: Candidate | undefined, key: string | number): Candidate | undefined {
  const value = holder?.value;
  if (holder === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
    return undefined;
  return { value: (value as JsonObject)[key], digits: digitsOf(value, key), isWhole: true };
}

function candidatesOf(nodes: readonly DocumentNode[], isWhole: boolean): Candidate[] {
  const schemas = nodes.map(({ value }) => value as JsonObject);
  const member = (holder: object, key: string | number): Candidate => ({
    value: (holder as JsonObject)[key],
    digits: digitsOf(holder, key),
    isWhole,
  });
  const named = (key: string): Candidate[] =>
    schemas.flatMap(schema => (schema[key] === undefined ? [] : [member(schema, key)]));
  const lists = schemas.map(({ examples }) => examples).filter(examples => Array.isArray(examples));
  return [
    ...named('example'),
    ...lists.flatMap(list => list.map((_, index) => member(list, index))),
    ...named('default'),
  ];
}

/** Keywords that add to what a value has to be. */
const SHAPES = ['properties', 'required', 'items', 'prefixItems', 'patternProperties', 'enum', 'const'];

function isWhole(nodes: readonly DocumentNode[], node: DocumentNode, index: number): boolean {
  const isShapeless = ({ value }: DocumentNode): boolean =>
    SHAPES.every(keyword => (value as JsonObject)[keyword] === undefined);
  const isReference = ({ value }: DocumentNode): boolean => (value as JsonObject).$ref !== undefined;
  return (
    nodes.slice(0, index).every(before => isReference(before) && isShapeless(before)) ||
    nodes.every(other => other === node || isShapeless(other))
  );
}

/** Many documents write the example of a number or an object as a string, and that of a string as a number. */
function fitted(candidate: Candidate, types: readonly string[] | undefined): Candidate {
  const { value, digits } = candidate;
  if (types === undefined) return candidate;
  if (typeof value === 'number' || typeof value === 'boolean') {
    const isText =
      types.includes('string') && !types.some(type => type === typeof value || type === 'integer');
    return isText ? { ...candidate, value: digits ?? String(value), digits: undefined } : candidate;
  }
  if (typeof value !== 'string' || types.includes('string')) return candidate;
  try {
    const holder = parseExactJson(`[${value}]`) as readonly unknown[];
    // An empty text, or several values.
    if (holder.length !== 1) return candidate;
    return { ...candidate, value: holder[0], digits: digitsOf(holder, 0) };
  } catch {
    // Not JSON: the example is invalid.
    return candidate;
  }
}
