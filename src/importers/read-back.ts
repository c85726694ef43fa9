// Reads and lints an imported scenario before it is written: what is written must be what is read.
import { isDeepStrictEqual } from 'node:util';
import { isParseFailure, parseFile } from '../document/parse.ts';
import { isError } from '../finding/severity.ts';
import type { Contract } from '../openapi/model.ts';
import { lintScenarios } from '../scenario/lint.ts';
import { readScenario } from '../scenario/load.ts';
import type { ImportFile } from './model.ts';

/** @returns what is wrong with rules, by their index. @throws Error if it reads back differently, which is a bug of the importer */
export function readBack(
  contract: Contract,
  id: string,
  text: string,
  value: object,
  files: readonly ImportFile[],
): ReadonlyMap<number, string> {
  const source = parseFile(`${id}.yaml`, text);
  if (isParseFailure(source)) throw invalid(id, source.message);
  const [api = '', name = ''] = id.split('/');
  const read = readScenario(source, api, name);
  const bodyFiles = new Map(
    files.flatMap(file =>
      typeof file.content === 'string' ? [] : [[file.name.slice(api.length + 1), file.content] as const],
    ),
  );
  const problems = Array.isArray(read)
    ? read
    : lintScenarios(contract, [{ ...read, bodyFiles }]).filter(isError);
  const byRule = new Map<number, string>();
  for (const { message, location } of problems) {
    const [, rule] = /^\/rules\/(\d+)/.exec(location?.pointer ?? '') ?? [];
    if (rule === undefined) throw invalid(id, message);
    byRule.set(Number(rule), byRule.get(Number(rule)) ?? message);
  }
  if (byRule.size === 0 && !isDeepStrictEqual(source.value, value))
    throw invalid(id, 'it reads back differently');
  return byRule;
}

function invalid(id: string, message: string): Error {
  return new Error(`the imported scenario ${id} is invalid: ${message}`);
}
