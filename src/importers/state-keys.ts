// The states of scenarios of other tools, which a session remembers by name. All begin in the state "Started".
import { escapeTemplates } from '../scenario/template.ts';
import type { ImportedRule, ImportedWhen } from './model.ts';
import { equalText, toCondition } from './predicate.ts';

/** @param keys of the scenarios that were read before; names that differ only in signs stay different */
export function stateRule(
  scenario: unknown,
  required: unknown,
  next: unknown,
  keys: Map<string, string>,
): { readonly when: Pick<ImportedWhen, 'memory'> } & Pick<ImportedRule, 'remember'> {
  if (typeof scenario !== 'string') return { when: {} };
  const key = stateKey(scenario, keys);
  return {
    when: typeof required === 'string' ? { memory: { [key]: inState(required) } } : {},
    ...(typeof next === 'string' && { remember: { [key]: escapeTemplates(next) } }),
  };
}

function stateKey(name: string, keys: Map<string, string>): string {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const plain = name.replace(/[^\w -]+/g, '-').slice(0, 80);
  const key = `state of ${plain === name ? plain : `${plain} #${keys.size + 1}`}`;
  keys.set(name, key);
  return key;
}

function inState(state: string): ReturnType<typeof toCondition> {
  return toCondition({ schema: equalText(state).schema, absent: state === 'Started' });
}
