// The finding on a request that an API answers and its document does not name.
import type { Finding } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import type { Scoped } from './scope.ts';

/** @param path as it is to be called: a template, or a path without ids and secrets */
export function undocumented(
  { api, known }: Scoped & { kind: 'undocumented' },
  method: string,
  path: string,
): Finding {
  return {
    code: 'operation-undocumented',
    message:
      known === undefined
        ? `${method} ${path} is not a path that ${api.name} declares`
        : `${path} has ${known.allow.join(', ')} and no ${method}`,
    at: known === undefined ? '/request/path' : '/request/method',
    clause: api.sources.clause({
      uri: api.document.uri,
      pointer: known === undefined ? '/paths' : pointer('paths', known.path),
    }),
  };
}
