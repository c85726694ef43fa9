// The properties that a schema declares, for the walk: read from the document, with no code of deadringer.
import { follow } from './documents.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

export interface DeclaredProperty {
  readonly name: string;
  readonly schema: JsonObject;
  /** False: only a branch of oneOf or anyOf declares it. */
  readonly isCertain: boolean;
}

/** The properties of a schema and of all that it combines, by name. */
export function declaredProperties(
  document: JsonObject,
  schema: Json | undefined,
): ReadonlyMap<string, DeclaredProperty> {
  const found = new Map<string, DeclaredProperty>();
  const seen = new Set<unknown>();
  const visit = (value: Json | undefined, isCertain: boolean): void => {
    const node = follow(document, value);
    if (!isObject(node) || seen.has(node)) return;
    seen.add(node);
    // Siblings of a reference, which follow() leaves out.
    for (const each of new Set([node, value])) {
      if (!isObject(each) || !isObject(each.properties)) continue;
      for (const [name, property] of Object.entries(each.properties)) {
        const target = follow(document, property);
        if (isObject(target) && found.get(name)?.isCertain !== true)
          found.set(name, {
            name,
            schema: isObject(property) ? { ...target, ...property } : target,
            isCertain,
          });
      }
    }
    for (const branch of listOf(node.allOf)) visit(branch, isCertain);
    for (const branch of [...listOf(node.oneOf), ...listOf(node.anyOf)]) visit(branch, false);
  };
  visit(schema, true);
  return found;
}

/** The schema of the success response for a status, and its media type. */
export function responseSchema(
  document: JsonObject,
  operation: JsonObject,
  status: number,
): Json | undefined {
  const responses = isObject(operation.responses) ? operation.responses : {};
  const range = `${Math.floor(status / 100)}XX`;
  const declared = responses[String(status)] ?? responses[range] ?? responses[range.toLowerCase()];
  const response = follow(document, declared ?? responses.default);
  if (!isObject(response) || !isObject(response.content)) return undefined;
  const entries = Object.entries(response.content);
  const [, media] = entries.find(([type]) => /[/+]json\b/.test(type)) ?? entries[0] ?? [];
  return isObject(media) ? media.schema : undefined;
}

/** The schema at a JSON Pointer into a value. */
export function schemaBelow(
  document: JsonObject,
  schema: Json | undefined,
  pointer: string,
): Json | undefined {
  let at = schema;
  for (const step of stepsOf(pointer)) at = declaredProperties(document, at).get(step)?.schema;
  return at;
}

/** The value at a JSON Pointer. */
export function valueBelow(value: Json | undefined, pointer: string): Json | undefined {
  let at = value;
  for (const step of stepsOf(pointer)) at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  return at;
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
