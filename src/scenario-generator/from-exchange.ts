// Generates a scenario that replies as one exchange did, from a journal instead of a recording.

import type { Exchange } from '../exchange/exchange.ts';
import type { Contract } from '../openapi/model.ts';
import type { Match } from '../routing/trie.ts';
import { analyzeExchange, finishStep } from './recorded-step.ts';
import { RuleBuilder } from './rule-builder.ts';
import { type ScenarioFile, writeScenarios } from './write-scenarios.ts';

/** The place of the exchange, for comments. */
export interface ExchangePlace {
  /** "session qa-7,": the entry follows */
  readonly file: string;
  readonly entry: number;
  /** "https://api.example.com" */
  readonly origin: string;
}

/** @returns the file, not written; or why the exchange cannot become a scenario */
export function scenarioFromExchange(
  contract: Contract,
  match: Match,
  exchange: Exchange,
  { file, entry, origin }: ExchangePlace,
): ScenarioFile | string {
  const { operation } = match;
  const builder = new RuleBuilder(operation);
  const added = builder.add(
    analyzeExchange(match, { exchange, place: { file, entry }, origin }),
    Number.POSITIVE_INFINITY,
  );
  if (typeof added === 'string') return added;
  const { rules } = builder.buildRules(step => finishStep(operation, step, () => false));
  const options = {
    prefix: 'recorded',
    onByDefault: false,
    schema: undefined,
    nameOf: (name: string) => name,
  };
  const { files, rejected } = writeScenarios(contract, rules, file, options);
  const [written] = files;
  if (written === undefined) return rejected[0]?.message ?? 'no condition describes the request';
  // Nothing overwrites this file, so it needs no mark.
  return { ...written, text: written.text.replace(/^#.*\n/, '') };
}
