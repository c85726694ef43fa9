// Undocumented paths: the path of an endpoint with ids replaced, and which responses are static assets.
import { decodePercent, type Exchange } from '../exchange/exchange.ts';
import { mediaTypeOf } from '../exchange/media-type.ts';
import { isVolatileName } from './issue.ts';

/** What a browser fetches to show a page. An error page is none: it may well be the answer of an API. */
export function isAsset({ request, response }: Exchange): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (response === undefined || response.status >= 400) return false;
  const type = mediaTypeOf(response.headers)?.essence;
  return (
    type !== undefined &&
    /^(text\/(html|css|javascript)|application\/(x-)?javascript|(image|font|video|audio)\/|application\/font)/.test(
      type,
    )
  );
}

/** The path of an endpoint that no document names, ids left out, so that its calls are one group. */
export function endpointPath(path: string): string {
  return path
    .split('/')
    .map(segment => (isVolatileName(decodePercent(segment)) ? '{}' : segment))
    .join('/');
}
