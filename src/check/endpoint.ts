// What was fetched from an API's host and is not in its document: an endpoint under a name without ids, or no endpoint at all.
import { decodePercent, type Exchange } from '../exchange/exchange.ts';
import { mediaTypeOf } from '../exchange/media-type.ts';
import { isVolatile } from './group.ts';

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
export function endpointOf(path: string): string {
  return path
    .split('/')
    .map(segment => (isVolatile(decodePercent(segment)) ? '{}' : segment))
    .join('/');
}
