// The template engine of the pages that are files, and the hashes by which their policy allows a style or a script.
import { createHash } from 'node:crypto';
import { Liquid, type Template } from 'liquidjs';

const liquid = new Liquid({
  outputEscape: 'escape',
  ownPropertyOnly: true,
  strictFilters: true,
  templates: {},
});

/** Every output is escaped, unless it has the filter "raw". */
export function parsePageTemplate(text: string): (data: object) => string {
  const template: Template[] = liquid.parse(text);
  return data => String(liquid.renderSync(template, data));
}

/** For the content security policy of a page: it allows exactly this text. */
export function policyHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
