// Undocumented paths: the path of an endpoint with ids replaced, and which responses are static assets.
import { decodePercent } from '../exchange/exchange.ts';
import { isVolatileName } from '../exchange/value-formats.ts';

/** The path of an endpoint that no document names, ids left out, so that its calls are one group. */
export function endpointPath(path: string): string {
  return path
    .split('/')
    .map(segment => (isVolatileName(decodePercent(segment)) ? '{}' : segment))
    .join('/');
}
