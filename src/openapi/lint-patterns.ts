// Lints the patterns of a document: regular expressions of another dialect, and those that depend on the flag "u".

import type { DocumentNode } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import type { OpenApiVersion } from '../schema/openapi-version.ts';
import { compilePattern } from '../schema/pattern.ts';
import { NO_EXPRESSION } from '../schema/pattern-assertions.ts';
import type { ReportNode } from './newer-fields.ts';

/** Reports the patterns of one schema object, not those of the schemas inside it. */
export function checkPatterns(
  { uri, pointer, value }: DocumentNode,
  version: OpenApiVersion,
  report: ReportNode,
): void {
  if (!isObject(value)) return;
  const named = Object.keys(isObject(value.patternProperties) ? value.patternProperties : {});
  const patterns = [
    ...(typeof value.pattern === 'string' ? [{ source: value.pattern, at: '/pattern' }] : []),
    ...named.map(source => ({ source, at: jsonPointer('patternProperties', source) })),
  ];
  for (const { source, at } of patterns) {
    const problem = problemOf(source, version);
    if (problem !== undefined)
      report(problem.code, { uri, pointer: pointer + at }, `the pattern ${source} ${problem.message}`);
  }
}

function problemOf(
  source: string,
  version: OpenApiVersion,
): { readonly code: FindingCode; readonly message: string } | undefined {
  const pattern = compilePattern(source, version);
  if (pattern === undefined)
    return {
      code: 'spec-pattern',
      message: `${NO_EXPRESSION}, so it is not checkable${source.startsWith('/') ? '; write it without slashes around it' : ''}`,
    };
  if (!pattern.isLinear)
    return {
      code: 'spec-pattern-advice',
      message: 'cannot be matched in linear time, so longer texts are not checkable; simplify it',
    };
  if (!pattern.usesOtherFlag) return undefined;
  const message =
    version === '3.0'
      ? 'compiles only with the flag "u", which OpenAPI 3.0 does not have (ECMA-262 5.1); it is used with the flag'
      : 'compiles only without the flag "u", which JSON Schema recommends; it is used without the flag';
  return { code: 'spec-pattern-advice', message };
}
