// Names of what a setting applies to: an API ("petstore"), or one of its operations ("petstore.getPet").

import { InputError } from '../finding/input-error.ts';
import { nearestWord } from '../finding/nearest-word.ts';
import type { ApiSpec, Contract, Operation } from '../openapi/model.ts';

/** The target that is all operations of all APIs. */
export const EVERYTHING = '*';

export interface Target {
  readonly api: ApiSpec;
  /** Undefined: all operations of the API. */
  readonly operation: Operation | undefined;
}

/** The name of an operation among all APIs, such as "petstore.getPet". */
export function operationTarget({
  api,
  id,
}: Pick<Operation, 'id'> & { readonly api: Pick<ApiSpec, 'name'> }): string {
  return `${api.name}.${id}`;
}

/** @throws InputError if there is no such API or operation, with the nearest name */
export function parseTarget(name: string, { apis }: Contract): Target {
  const whole = apis.find(api => api.name === name);
  if (whole !== undefined) return { api: whole, operation: undefined };
  for (const api of apis) {
    if (!name.startsWith(`${api.name}.`)) continue;
    const id = name.slice(api.name.length + 1);
    const operation = api.operations.find(each => each.id === id);
    if (operation !== undefined) return { api, operation };
    const nearest = nearestWord(
      id,
      api.operations.map(each => each.id),
    );
    throw new InputError(
      `${api.name} has no operation "${id}"${nearest === undefined ? '' : `; did you mean "${api.name}.${nearest}"?`}`,
    );
  }
  const known = apis.map(api => api.name);
  const operations = apis.flatMap(api => api.operations);
  const namesakes = operations.filter(({ id }) => id === name).map(operationTarget);
  const nearest = nearestWord(name, known) ?? namesakes[0];
  throw new InputError(
    `there is no API "${name}"; ${nearest === undefined ? `known APIs: ${known.join(', ')}` : `did you mean "${nearest}"?`}`,
  );
}
