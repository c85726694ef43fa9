// Static assets: responses that a browser fetches to show a page, and that no API document describes.
import type { Exchange } from './exchange.ts';
import { mediaTypeOf } from './media-type.ts';

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
