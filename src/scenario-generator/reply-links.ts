// Writes links of a recorded response as templates that lead to the mock, where they led to the recorded service.

import type { Operation } from '../openapi/model.ts';
import { isTemplate } from '../scenario/template.ts';

/** What precedes a link in a field. */
const BEFORE_LINK: ReadonlyMap<string, string> = new Map([
  ['location', '^'],
  ['content-location', '^'],
  ['link', '<'],
  ['refresh', ';\\s{0,9}url\\s{0,9}=\\s{0,9}["\']?'],
]);

/**
 * @param name of a header field, in lower case
 * @param origin of the recorded service
 * @param path of the recorded request: it ends with the path of the operation
 * @returns undefined: the field has no link to the recorded service
 */
export function linkTemplate(
  name: string,
  value: string,
  { api, segments }: Operation,
  origin: string,
  path: string,
): string | undefined {
  const before = BEFORE_LINK.get(name);
  const host = URL.parse(origin)?.host;
  if (before === undefined || host === undefined || isTemplate(value)) return undefined;
  const link = new RegExp(`(${before})https?://${host.replace(/[^\w:-]/g, '\\$&')}([^>"'\\s]*)`, 'gi');
  const base = path.split('/').slice(0, -segments.length).join('/');
  const changed = value.replace(link, (whole, start: string, rest: string) => {
    if (!/^(?:[/?#]|$)/.test(rest)) return whole;
    const inApi = rest.startsWith(`${base}/`) ? rest.slice(base.length) : rest;
    return `${start}http://{{ request.headers.host }}/${encodeURIComponent(api.name)}${inApi}`;
  });
  return changed === value ? undefined : changed;
}
