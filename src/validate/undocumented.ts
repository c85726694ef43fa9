// The finding for a request that matches an API but no operation of its document.
import { decodePercent } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isVolatileName } from '../exchange/value-formats.ts';
import type { Finding } from '../finding/finding.ts';
import type { UrlMatch } from '../routing/recorded-url.ts';

/** @param path the path for the message: a path template, or a path without ids and secrets */
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

/** The path of an undocumented endpoint with "{}" for ids, so that all its calls give one issue. */
export function endpointPath(path: string): string {
  return path
    .split('/')
    .map(segment => (isVolatileName(decodePercent(segment)) ? '{}' : segment))
    .join('/');
}
