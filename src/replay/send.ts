// The interface of the HTTP sender that replay uses: one request, one response or the reason of a failure.
import type { Request, Response } from '../exchange/exchange.ts';

export type SendResult =
  /** Content codings taken off. A body that is larger than the limit is "not recorded". */
  | { readonly response: Response }
  /** Refused, timed out, not trusted, broken off: one sentence. */
  | { readonly failure: string };

/**
 * @param origin "https://api.example.com:8443"; nothing is sent anywhere else, and no redirect is followed
 * @param request as it is to be sent: Host, Content-Length and Accept-Encoding are added, and nothing else
 */
export type SendRequest = (origin: string, request: Request, signal: AbortSignal) => Promise<SendResult>;
