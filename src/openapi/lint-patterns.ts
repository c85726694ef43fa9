// Lints the patterns of a document: regular expressions of another dialect, and those that depend on the flag "u".

import type { DocumentNode } from '../document/documents.ts';
import { isObject } from '../exchange/json.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import type { FindingCode } from '../finding/catalogue.ts';
import { reachableSchemas } from '../schema/annotations.ts';
import { subschemas } from '../schema/dialect.ts';
import { compilePattern } from '../schema/pattern.ts';
import { NO_EXPRESSION } from '../schema/pattern-assertions.ts';
import type { ApiSpec } from './model.ts';

/** Reports the patterns of the schemas and of those that they refer to, once each. */
export function checkPatterns(
  api: ApiSpec,
  schemas: Iterable<DocumentNode>,
  report: (code: FindingCode, node: { uri: string; pointer: string }, message: string) => void,
): void {
  const visited = new Set<string>();
  const reported = new Set<string>();
  for (const schema of schemas) {
    const { reader, schema: start } = api.schemas.reader(schema, 'response');
    for (const reachable of reachableSchemas(reader, start, visited)) {
      for (const { source, uri, pointer } of patternsIn(reachable)) {
        const problem = problemOf(source, api.version);
        const node = { uri: api.schemas.fileOf(uri), pointer };
        if (problem === undefined || reported.has(`${node.uri}#${pointer}`)) continue;
        reported.add(`${node.uri}#${pointer}`);
        report(problem.code, node, `the pattern ${source} ${problem.message}`);
      }
    }
  }
}

function* patternsIn(start: DocumentNode): Generator<{ source: string; uri: string; pointer: string }> {
  const pending = [start];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const { uri, pointer, value } = node;
    if (!isObject(value)) continue;
    if (typeof value.pattern === 'string')
      yield { source: value.pattern, uri, pointer: `${pointer}/pattern` };
    for (const { schema, keyword, key } of subschemas(value)) {
      const at = pointer + (key === undefined ? jsonPointer(keyword) : jsonPointer(keyword, key));
      if (keyword === 'patternProperties') yield { source: String(key), uri, pointer: at };
      pending.push({ uri, pointer: at, value: schema });
    }
  }
}

function problemOf(
  source: string,
  version: ApiSpec['version'],
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
