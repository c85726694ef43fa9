// Static assets: responses that a browser fetches to show a page, and that no API document describes.
import type { Exchange } from './exchange.ts';
import { mediaTypeOf } from './media-type.ts';

/**
 * True for a successful GET or HEAD with the media type of a page, script, style sheet, font, image, video or audio. An error
 * page is not an asset: it may be the response of an API.
 */
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
