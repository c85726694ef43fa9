// JSON Pointers (RFC 6901): build, split, resolve.

/** Escapes one step: "a/b" becomes "a~1b". */
export function escapePointerStep(step: string): string {
  return step.includes('~') || step.includes('/') ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step;
}

/**
 * Builds a pointer from steps that are not escaped. Not for paths of unlimited depth: a call has a limited number of arguments.
 * @example
 * jsonPointer('paths', '/users', 'get') // "/paths/~1users/get"
 */
export function jsonPointer(...steps: readonly (string | number)[]): string {
  let pointer = '';
  for (const step of steps) pointer += `/${escapePointerStep(String(step))}`;
  return pointer;
}

/** The unescaped steps of a pointer; empty for the whole document. */
export function splitPointer(pointer: string): string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map(unescapePointerStep);
}

function unescapePointerStep(step: string): string {
  return step.includes('~') ? step.replaceAll('~1', '/').replaceAll('~0', '~') : step;
}

/** @returns the value at the pointer; undefined when there is none */
export function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const step of splitPointer(pointer)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}
