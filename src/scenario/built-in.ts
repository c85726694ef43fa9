// Built-in scenarios: one for each declared response and each named example of a document.
import type { Contract, Operation } from '../openapi/model.ts';
import type { ResponseStep, Scenario } from './scenario.ts';

/** "petstore.getPet.404" and "petstore.getPet.200.withTag". */
export function builtInScenarios(contract: Contract): Scenario[] {
  return contract.apis.flatMap(api =>
    api.operations.flatMap(operation =>
      operation.responses.flatMap(({ status, contents }) => {
        const plain = concreteStatus(status, operation);
        const make = (example: string | undefined): Scenario => {
          const reply: ResponseStep = { status: plain, ...(example !== undefined && { example }) };
          const what = example === undefined ? `${plain}` : `${plain} with the example "${example}"`;
          return {
            id: [api.name, operation.id, status, ...(example === undefined ? [] : [example])].join('.'),
            api: api.name,
            title: `${operation.id} responds with ${what}`,
            description: undefined,
            onByDefault: false,
            rules: [{ on: operation.id, reply }],
            source: undefined,
          };
        };
        const names = new Set(contents.flatMap(({ examples }) => examples.map(({ name }) => name)));
        names.delete('');
        return [make(undefined), ...[...names].map(make)];
      }),
    ),
  );
}

/** A status that only this response is declared for: a range or "default" must not give another response's answer. */
function concreteStatus(status: string, { responses }: Operation): number {
  if (/^\d{3}$/.test(status)) return Number(status);
  const first = status === 'default' ? 500 : Number(status.replace('XX', '00'));
  const taken = new Set(responses.map(response => response.status));
  let candidate = first;
  while (taken.has(String(candidate)) && candidate < first + 99) candidate++;
  return candidate;
}
