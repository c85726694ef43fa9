// The rules for a parameter that is the whole query string (OpenAPI 3.2, Parameter Locations).

import { childNode } from '../document/documents.ts';
import type { Finding } from '../finding/finding.ts';
import type { ExampleContext } from './example-objects.ts';
import type { Parameter } from './model.ts';

type Report = ExampleContext['reportAt'];

/** @returns the parameter without what only other parameters have, or the finding if nothing describes it */
export function readQuerystring(parameter: Parameter, reportAt: Report): Parameter | Finding {
  const { node, name, content } = parameter;
  const title = `querystring parameter "${name}"`;
  if (content === undefined)
    return reportAt('spec-parameter', node, `${title} needs "content" with one media type`);
  for (const field of ['schema', 'style', 'explode', 'allowReserved']) {
    const declared = childNode(node, field);
    if (declared === undefined) continue;
    reportAt('spec-parameter', declared, `${title} is described by "content": remove "${field}"`);
  }
  return { ...parameter, schema: undefined };
}

/** The querystring parameters that may not stand beside another one or beside a query parameter, each with its finding. */
export function excludedQuerystrings(
  parameters: readonly Parameter[],
  reportAt: Report,
): ReadonlyMap<Parameter, Finding> {
  const [first, ...others] = parameters.filter(each => each.in === 'querystring');
  if (first === undefined) return new Map();
  const query = parameters.find(each => each.in === 'query');
  const problems = others.map((each): [Parameter, string] => [
    each,
    `is the second one, beside "${first.name}": an operation has one query string`,
  ]);
  if (query !== undefined)
    problems.unshift([first, `excludes query parameters: declare "${query.name}" in its content`]);
  return new Map(
    problems.map(([each, problem]) => [
      each,
      reportAt('spec-parameter', each.node, `querystring parameter "${each.name}" ${problem}`),
    ]),
  );
}
