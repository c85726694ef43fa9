// The finding for a request that matches an API but no operation of its document.
import { decodePercent } from '../exchange/exchange.ts';
import { jsonPointer } from '../exchange/json-pointer.ts';
import { isVolatileName } from '../exchange/value-formats.ts';
import type { Finding } from '../finding/finding.ts';
import type { UrlMatch } from '../routing/recorded-url.ts';

/**
 * @param path the path for the message: a path template, or a path without ids and secrets
 * @param status of the response; undefined: there is none
 */
export function undocumentedOperation(
  { api, declaredPath }: UrlMatch & { kind: 'undocumented' },
  method: string,
  path: string,
  status: number | undefined,
): Finding {
  const meaning = methodMeaning(method, status);
  if (declaredPath !== undefined && meaning !== undefined)
    return {
      code: 'response-not-checkable',
      message: `the response cannot be checked: ${path} does not declare ${method}, which ${meaning}`,
      at: '/request/method',
      location: api.documents.locate({ uri: api.root.uri, pointer: jsonPointer('paths', declaredPath.path) }),
    };
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

/** What HTTP provides for an undeclared method of a declared path; undefined: only the document can declare it. */
function methodMeaning(method: string, status: number | undefined): string | undefined {
  if (method === 'OPTIONS') return 'asks what the server can do (RFC 9110 section 9.3.7)';
  if (method === 'TRACE') return 'tests the connection (RFC 9110 section 9.3.8)';
  // The server agrees with the document: there is no such method.
  return status === 405 || status === 501
    ? `the server refuses (RFC 9110 section ${status === 405 ? '15.5.6' : '15.6.2'})`
    : undefined;
}

/** The path of an undocumented endpoint with "{}" for ids, so that all its calls give one issue. */
export function endpointPath(path: string): string {
  return path
    .split('/')
    .map(segment => (isVolatileName(decodePercent(segment)) ? '{}' : segment))
    .join('/');
}
