// Writes the rules of an imported scenario, and lists those that cannot be used as losses.
import type { Rule } from '../scenario/scenario.ts';
import type { LossList } from './loss-list.ts';
import type { ImportPlace } from './model.ts';

interface CarriedRule {
  readonly rule: Rule;
  readonly place: ImportPlace;
}

interface WrittenScenario {
  readonly rules: readonly Rule[];
}

/** Writes the rules of a scenario. Those that cannot be used, such as one with an invalid schema, are left out and listed. */
export function writeRules(
  carried: readonly CarriedRule[],
  losses: LossList,
  scenarioOf: (rules: readonly Rule[]) => WrittenScenario,
  write: (scenario: WrittenScenario) => { content: string; invalid: ReadonlyMap<number, string> },
): { readonly content: string; readonly rules: number } | undefined {
  const scenario = scenarioOf(carried.map(({ rule }) => rule));
  if (scenario.rules.length === 0) return undefined;
  const { content, invalid } = write(scenario);
  if (invalid.size === 0) return { content, rules: scenario.rules.length };
  for (const [index, message] of invalid) {
    const place = carried[index]?.place;
    if (place === undefined) throw new Error(`a rule that the import adds is invalid: ${message}`);
    const remedy = 'correct the rule, or write it by hand, see docs/scenarios.md';
    losses.add(place, '', 'rule', `${message}; the rule is left out`, remedy);
  }
  const usable = carried.filter((_, index) => !invalid.has(index));
  return writeRules(usable, losses, scenarioOf, write);
}
