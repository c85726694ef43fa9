// Validates the text of a scenario file that is not saved yet, like a file of that text.
import { parseFile } from '../document/parse.ts';
import type { Finding } from '../finding/finding.ts';
import type { Contract } from '../openapi/model.ts';
import { withBodyFiles } from './body-files.ts';
import { lintScenarios } from './lint.ts';
import { readScenario } from './load.ts';
import type { Scenario } from './scenario.ts';

export interface LintedText {
  /** Undefined: the text is not a scenario, and the findings say why. */
  readonly scenario: Scenario | undefined;
  readonly findings: readonly Finding[];
}

/**
 * @param file for the locations of the findings
 * @param id of the scenario, in two parts
 * @param directory of the file; undefined: it has none, and files that it names are not read
 */
export function lintScenarioText(
  contract: Contract,
  file: string,
  [api, name]: readonly [api: string, name: string],
  text: string,
  directory: string | undefined,
): LintedText {
  const read = readScenario(parseFile(file, text), api, name);
  if (Array.isArray(read)) return { scenario: undefined, findings: read };
  const scenario = directory === undefined ? read : withBodyFiles(read, directory);
  return { scenario, findings: lintScenarios(contract, [scenario]) };
}
