// Built-in scenarios: one for each declared response and each named example of a document.
import type { Contract, Operation } from '../openapi/model.ts';
import type { ResponseStep, Scenario } from './scenario.ts';

/** Creates scenarios with ids like "petstore.getPet.404" and "petstore.getPet.200.withTag". */
export function builtInScenarios(contract: Contract): Scenario[] {
  return contract.apis.flatMap(api =>
    api.operations.flatMap(operation =>
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
    ),
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
