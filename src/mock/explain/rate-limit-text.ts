// Says how a request was counted against a rate limit, for logs, problems and explanations.

import type { RateVerdict } from '../session/rate-limits.ts';
import { EVERYTHING } from '../target.ts';

/** "this is request 6 of a window that allows 5: the rate limit 5/1m of the document, counted for ..." */
export function rateLimitText({ rate, setBy, hasCredential, calls }: RateVerdict): string {
  const by =
    'node' in setBy
      ? 'the document'
      : `the switch for ${setBy.target === EVERYTHING ? 'everything' : setBy.target}`;
  const counted = hasCredential ? 'for the credential of the request' : 'for requests without a credential';
  return `this is request ${calls} of a window that allows ${rate.requests}: the rate limit ${rate.text} of ${by}, counted ${counted}`;
}
