// What a replay needs of whoever carries its requests to a server: one question, one answer or the reason why there is none.
import type { Request, Response } from '../exchange/exchange.ts';

export type Answer =
  /** Content codings taken off. A body that is larger than the limit is "not recorded". */
  | { readonly response: Response }
  /** Refused, timed out, not trusted, broken off: one sentence. */
  | { readonly failure: string };

/**
 * @param origin "https://api.example.com:8443"; nothing is sent anywhere else, and no redirect is followed
 * @param request as it is to be sent: Host, Content-Length and Accept-Encoding are added, and nothing else
 */
export type Ask = (origin: string, request: Request, signal: AbortSignal) => Promise<Answer>;
