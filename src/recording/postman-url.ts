// Reads URLs of Postman requests, and replaces variables by their values.
import { isObject, type JsonObject } from '../exchange/json.ts';
import { objectsOf, stringOf } from './json-values.ts';

/** Maximum length of a text with its variables filled in, in characters. */
const MAX_FILLED_LENGTH = 1_000_000;

/** Replaces variables by their values; keeps those without a value. */
export function createVariableFiller(variables: readonly JsonObject[]): (text: string) => string {
  const values = new Map(
    variables.flatMap(({ key, id, value }) => {
      const name = stringOf(key) ?? stringOf(id);
      const text = textOf(value);
      return name === undefined || (text === '' && typeof value !== 'string') ? [] : [[name, text] as const];
    }),
  );
  return text => {
    let filled = text;
    // A value may contain variables. The bounds stop one that contains itself.
    for (let round = 0; round < 5 && filled.includes('{{'); round++) {
      let room = MAX_FILLED_LENGTH - filled.length;
      filled = filled.replace(/\{\{([^{}]*)\}\}/g, (whole, name: string) => {
        const value = values.get(name.trim()) ?? whole;
        room -= value.length;
        return room < 0 ? whole : value;
      });
    }
    return filled;
  };
}

/** The URL as the user wrote it, with its variables; undefined: the request has none. */
export function writtenUrl(url: unknown): string | undefined {
  return isObject(url) ? (stringOf(url.raw) ?? joinUrl(url)) : stringOf(url);
}

/** The parts of a URL with variables. The scheme may be one: "{{scheme}}://{{host}}/pets?limit=1". */
export function splitWrittenUrl(url: string): { origin: string; path: string; rest: string } {
  const [, origin = '', path = '', rest = ''] =
    /^((?:(?:[a-z][a-z0-9+.-]*|\{\{[^{}/]*\}\}):\/\/)?[^/?#]*)([^?#]*)(.*)$/is.exec(url) ?? [];
  return { origin, path, rest };
}

export function readPostmanUrl(url: unknown, fill: (text: string) => string): string | undefined {
  if (typeof url === 'string') return fill(url);
  const raw = writtenUrl(url);
  if (raw === undefined || !isObject(url)) return undefined;
  const values = new Map(objectsOf(url.variable).map(({ key, id, value }) => [key ?? id, value]));
  const { origin, path, rest } = splitWrittenUrl(raw);
  const filled = path.replace(/(?<=\/):([^/]+)/g, (_whole, name: string) => {
    const value = textOf(values.get(name));
    // Without a value the variable is written as one of the collection, which counts as unknown.
    return value === '' ? `{{${name}}}` : value;
  });
  return fill(origin + filled + rest);
}

function textOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : (stringOf(value) ?? '');
}

/** The URL of its parts: "raw" is optional. */
function joinUrl(url: JsonObject): string | undefined {
  const join = (value: unknown, separator: string): string | undefined =>
    Array.isArray(value)
      ? value.map(step => (isObject(step) ? stringOf(step.value) : stringOf(step)) ?? '').join(separator)
      : stringOf(value);
  const host = join(url.host, '.');
  if (host === undefined) return undefined;
  const protocol = stringOf(url.protocol);
  const port = stringOf(url.port);
  const path = join(url.path, '/') ?? '';
  const query = enabledItems(url.query)
    .map(({ key, value }) => `${stringOf(key) ?? ''}=${stringOf(value) ?? ''}`)
    .join('&');
  return [
    protocol === undefined ? '' : `${protocol}://`,
    host,
    port === undefined ? '' : `:${port}`,
    path === '' || path.startsWith('/') ? path : `/${path}`,
    query === '' ? '' : `?${query}`,
  ].join('');
}

export function enabledItems(list: unknown): JsonObject[] {
  return objectsOf(list).filter(({ disabled }) => disabled !== true);
}
