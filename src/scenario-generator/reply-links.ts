// Writes links of a recorded response as templates that lead to the mock, where they led to the recorded service.
import escapeRegExp from 'escape-string-regexp';
import { mapHeaderLinks } from '../exchange/links.ts';
import type { Operation } from '../openapi/model.ts';
import { isTemplate } from '../scenario/template.ts';

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
  const host = URL.parse(origin)?.host;
  if (host === undefined || isTemplate(value)) return undefined;
  const recorded = new RegExp(`^https?://${escapeRegExp(host)}(?=[/?#]|$)`, 'i');
  const base = path.split('/').slice(0, -segments.length).join('/');
  const changed = mapHeaderLinks(name, value, link => {
    const rest = link.replace(recorded, '');
    if (rest === link) return link;
    const inApi = rest.startsWith(`${base}/`) ? rest.slice(base.length) : rest;
    return `http://{{ request.headers.host }}/${encodeURIComponent(api.name)}${inApi}`;
  });
  return changed === value ? undefined : changed;
}
