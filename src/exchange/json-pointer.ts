// JSON Pointers (RFC 6901): building them, taking them apart, following them.

export function escapePointerStep(step: string): string {
  return step.includes('~') || step.includes('/') ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step;
}

export function jsonPointer(...steps: readonly (string | number)[]): string {
  let text = '';
  for (const step of steps) text += `/${escapePointerStep(String(step))}`;
  return text;
}

export function splitPointer(text: string): string[] {
  return text === '' ? [] : text.slice(1).split('/').map(unescapePointerStep);
}

function unescapePointerStep(step: string): string {
  return step.includes('~') ? step.replaceAll('~1', '/').replaceAll('~0', '~') : step;
}

/** The part of a value that a pointer names, or undefined. */
export function valueAt(value: unknown, text: string): unknown {
  let at = value;
  for (const step of splitPointer(text)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}
