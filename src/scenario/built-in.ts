// Built-in scenarios: one for each declared response and each named example of a document, and one for its state.
import type { ApiSpec, Contract, Operation } from '../openapi/model.ts';
import type { ResponseStep, Scenario } from './scenario.ts';

/** The scenario that turns the state of an API on. */
export function stateScenarioId(api: string): string {
  return `${api}/state`;
}

/** A file may have its name, and is a scenario like others then. */
export function isStateScenario(scenario: Scenario | undefined): boolean {
  return scenario?.source === undefined && scenario?.rules.length === 0;
}

/**
 * Creates scenarios with ids like "petstore.getPet.404", "petstore.getPet.200.withTag" and "petstore/state".
 * @param stateful true: the state is on by default
 */
export function builtInScenarios(contract: Contract, stateful = false): Scenario[] {
  return contract.apis.flatMap(api => [...responseScenarios(api), stateScenario(api, stateful)]);
}

/** It has no rules: what is stored decides, see src/mock/state/. */
function stateScenario({ name }: ApiSpec, stateful: boolean): Scenario {
  return {
    id: stateScenarioId(name),
    api: name,
    title: 'Answers from the items that requests create, change and delete',
    description: undefined,
    onByDefault: stateful,
    rules: [],
    source: undefined,
  };
}

function responseScenarios(api: ApiSpec): Scenario[] {
  return api.operations.flatMap(operation =>
    operation.responses.flatMap(({ status, contents }) => {
      const concrete = concreteStatus(status, operation);
      const createScenario = (example: string | undefined): Scenario => {
        const reply: ResponseStep = { status: concrete, ...(example !== undefined && { example }) };
        const outcome = example === undefined ? `${concrete}` : `${concrete} and the example "${example}"`;
        return {
          id: [api.name, operation.id, status, ...(example === undefined ? [] : [example])].join('.'),
          api: api.name,
          title: `${operation.id} responds with ${outcome}`,
          description: undefined,
          onByDefault: false,
          rules: [{ on: operation.id, reply }],
          source: undefined,
        };
      };
      const names = new Set(contents.flatMap(({ examples }) => examples.map(({ name }) => name)));
      names.delete('');
      return [createScenario(undefined), ...[...names].map(createScenario)];
    }),
  );
}

/** For a range or "default", a status for which the document declares no response of its own. */
export function concreteStatus(status: string, { responses }: Pick<Operation, 'responses'>): number {
  if (/^\d{3}$/.test(status)) return Number(status);
  const first = status === 'default' ? 500 : Number(status.replace('XX', '00'));
  const declared = new Set(responses.map(response => response.status));
  let candidate = first;
  while (declared.has(String(candidate)) && candidate < first + 99) candidate++;
  return candidate;
}
