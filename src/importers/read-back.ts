// Reads and lints an imported scenario before it is written: what is written must be what is read.
import { isDeepStrictEqual } from 'node:util';
import { isParseFailure, parseFile } from '../document/parse.ts';
import { isError } from '../finding/severity.ts';
import type { Contract } from '../openapi/model.ts';
import { lintScenarios } from '../scenario/lint.ts';
import { readScenario } from '../scenario/load.ts';
import type { ImportFile } from './model.ts';

/** @throws Error when it reads back differently or has errors, which is a bug of the importer */
export function checkReadsBack(
  contract: Contract,
  id: string,
  text: string,
  value: object,
  files: readonly ImportFile[],
): void {
  const source = parseFile(`${id}.yaml`, text);
  const [api = '', name = ''] = id.split('/');
  const read = isParseFailure(source) ? [{ message: source.message }] : readScenario(source, api, name);
  const bodyFiles = new Map(
    files.flatMap(file =>
      typeof file.content === 'string' ? [] : [[file.name.slice(api.length + 1), file.content] as const],
    ),
  );
  const problems = Array.isArray(read)
    ? read
    : lintScenarios(contract, [{ ...read, bodyFiles }]).filter(isError);
  const [first] = problems;
  const message =
    first?.message ??
    (isParseFailure(source) || isDeepStrictEqual(source.value, value)
      ? undefined
      : 'it reads back differently');
  if (message !== undefined) {
    const location = first !== undefined && 'location' in first && first.location;
    throw new Error(
      `the imported scenario ${id} is invalid${location ? ` at line ${location.line}` : ''}: ${message}`,
    );
  }
}
