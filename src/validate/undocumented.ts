// The finding for a request that matches an API but no operation of its document.

import { jsonPointer } from '../exchange/json-pointer.ts';
import type { Finding } from '../finding/finding.ts';
import type { UrlMatch } from '../routing/recorded-url.ts';

/** @param path the path for the message: a template, or a path without ids and secrets */
export function undocumentedOperation(
  { api, declaredPath }: UrlMatch & { kind: 'undocumented' },
  method: string,
  path: string,
): Finding {
  return {
    code: 'operation-undocumented',
    message:
      declaredPath === undefined
        ? `${api.name} does not declare ${method} ${path}`
        : `${path} declares ${declaredPath.methods.join(', ')}, not ${method}`,
    at: declaredPath === undefined ? '/request/path' : '/request/method',
    location: api.documents.locate({
      uri: api.root.uri,
      pointer: declaredPath === undefined ? '/paths' : jsonPointer('paths', declaredPath.path),
    }),
  };
}
